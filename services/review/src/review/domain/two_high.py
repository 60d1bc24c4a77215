"""两高: class and product by the catalogue in force; the class alone never decides."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.text import Text
from review.domain.dossier import Dossier, Product
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, look
from statute.finding import Citation, Finding, Verdict
from statute.law import Catalogue, CatalogueProduct, Standing
from statute.loader import PolicyBundle

RULE: Final = "review.two_high"
CODES: Final = "dossier.industry_codes"
PRODUCTS: Final = "dossier.products"


@dataclass(frozen=True, slots=True)
class Classed:
    """How one product stands to the catalogue. `entry` is its place in it; None when no list names it."""

    verdict: Verdict
    because: Text
    entry: CatalogueProduct | None = None
    under: tuple[Citation, ...] = ()


def class_product(product: Product, codes: Collection[str], catalogue: Catalogue) -> Classed:
    entry = _entry(product, codes, catalogue)
    if entry is None:
        return _class_unnamed(product, codes, catalogue)
    verdict, zh, en = _standing(entry)
    name = product.name
    because = Text(zh=f"{name}: {entry.name.zh}{zh}", en=f"{name}: {entry.name.en} {en}")
    return Classed(verdict, because, entry, (entry.citation,))


def _entry(product: Product, codes: Collection[str], catalogue: Catalogue) -> CatalogueProduct | None:
    named = catalogue.product(product.product_id) if product.product_id else None
    if named is not None:
        return named
    # Under several classes nobody says which one a product is made under: it is taken in only where each takes all.
    whole = [catalogue.whole_class(code) for code in sorted(codes)]
    return whole[0] if whole and None not in whole else None


def _standing(entry: CatalogueProduct) -> tuple[Verdict, str, str]:
    if entry.standing is Standing.OUTSIDE:
        return Verdict.FAILS, "列明不属于两高", "is named as outside two-high"
    if entry.standing is Standing.OPEN:
        return (
            Verdict.UNKNOWN,
            "各地口径不一, 须人工认定",
            "is classed differently by different texts; a person decides",
        )
    if entry.condition is not None:
        return (
            Verdict.UNKNOWN,
            f"仅在{entry.condition.zh}时属于两高, 申报内容中没有此项, 须人工核定",
            f"counts only where {entry.condition.en}, which a filing cannot state; a person has to check it",
        )
    # Under another class it is a step or an intermediate of the project, and counts as well.
    return Verdict.HOLDS, "在两高目录内", "is in the two-high catalogue"


def _class_unnamed(product: Product, codes: Iterable[str], catalogue: Catalogue) -> Classed:
    industries = {i.id: i for code in codes for i in catalogue.industries_of_class(code)}
    if not industries:
        because = Text(
            zh=f"{product.name}: 行业小类和产品均不在两高目录内",
            en=f"{product.name}: neither the class nor the product is in the two-high catalogue",
        )
        return Classed(Verdict.FAILS, because, under=(catalogue.citation,))
    ordered = [industries[key] for key in sorted(industries)]
    because = Text(
        zh=f"{product.name}: 行业小类属{'、'.join(i.name.zh for i in ordered)}, 但产品未列入任何清单, 须人工认定",
        en=f"{product.name}: the class is one of {', '.join(i.name.en for i in ordered)}, but no list names the "
        "product; a person decides",
    )
    return Classed(Verdict.UNKNOWN, because, under=tuple(i.citation for i in ordered))


def class_products(dossier: Dossier, policy: PolicyBundle) -> tuple[Classed, ...]:
    """One for each product, as filed. Empty when the day, the classes or an edition of the catalogue is missing."""
    day = dossier.application_date
    catalogue = policy.catalogue(day) if day is not None else None
    if catalogue is None or not dossier.industry_codes:
        return ()
    return tuple(class_product(product, dossier.industry_codes, catalogue) for product in dossier.products)


def two_high_finding(dossier: Dossier, classed: Sequence[Classed], policy: PolicyBundle) -> Finding:
    """`classed` is what `class_products` says of the dossier. One two-high product makes the project two-high."""
    rule, day = policy.rule(RULE), dossier.application_date
    products = sorted({f"{p.product_id or '-'} {p.name}" for p in dossier.products})
    inputs = ((CODES, ", ".join(sorted(set(dossier.industry_codes)))), (PRODUCTS, "; ".join(products)))
    missing = _missing(dossier)
    if missing:
        return look(rule, day, inputs).asks_for(missing, _asked(missing))
    assert day is not None
    if not classed:
        return look(rule, day, inputs).undecided(_no_catalogue(day))
    method = policy.on("two_high.class_rule", day)
    under = sorted({c for one in classed for c in one.under}, key=lambda c: c.parameter)
    seen = look(rule, day, inputs, (*(() if method is None else (method.citation,)), *under))
    because = _together(classed)
    verdicts = {one.verdict for one in classed}
    if Verdict.HOLDS in verdicts:
        return seen.holds(because)
    return seen.undecided(because) if Verdict.UNKNOWN in verdicts else seen.fails(because)


def _missing(dossier: Dossier) -> tuple[str, ...]:
    stated = {
        APPLICATION_DATE: dossier.application_date is not None,
        CODES: bool(dossier.industry_codes),
        PRODUCTS: bool(dossier.products),
    }
    return tuple(field for field, there in stated.items() if not there)


def _asked(missing: Sequence[str]) -> Text:
    if missing == (APPLICATION_DATE,):
        return DAY_NOT_STATED
    return Text(
        zh="两高认定须同时看申请日、行业小类和产品, 有缺项; 请补填",
        en="Two-high is told by the day of application, the class and the product together. State what is missing.",
    )


def _no_catalogue(day: date) -> Text:
    return Text(
        zh=f"{day} 没有已收录的两高目录, 须人工认定",
        en=f"No two-high catalogue is held for {day}; a person decides.",
    )


def _together(classed: Iterable[Classed]) -> Text:
    sentences = sorted({(one.because.zh, one.because.en) for one in classed})
    return Text(zh="; ".join(zh for zh, _ in sentences), en="; ".join(en for _, en in sentences))
