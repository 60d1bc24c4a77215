"""Whether a carbon evaluation is due, and given (rule review.carbon_evaluation)."""

from functools import lru_cache
from typing import Final, NamedTuple

from kernel.quantities import plain
from kernel.text import Text
from review.domain.look import Inputs
from review.domain.review import CompetentLevel
from review.domain.subject import Subject
from statute.finding import Citation, Finding
from statute.inforce import Law

RULE: Final = "review.carbon_evaluation"
MANDATORY: Final = "review.carbon_evaluation.mandatory"
LOCAL: Final = "review.carbon_evaluation.local"
ASKED: Final = "asked"
CO2: Final = "dossier.annual_co2_t"
SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

NOT_YET: Final = Text("当日施行的办法未要求碳排放评价", "the order of the day asks no carbon evaluation")
EXEMPT: Final = Text("免于节能审查, 无须碳排放评价", "exempt from energy review, so none is due")
DUE: Final = Text(
    "须进行碳排放评价, 未填年碳排放量; 请补填",
    "A carbon evaluation is due, and the annual CO2 is not stated. State it.",
)
BY_LOCALITY: Final = Text(
    "非国家审查项目, 是否评价由地方按排放影响确定; 未填年碳排放量",
    "not reviewed by the NDRC: the locality asks for it where emissions are large; no annual CO2 is stated",
)
OPEN: Final = Text(
    "由谁审查未定, 是否须进行碳排放评价随之未定; 已进行评价的请填年碳排放量",
    "Who reviews is open, and so whether a carbon evaluation is due. State the annual CO2 where one was made.",
)


def carbon_finding(subject: Subject, level: CompetentLevel | None, asked: tuple[str, ...] = ()) -> Finding:
    """Source: order 31 of 2025, article 10: mandatory for projects that the NDRC reviews.

    `level` is who reviews; None: not told, and `asked` are the fields that would tell.
    """
    due = None if subject.law is None else _due(subject.law)
    if due is None:
        return subject.look(RULE, _inputs).holds(NOT_YET)
    national = level in due.mandatory_at
    seen = subject.look(RULE, _inputs, due.mandatory if national else due.local)
    if subject.dossier.annual_co2_t is not None:
        return seen.holds(_stated)
    if level is CompetentLevel.EXEMPT:
        return seen.holds(EXEMPT)
    if national or due.everywhere:
        return seen.asks_for((CO2,), DUE)
    if level is None:
        seen = seen.under_also(*due.mandatory)
        return seen.asks_for(asked, OPEN) if asked else seen.undecided(OPEN)
    return seen.holds(BY_LOCALITY)


class _Due(NamedTuple):
    """Of whom the order of the day asks it, with the citations of both answers."""

    mandatory_at: tuple[CompetentLevel, ...]
    everywhere: bool
    mandatory: tuple[Citation, ...]
    local: tuple[Citation, ...]


@lru_cache(SPANS_MAX)
def _due(law: Law) -> _Due | None:
    mandatory, local = law.on(MANDATORY), law.on(LOCAL)
    if mandatory is None or local is None:
        return None
    levels = tuple(level for level in CompetentLevel if level.value in mandatory.list_of_words)
    return _Due(levels, local.word == ASKED, (mandatory.citation,), (local.citation,))


def _inputs(subject: Subject) -> Inputs:
    co2 = subject.dossier.annual_co2_t
    return () if co2 is None else ((CO2, f"{plain(co2)} t"),)


def _stated(subject: Subject) -> Text:
    return Text("已填年碳排放量 {co2} t", "{co2} t of CO2 a year are stated", co2=subject.dossier.annual_co2_t)
