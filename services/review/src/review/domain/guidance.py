"""窗口指导: large two-high projects go up for guidance first (rule review.window_guidance)."""

from decimal import Decimal
from typing import Final

from kernel.text import Text
from review.domain.amounts import TCE
from review.domain.day import Always
from review.domain.look import Look
from review.domain.remedy import by_fact
from review.domain.subject import YES, Subject, fact_field
from statute.finding import Finding, Remedy, Verdict

RULE: Final = "review.window_guidance"
LINE: Final = "review.window_guidance.tce"
FACT: Final = "window_guidance_given"

NOT_ASKED: Final = Always(RULE, Text("当日没有窗口指导的要求", "nothing asks for guidance on that day"))
ENERGY_NOT_STATED: Final = Text("未填年综合能耗; 请补填", "The annual energy is not stated. State it.")
NOT_TWO_HIGH: Final = Always(RULE, Text("不属于两高项目", "not a two-high project"), LINE)


def guidance_finding(subject: Subject) -> Finding:
    """Source: 发改环资〔2021〕1310号: the NDRC and ministries guide new two-high projects at the line or above."""
    line = subject.law.on(LINE) if subject.law is not None else None
    if line is None:
        return subject.always(NOT_ASKED)
    if subject.two_high is Verdict.FAILS:
        return subject.always(NOT_TWO_HIGH)
    return _by_energy(subject.look(RULE, (), (line.citation,)), subject, line.number)


def _by_energy(seen: Look, subject: Subject, line: Decimal) -> Finding:
    energy = subject.totals.tce_calorific
    if energy is None:
        return seen.asks_for((TCE,), ENERGY_NOT_STATED)
    if energy < line:
        return seen.holds(_below)
    if subject.two_high is Verdict.UNKNOWN:
        return seen.undecided(_open)
    given = subject.yes(FACT)
    if given is None:
        return seen.asks_for((fact_field(FACT),), _asked)
    return seen.holds(_given) if given else seen.fails(_not_given, _remedy)


def _remedy(subject: Subject) -> tuple[Remedy, ...]:
    return by_fact(subject, FACT, YES, guidance_finding)


def _beside(subject: Subject, zh: str, en: str) -> Text:
    line = None if subject.law is None else subject.law.on(LINE)
    return Text(zh, en, energy=subject.totals.tce_calorific, line=None if line is None else line.number)


def _below(subject: Subject) -> Text:
    return _beside(subject, "{energy} tce, 低于 {line} tce", "{energy} tce, below {line} tce")


def _reached(subject: Subject) -> Text:
    return _beside(subject, "{energy} tce, 达到 {line} tce", "{energy} tce reach {line} tce")


def _open(subject: Subject) -> Text:
    return Text("{words}, 是否属于两高未定", "{words}; whether it is two-high is open", words=_reached(subject))


def _asked(subject: Subject) -> Text:
    return Text(
        "{words}; 请补填是否已取得窗口指导", "{words}. State whether guidance was given.", words=_reached(subject)
    )


def _given(subject: Subject) -> Text:
    return Text("{words}, 已取得窗口指导", "{words}; guidance was given", words=_reached(subject))


def _not_given(subject: Subject) -> Text:
    return Text(
        "{words}, 尚未取得窗口指导, 须报国家发展改革委",
        "{words}, and no guidance was given yet: it goes up to the NDRC",
        words=_reached(subject),
    )
