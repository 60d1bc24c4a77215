"""Whether the plan was announced before the application and is unchanged since (rule capacity.announced)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.deadlines import earliest_announcement
from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, noted
from capacity.domain.lapse import Running
from capacity.domain.plan import PlanStepKind
from dossier.model import Dossier
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle

RULE: Final = "capacity.announced"
FACT: Final = "replacement_plan_announced"
FACT_FIELD: Final = f"dossier.facts[{FACT}]"
APPLICATION_DATE: Final = "dossier.application_date"
BEFORE_FILING: Final = "capacity.before_filing"
YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Locked:
    """What an announced plan holds or a filing has used; an amendment that brings something else does not move it."""

    announced_on: date | None
    """None: used for good without an announcement on record."""
    changed: bool


def announced(dossier: Dossier, running: Running, locked: Locked | None, policy: PolicyBundle) -> Judged:
    under = _before_filing(dossier, policy)
    if locked is not None and locked.changed:
        return Judged(FAILS, _changed(locked), under=under)
    day = running.plan.announced_on
    if day is None:
        return _stated(dossier, under)
    return _recorded(dossier.application_date, day, (*under, *_clock(running, policy)))


def _changed(locked: Locked) -> Text:
    if locked.announced_on is None:
        return Text(
            zh="所占产能指标已使用, 修订的方案与之不同",
            en="the lots are used for good already, and the plan of this revision differs from them",
        )
    return Text(
        zh="方案已于 {day} 公告, 所列产能指标已锁定; 变更方案须先撤销并重新公示、公告",
        en="the plan was announced on {day} and its lots are locked: a changed plan is revoked first, then put to "
        "publicity and announced anew",
        day=locked.announced_on,
    )


def _before_filing(dossier: Dossier, policy: PolicyBundle) -> tuple[Citation, ...]:
    version = noted(BEFORE_FILING, dossier.application_date, policy) if dossier.application_date is not None else None
    return () if version is None else (version.citation,)


def _clock(running: Running, policy: PolicyBundle) -> tuple[Citation, ...]:
    publicity = running.plan.day(PlanStepKind.PUBLICITY)
    earliest = earliest_announcement(running.products, publicity, policy) if publicity is not None else None
    return () if earliest is None else earliest[1]


def _stated(dossier: Dossier, under: tuple[Citation, ...]) -> Judged:
    """By the filing's own word, while the register has no announcement of this plan."""
    value = dossier.fact(FACT)
    if value is None:
        because = Text(
            zh="未登记方案公告, 申报中也未说明申报前是否已公告",
            en="no announcement is recorded, and the filing does not say whether the plan was announced before it",
        )
        return Judged(UNKNOWN, because, (FACT_FIELD,), under)
    if value == YES:
        return Judged(HOLDS, Text("申报称方案已公告", "the filing says that the plan was announced"), under=under)
    because = Text(
        zh="方案尚未公告; 公告前不得备案、环评、节能审查",
        en="the plan is not announced; before that there is no filing, no EIA and no energy review",
    )
    return Judged(FAILS, because, under=under)


def _recorded(applied: date | None, day: date, under: tuple[Citation, ...]) -> Judged:
    if applied is None:
        because = Text("方案于 {day} 公告, 未填写申报日期", "announced on {day}; no day of application", day=day)
        return Judged(UNKNOWN, because, (APPLICATION_DATE,), under)
    if day <= applied:
        because = Text("方案于 {day} 公告, 申报在其后", "announced on {day}, before the application", day=day)
        return Judged(HOLDS, because, under=under)
    because = Text(
        zh="方案于 {day} 公告, 晚于申报日 {applied}; 公告前不得备案、环评、节能审查",
        en="announced on {day}, after the application of {applied}; before it there is no filing, no EIA and no energy "
        "review",
        day=day,
        applied=applied,
    )
    return Judged(FAILS, because, under=under)
