"""How each product stands to the two-high catalogue in force: class and product; the class alone never decides."""

from collections.abc import Collection
from typing import Final, NamedTuple

from dossier.model import Dossier, Product
from kernel.text import Text, joined
from statute.finding import Citation, Verdict
from statute.inforce import Law
from statute.law import CatalogueCondition, CatalogueProduct, Standing

OUTSIDE: Final = Text("列明不属于两高", "is named as outside two-high")
OPEN: Final = Text("各地口径不一, 须人工认定", "is classed differently by different texts; a person decides")
# Under another class it is a step or an intermediate of the project, and counts as well.
LISTED: Final = Text("在两高目录内", "is in the two-high catalogue")


class Classed(NamedTuple):
    """How one product stands to the catalogue. `entry` is its place in it; None when no list names it.

    `missing`: the fact of the product that would tell, where the catalogue makes a condition of it.
    """

    verdict: Verdict
    because: Text
    entry: CatalogueProduct | None = None
    under: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()


def class_products(dossier: Dossier, law: Law | None) -> tuple[Classed, ...]:
    """One for each product, as filed. Empty when the day, the classes or an edition of the catalogue is missing."""
    if law is None or law.catalogue is None or not dossier.industry_codes:
        return ()
    codes = dossier.industry_codes
    return tuple([_class_product(index, product, codes, law) for index, product in enumerate(dossier.products)])


def _class_product(index: int, product: Product, codes: Collection[str], law: Law) -> Classed:
    entry = _entry(product, codes, law)
    if entry is None:
        return _class_unnamed(product, codes, law)
    if entry.standing is not Standing.LISTED:
        verdict, words = (Verdict.FAILS, OUTSIDE) if entry.standing is Standing.OUTSIDE else (Verdict.UNKNOWN, OPEN)
    elif entry.condition is None:
        verdict, words = Verdict.HOLDS, LISTED
    else:
        return _conditional(index, product, entry, entry.condition)
    return Classed(verdict, _said(product, entry, words), entry, (entry.citation,))


def _conditional(index: int, product: Product, entry: CatalogueProduct, condition: CatalogueCondition) -> Classed:
    stated = product.fact(condition.fact)
    if stated is None:
        words = Text(
            "仅在{when}时属于两高, 未填此项; 请补填", "counts only where {when}. State it.", when=condition.text
        )
        field = f"dossier.products[{index}].facts[{condition.fact}]"
        return Classed(Verdict.UNKNOWN, _said(product, entry, words), entry, (entry.citation,), (field,))
    met = stated == condition.equals
    words = Text(
        "在两高目录内, 条件 ({when}) {met}",
        "is in the two-high catalogue where {when}: {met}",
        when=condition.text,
        met=Text("符合", "it is") if met else Text("不符合", "it is not"),
    )
    return Classed(Verdict.HOLDS if met else Verdict.FAILS, _said(product, entry, words), entry, (entry.citation,))


def _said(product: Product, entry: CatalogueProduct, words: Text) -> Text:
    # Written out at once: what is said of several products is put in its order.
    name, of = product.name, entry.name
    return Text(f"{name}: {of.zh}{words.zh}", f"{name}: {of.en} {words.en}")


def _entry(product: Product, codes: Collection[str], law: Law) -> CatalogueProduct | None:
    named = law.catalogue_product(product.product_id) if product.product_id else None
    if named is not None:
        return named
    # Under several classes nobody says which one a product is made under: it is taken in only where each takes all.
    whole = [law.whole_class(code) for code in sorted(codes)]
    return whole[0] if whole and None not in whole else None


def _class_unnamed(product: Product, codes: Collection[str], law: Law) -> Classed:
    industries = {i.id: i for code in codes for i in law.industries_of_class(code)}
    if not industries:
        assert law.catalogue is not None
        because = Text(
            "{name}: 行业小类和产品均不在两高目录内",
            "{name}: neither the class nor the product is in the two-high catalogue",
            name=product.name,
        )
        return Classed(Verdict.FAILS, because, under=(law.catalogue.citation,))
    ordered = [industries[key] for key in sorted(industries)]
    because = Text(
        "{name}: 行业小类属{industries}, 但产品未列入任何清单, 须人工认定",
        "{name}: the class is one of {industries}, but no list names the product; a person decides",
        name=product.name,
        industries=joined([i.name for i in ordered], "、", ", "),
    )
    return Classed(Verdict.UNKNOWN, because, under=tuple(i.citation for i in ordered))
