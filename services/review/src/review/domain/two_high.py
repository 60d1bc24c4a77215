"""两高: one two-high product makes the project two-high (rule review.two_high)."""

from typing import Final

from kernel.text import Text, joined
from review.domain.classing import Classed
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Inputs, Look, distinct, look_at
from review.domain.subject import PRODUCTS, Subject
from statute.finding import Citation, Finding, Verdict

RULE: Final = "review.two_high"
METHOD: Final = "two_high.class_rule"
CODES: Final = "dossier.industry_codes"

ASKED: Final = Text(
    zh="两高认定须同时看申请日、行业小类和产品, 有缺项; 请补填",
    en="Two-high is told by the day of application, the class and the product together. State what is missing.",
)


def two_high_finding(subject: Subject) -> Finding:
    """`parts`: each product by itself, when there are several."""
    dossier, classed, verdict = subject.dossier, subject.classed, subject.two_high
    if subject.law is None or not dossier.industry_codes or not dossier.products:
        missing = _missing(subject)
        words = DAY_NOT_STATED if missing == (APPLICATION_DATE,) else ASKED
        return subject.look(RULE, _inputs).asks_for(missing, words)
    if not classed:
        return subject.look(RULE, _inputs).undecided(_no_catalogue)
    seen = Look((subject.start(RULE), _inputs, _under, None, _parts if len(classed) > 1 else (), subject))
    if verdict is Verdict.HOLDS:
        return seen.holds(_because)
    if verdict is Verdict.FAILS:
        return seen.fails(_because)
    # A product that is two-high decides for the project; what another one leaves open is asked for only without it.
    asked = tuple(dict.fromkeys([field for one in classed for field in one.missing]))
    return seen.asks_for(asked, _because) if asked else seen.undecided(_because)


def _inputs(subject: Subject) -> Inputs:
    dossier = subject.dossier
    products = sorted({subject.product_input(number)[1] for number in range(len(dossier.products))})
    return (CODES, ", ".join(sorted(set(dossier.industry_codes)))), (PRODUCTS, "; ".join(products))


def _under(subject: Subject) -> tuple[Citation, ...]:
    method = None if subject.law is None else subject.law.on(METHOD)
    cited = distinct(citation for one in subject.classed for citation in one.under)
    return (*(() if method is None else (method.citation,)), *sorted(cited, key=lambda one: one.parameter))


def _ordered(subject: Subject) -> list[tuple[Classed, Text]]:
    """With what is said of each."""
    pairs = zip(subject.classed, subject.dossier.products, strict=True)
    return sorted([(one, one.because(product)) for one, product in pairs], key=lambda pair: pair[1].en)


def _because(subject: Subject) -> Text:
    return joined(list(dict.fromkeys(words for _, words in _ordered(subject))))


def _parts(subject: Subject) -> tuple[Finding, ...]:
    """Each product by itself; it only informs."""
    rule = subject.start(RULE).rule
    return tuple(look_at(rule, (), one.under).comes_to(one.verdict, words, None) for one, words in _ordered(subject))


def _no_catalogue(subject: Subject) -> Text:
    return Text(
        "{day} 没有已收录的两高目录, 须人工认定",
        "No two-high catalogue is held for {day}; a person decides.",
        day=subject.day,
    )


def _missing(subject: Subject) -> tuple[str, ...]:
    stated = {
        APPLICATION_DATE: subject.day is not None,
        CODES: bool(subject.dossier.industry_codes),
        PRODUCTS: bool(subject.dossier.products),
    }
    return tuple(field for field, there in stated.items() if not there)
