"""窗口指导: large two-high projects go up for guidance first (rule review.window_guidance)."""

from decimal import Decimal
from typing import Final

from kernel.text import Text
from review.domain.amounts import TCE
from review.domain.look import Look
from review.domain.remedy import by_fact
from review.domain.subject import YES, Subject, fact_field
from statute.finding import Finding, Verdict

RULE: Final = "review.window_guidance"
LINE: Final = "review.window_guidance.tce"
FACT: Final = "window_guidance_given"

NOT_ASKED: Final = Text("当日没有窗口指导的要求", "nothing asks for guidance on that day")
NOT_TWO_HIGH: Final = Text("不属于两高项目", "not a two-high project")


def guidance_finding(subject: Subject) -> Finding:
    """Source: 发改环资〔2021〕1310号: the NDRC and ministries guide new two-high projects at the line or above."""
    line = subject.law.on(LINE) if subject.law is not None else None
    if line is None:
        return subject.always(RULE, NOT_ASKED)
    if subject.two_high is Verdict.FAILS:
        return subject.always(RULE, NOT_TWO_HIGH, LINE)
    return _by_energy(subject.look(RULE, (), (line.citation,)), subject, line.number)


def _by_energy(seen: Look, subject: Subject, line: Decimal) -> Finding:
    energy = subject.totals.tce_calorific
    if energy is None:
        return seen.asks_for((TCE,), Text("未填年综合能耗; 请补填", "The annual energy is not stated. State it."))
    if energy < line:
        return seen.holds(
            Text("{energy} tce, 低于 {line} tce", "{energy} tce, below {line} tce", energy=energy, line=line)
        )
    words = Text("{energy} tce, 达到 {line} tce", "{energy} tce reach {line} tce", energy=energy, line=line)
    if subject.two_high is Verdict.UNKNOWN:
        return seen.undecided(Text("{words}, 是否属于两高未定", "{words}; whether it is two-high is open", words=words))
    return _by_fact(seen, subject, words)


def _by_fact(seen: Look, subject: Subject, words: Text) -> Finding:
    given = subject.yes(FACT)
    if given is None:
        because = Text("{words}; 请补填是否已取得窗口指导", "{words}. State whether guidance was given.", words=words)
        return seen.asks_for((fact_field(FACT),), because)
    if given:
        return seen.holds(Text("{words}, 已取得窗口指导", "{words}; guidance was given", words=words))
    return seen.fails(
        Text(
            "{words}, 尚未取得窗口指导, 须报国家发展改革委",
            "{words}, and no guidance was given yet: it goes up to the NDRC",
            words=words,
        ),
        by_fact(subject, FACT, YES, guidance_finding),
    )
