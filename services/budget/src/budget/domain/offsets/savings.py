"""A saving that may replace new consumption (能耗替代): where it comes from, and whether it may be registered."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final, NewType

from budget.domain.offsets.claims import CertificateRange
from budget.domain.offsets.evidence_rules import used_before
from budget.domain.offsets.headings import law_day
from budget.domain.offsets.situation import EarlierUse
from budget.domain.offsets.telling import Inputs, accepted, cited, fails, holds, not_on_file, not_stated, words
from kernel.quantities import Basis
from kernel.regions import RegionCode
from kernel.text import Text, joined
from ledger.accounts import GRANTED_MAX, AccountId, Standing
from ledger.entries import TransferId, note_of
from ledger.operations import Grant
from statute.finding import Citation, Finding
from statute.inforce import Law
from statute.loader import PolicyBundle

SavingId = NewType("SavingId", str)

INSTRUMENT: Final = "saving_kgce"
SOURCE: Final = "budget.saving.source"
WINDOW: Final = "budget.saving.window"
ONCE: Final = "budget.saving.once"
NOT_ALLOWED: Final = "budget.replacement.not_allowed"
SAME_PERIOD: Final = "budget.replacement.window"
PLAN_PERIOD: Final = "budget.plan_period"
DOUBLE_FUNCTION: Final = "budget.replacement.double_function"
L6: Final = "budget.ledger.l6"
BASIS: Final = "budget.replacement.basis"


class SavingSource(Enum):
    SHUTDOWN = "shutdown"
    RETROFIT = "retrofit"
    FUEL_CHANGE = "fuel_change"
    ENERGY_USE_RIGHT = "energy_use_right"


SOURCES: Final = {
    SavingSource.SHUTDOWN: Text("关停产能", "capacity shut down"),
    SavingSource.RETROFIT: Text("节能改造", "a retrofit"),
    SavingSource.FUEL_CHANGE: Text("改用非化石能源", "a change of fuel"),
    SavingSource.ENERGY_USE_RIGHT: Text("购买的用能权", "bought energy-use rights"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A saving as its owner states it; never changes. `amount_kgce` a year, on `basis`."""

    id: SavingId
    source: SavingSource
    region: RegionCode
    made_on: date
    plan_year: int
    basis: Basis
    amount_kgce: int
    acceptance: str = ""
    metering_records: tuple[str, ...] = ()
    certificates: tuple[CertificateRange, ...] = ()
    lot: str = ""
    eliminated_by_order: bool | None = None

    def __post_init__(self) -> None:
        assert 0 < self.amount_kgce <= GRANTED_MAX

    @property
    def name(self) -> str:
        return f"savings/{self.id}"

    @property
    def account(self) -> AccountId:
        return AccountId(self.id, INSTRUMENT)

    def grant(self) -> Grant:
        note = self.acceptance or "; ".join(self.metering_records)
        legs = {self.account: self.amount_kgce}
        return Grant(TransferId(self.name), legs, self.made_on, note_of(note))


@dataclass(frozen=True, slots=True)
class Saving:
    """A registered saving and how its account stands."""

    statement: Statement
    balances: Standing
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class SavingRegistered:
    saving: Saving
    findings: tuple[Finding, ...]
    bundle_hash: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is answered to a statement, whether it is registered or not."""

    findings: tuple[Finding, ...]
    bundle_hash: str

    @property
    def accepted(self) -> bool:
        return accepted(self.findings)


def judge(statement: Statement, used: tuple[EarlierUse, ...], policy: PolicyBundle) -> Judged:
    """By the law of the year of the plan period in which it is to be used."""
    law = policy.at(law_day(statement.plan_year))
    findings = (_source(statement, law), _window(statement, law, policy), _once(statement, used, law))
    return Judged(findings, policy.bundle_hash)


def _source(statement: Statement, law: Law) -> Finding:
    """An allowed source with its evidence; not capacity that an order had eliminated before the window."""
    rule, source = law.rule(SOURCE), law.on(f"budget.replacement.source.{statement.source.value}")
    barred, basis = law.on(NOT_ALLOWED), law.on(BASIS)
    inputs: Inputs = (("saving.source", statement.source.value), ("saving.acceptance", statement.acceptance))
    if source is None or barred is None:
        because = Text("该替代来源未载明依据, 由人工判定", "This source is not on file: a person decides.")
        return not_on_file(rule, because, inputs)
    under = cited(source, barred, basis)
    if statement.eliminated_by_order:
        because = Text(
            "窗口期前依令淘汰的产能不得用于替代", "Capacity eliminated by order before the window is barred."
        )
        return fails(rule, because, inputs, under)
    if missing := _missing(statement):
        because = Text("未提供: {missing}", "Not given: {missing}", missing=", ".join(missing))
        return not_stated(rule, because, missing, inputs, under=under)
    because = Text(
        "来源 {source}, 凭证 {evidence}",
        "The source is {source}, its evidence {evidence}.",
        source=SOURCES[statement.source],
        evidence=statement.acceptance or ", ".join(statement.metering_records),
    )
    return holds(rule, because, inputs, under)


def _missing(statement: Statement) -> tuple[str, ...]:
    missing = []
    if statement.source is SavingSource.FUEL_CHANGE:
        if not statement.metering_records:
            missing.append("saving.metering_records")
        if not statement.certificates:
            missing.append("saving.certificates")
    elif not statement.acceptance:
        missing.append("saving.acceptance")
    if statement.source is SavingSource.SHUTDOWN and statement.eliminated_by_order is None:
        missing.append("saving.eliminated_by_order")
    return tuple(missing)


def plan_period(year: int, policy: PolicyBundle) -> Citation | None:
    """The five-year plan of the year: its first day, and the day after its last. None when it is not on file."""
    found = policy.on(PLAN_PERIOD, law_day(year))
    return None if found is None else found.citation


def _window(statement: Statement, law: Law, policy: PolicyBundle) -> Finding:
    """Made within the plan period in which it is to be used."""
    rule, window, plan = law.rule(WINDOW), law.on(SAME_PERIOD), law.on(PLAN_PERIOD)
    inputs: Inputs = (("saving.made_on", str(statement.made_on)), ("saving.plan_year", str(statement.plan_year)))
    if window is None or plan is None:
        because = Text("替代量的形成期未载明, 由人工判定", "The window is not on file: a person decides.")
        return not_on_file(rule, because, inputs)
    under = cited(window, plan, law.on(NOT_ALLOWED))
    values = {"day": statement.made_on, "plan": words(plan)}
    if policy.on(PLAN_PERIOD, statement.made_on) != plan:
        because = Text("{day} 不在使用该替代量的规划期内{plan}", "{day} is outside the plan period{plan}", **values)
        return fails(rule, because, inputs, under)
    return holds(
        rule, Text("形成于规划期内{plan}", "It was made within the plan period{plan}", **values), inputs, under
    )


def _once(statement: Statement, used: tuple[EarlierUse, ...], law: Law) -> Finding:
    """Its acceptance, records, certificates and lot count once as energy; a shut line's capacity is another thing."""
    rule, under = law.rule(ONCE), cited(law.on(L6), law.on(DOUBLE_FUNCTION))
    if used:
        because = joined([used_before(use) for use in used])
        return fails(rule, because, tuple((use.evidence, use.used_by) for use in used), under)
    inputs: Inputs = (("saving.lot", statement.lot),)
    return holds(rule, Text("凭证在全省均未使用", "None of its evidence was used before."), inputs, under)
