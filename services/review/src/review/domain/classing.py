"""How each product stands to the two-high catalogue in force: class and product; the class alone never decides."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from dossier.model import Dossier, Product
from kernel.text import Text, joined
from statute.finding import Citation, Verdict
from statute.inforce import Law
from statute.law import CatalogueCondition, CatalogueProduct, Standing

OUTSIDE: Final = Text("列明不属于两高", "is named as outside two-high")
OPEN: Final = Text("各地口径不一, 须人工认定", "is classed differently by different texts; a person decides")
NEITHER: Final = Text(
    "行业小类和产品均不在两高目录内", "neither the class nor the product is in the two-high catalogue"
)
# Under another class it is a step or an intermediate of the project, and counts as well.
LISTED: Final = Text("在两高目录内", "is in the two-high catalogue")
BY_STANDING: Final = {
    Standing.LISTED: (Verdict.HOLDS, LISTED),
    Standing.OUTSIDE: (Verdict.FAILS, OUTSIDE),
    Standing.OPEN: (Verdict.UNKNOWN, OPEN),
}
"""Of a product that the catalogue makes no condition for."""
SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""


class Classed(NamedTuple):
    """How one product stands to the catalogue. `entry` is its place in it; None when no list names it.

    `words` are said of the product by its name. `missing`: the fact of the product that would tell, where the catalogue
    makes a condition of it.
    """

    verdict: Verdict
    words: Text
    entry: CatalogueProduct | None
    under: tuple[Citation, ...]
    missing: tuple[str, ...] = ()

    def because(self, product: Product) -> Text:
        name, entry, words = product.name, self.entry, self.words
        if entry is None:
            return Text("{name}: {words}", "{name}: {words}", name=name, words=words)
        return Text("{name}: {of}{words}", "{name}: {of} {words}", name=name, of=entry.name, words=words)


def class_products(dossier: Dossier, law: Law | None) -> tuple[Classed, ...]:
    """One for each product, as filed. Empty when the day, the classes or an edition of the catalogue is missing."""
    if law is None or law.catalogue is None or not dossier.industry_codes:
        return ()
    ready, codes = _unconditional(law), dossier.industry_codes
    return tuple(
        [
            ready.get(product.product_id) or _class_product(index, product, codes, law)
            for index, product in enumerate(dossier.products)
        ]
    )


@lru_cache(SPANS_MAX)
def _unconditional(law: Law) -> Mapping[str, Classed]:
    """What is said of the products of the catalogue by their ids, where it turns on nothing else."""
    entries = law.catalogue_products.values()
    return {
        entry.id: _classed(entry) for entry in entries if entry.standing is not Standing.LISTED or not entry.condition
    }


def _classed(entry: CatalogueProduct) -> Classed:
    verdict, words = BY_STANDING[entry.standing]
    return Classed(verdict, words, entry, (entry.citation,))


def _class_product(index: int, product: Product, codes: Collection[str], law: Law) -> Classed:
    entry = _entry(product, codes, law)
    if entry is None:
        return _class_unnamed(codes, law)
    if entry.standing is not Standing.LISTED or entry.condition is None:
        return _classed(entry)
    return _conditional(index, product, entry, entry.condition)


def _conditional(index: int, product: Product, entry: CatalogueProduct, condition: CatalogueCondition) -> Classed:
    stated = product.fact(condition.fact)
    if stated is None:
        words = Text(
            "仅在{when}时属于两高, 未填此项; 请补填", "counts only where {when}. State it.", when=condition.text
        )
        field = f"dossier.products[{index}].facts[{condition.fact}]"
        return Classed(Verdict.UNKNOWN, words, entry, (entry.citation,), (field,))
    met = stated == condition.equals
    words = Text(
        "在两高目录内, 条件 ({when}) {met}",
        "is in the two-high catalogue where {when}: {met}",
        when=condition.text,
        met=Text("符合", "it is") if met else Text("不符合", "it is not"),
    )
    return Classed(Verdict.HOLDS if met else Verdict.FAILS, words, entry, (entry.citation,))


def _entry(product: Product, codes: Collection[str], law: Law) -> CatalogueProduct | None:
    named = law.catalogue_product(product.product_id) if product.product_id else None
    if named is not None:
        return named
    # Under several classes nobody says which one a product is made under: it is taken in only where each takes all.
    whole = [law.whole_class(code) for code in sorted(codes)]
    return whole[0] if whole and None not in whole else None


def _class_unnamed(codes: Collection[str], law: Law) -> Classed:
    industries = {i.id: i for code in codes for i in law.industries_of_class(code)}
    if not industries:
        assert law.catalogue is not None
        return Classed(Verdict.FAILS, NEITHER, None, (law.catalogue.citation,))
    ordered = [industries[key] for key in sorted(industries)]
    words = Text(
        "行业小类属{industries}, 但产品未列入任何清单, 须人工认定",
        "the class is one of {industries}, but no list names the product; a person decides",
        industries=joined([i.name for i in ordered], "、", ", "),
    )
    return Classed(Verdict.UNKNOWN, words, None, tuple(i.citation for i in ordered))
