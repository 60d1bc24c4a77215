"""两高: one two-high product makes the project two-high (rule review.two_high)."""

from typing import Final

from kernel.text import Text, joined
from review.domain.classing import Classed
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look, distinct
from review.domain.subject import PRODUCTS, Subject
from statute.finding import Finding, Verdict

RULE: Final = "review.two_high"
METHOD: Final = "two_high.class_rule"
CODES: Final = "dossier.industry_codes"

ASKED: Final = Text(
    zh="两高认定须同时看申请日、行业小类和产品, 有缺项; 请补填",
    en="Two-high is told by the day of application, the class and the product together. State what is missing.",
)


def two_high_finding(subject: Subject) -> Finding:
    """`parts`: each product by itself, when there are several."""
    dossier = subject.dossier
    products = sorted({product for _, product in subject.product_inputs})
    inputs = ((CODES, ", ".join(sorted(set(dossier.industry_codes)))), (PRODUCTS, "; ".join(products)))
    if subject.law is None or not dossier.industry_codes or not products:
        missing = _missing(subject)
        words = DAY_NOT_STATED if missing == (APPLICATION_DATE,) else ASKED
        return subject.look(RULE, inputs).asks_for(missing, words)
    classed = subject.classed
    if not classed:
        return subject.look(RULE, inputs).undecided(
            Text(
                "{day} 没有已收录的两高目录, 须人工认定",
                "No two-high catalogue is held for {day}; a person decides.",
                day=subject.day,
            )
        )
    method = subject.law.on(METHOD)
    cited = distinct(citation for one in classed for citation in one.under)
    under = sorted(cited, key=lambda one: one.parameter) if len(cited) > 1 else cited
    seen = subject.look(RULE, inputs, (*(() if method is None else (method.citation,)), *under))
    because = classed[0].because
    if len(classed) > 1:
        ordered = sorted(classed, key=lambda one: one.because.en)
        because = joined(list(dict.fromkeys(one.because for one in ordered)))
        seen = seen.made_of(_part(seen, one) for one in ordered)
    asked = tuple(dict.fromkeys(field for one in classed for field in one.missing))
    # A product that is two-high decides for the project; what another one leaves open is asked for only without it.
    if asked and subject.two_high is Verdict.UNKNOWN:
        return seen.asks_for(asked, because)
    return _said(seen, subject.two_high, because)


def _part(whole: Look, one: Classed) -> Finding:
    """One product of several; it only informs."""
    return Look(whole.rule, (), one.under).comes_to(one.verdict, one.because, None)


def _said(seen: Look, verdict: Verdict, because: Text) -> Finding:
    if verdict is Verdict.HOLDS:
        return seen.holds(because)
    return seen.undecided(because) if verdict is Verdict.UNKNOWN else seen.fails(because)


def _missing(subject: Subject) -> tuple[str, ...]:
    stated = {
        APPLICATION_DATE: subject.day is not None,
        CODES: bool(subject.dossier.industry_codes),
        PRODUCTS: bool(subject.dossier.products),
    }
    return tuple(field for field, there in stated.items() if not there)
