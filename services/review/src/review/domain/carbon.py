"""Whether a carbon evaluation is due, and given (rule review.carbon_evaluation)."""

from typing import Final

from kernel.quantities import plain
from kernel.text import Text
from review.domain.review import CompetentLevel
from review.domain.subject import Subject
from statute.finding import Finding

RULE: Final = "review.carbon_evaluation"
MANDATORY: Final = "review.carbon_evaluation.mandatory"
LOCAL: Final = "review.carbon_evaluation.local"
ASKED: Final = "asked"
CO2: Final = "dossier.annual_co2_t"

NOT_YET: Final = Text("当日施行的办法未要求碳排放评价", "the order of the day asks no carbon evaluation")
OPEN: Final = Text(
    "由谁审查未定, 是否须进行碳排放评价随之未定; 已进行评价的请填年碳排放量",
    "Who reviews is open, and so whether a carbon evaluation is due. State the annual CO2 where one was made.",
)


def carbon_finding(subject: Subject, level: CompetentLevel | None, asked: tuple[str, ...] = ()) -> Finding:
    """Source: order 31 of 2025, article 10: mandatory for projects that the NDRC reviews.

    `level` is who reviews; None: not told, and `asked` are the fields that would tell.
    """
    co2 = subject.dossier.annual_co2_t
    inputs = () if co2 is None else ((CO2, f"{plain(co2)} t"),)
    mandatory = subject.law.on(MANDATORY) if subject.law is not None else None
    local = subject.law.on(LOCAL) if subject.law is not None else None
    if mandatory is None or local is None:
        return subject.look(RULE, inputs).holds(NOT_YET)
    national = level is not None and level.value in mandatory.list_of_words
    under = mandatory if national else local
    seen = subject.look(RULE, inputs, (under.citation,))
    if co2 is not None:
        return seen.holds(Text("已填年碳排放量 {co2} t", "{co2} t of CO2 a year are stated", co2=co2))
    if level is CompetentLevel.EXEMPT:
        return seen.holds(Text("免于节能审查, 无须碳排放评价", "exempt from energy review, so none is due"))
    if national or local.word == ASKED:
        because = Text(
            "须进行碳排放评价, 未填年碳排放量; 请补填",
            "A carbon evaluation is due, and the annual CO2 is not stated. State it.",
        )
        return seen.asks_for((CO2,), because)
    if level is None:
        seen = seen.under_also(mandatory.citation)
        return seen.asks_for(asked, OPEN) if asked else seen.undecided(OPEN)
    return seen.holds(
        Text(
            "非国家审查项目, 是否评价由地方按排放影响确定; 未填年碳排放量",
            "not reviewed by the NDRC: the locality asks for it where emissions are large; no annual CO2 is stated",
        )
    )
