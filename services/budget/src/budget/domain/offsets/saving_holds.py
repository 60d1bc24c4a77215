"""Savings held for one filing: all together at least what the ratio asks for, all or none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from enum import Enum
from typing import Final, NewType

from budget.domain.offsets.amounts import EXACT
from budget.domain.offsets.headings import law_day
from budget.domain.offsets.refusals import InsufficientSaving, ReplacementTooSmall, SavingHoldClosed, SavingUnfit
from budget.domain.offsets.savings import PLAN_PERIOD, SAME_PERIOD, Saving, SavingId, SavingSource
from budget.domain.offsets.telling import cited, holds
from budget.domain.offsets.words import BASES
from kernel.quantities import Basis, plain
from kernel.regions import RegionCode, prefecture_of
from kernel.text import Text
from ledger.accounts import AccountId
from ledger.entries import TransferId
from statute.finding import Finding
from statute.inforce import Law
from statute.loader import PolicyBundle
from statute.parameter import Version

HoldId = NewType("HoldId", str)

RATIO: Final = "budget.saving.ratio"
SAME_REGION: Final = "budget.replacement.same_region"


class Mode(Enum):
    """等量, 减量; each value is the parameter of its ratio. A province's own edition overrides the nation's."""

    EQUAL = "budget.replacement.equal_ratio"
    REDUCED = "budget.replacement.reduced_ratio"


class HoldState(Enum):
    RESERVED = "reserved"
    POSTED = "posted"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Asked:
    """Savings as they are asked for. `energy_kgce` is the new consumption a year, on `basis`."""

    filing: str
    region: RegionCode
    year: int
    basis: Basis
    energy_kgce: int
    mode: Mode
    shares: Mapping[SavingId, int]

    def __post_init__(self) -> None:
        assert self.energy_kgce > 0
        assert self.shares
        assert min(self.shares.values()) > 0


@dataclass(frozen=True, slots=True)
class SavingHold:
    """Savings held as they were asked for. Invariant: the shares come to at least what is required."""

    id: HoldId
    asked: Asked
    required_kgce: int
    ratio: Decimal
    findings: tuple[Finding, ...]
    bundle_hash: str
    state: HoldState = HoldState.RESERVED

    def __post_init__(self) -> None:
        assert sum(self.asked.shares.values()) >= self.required_kgce > 0

    @property
    def name(self) -> str:
        return f"savingHolds/{self.id}"

    @property
    def transfer(self) -> TransferId:
        return TransferId(self.name)

    def resolved(self, state: HoldState) -> "SavingHold":
        """Posted or voided; the same when it is so already. Raises SavingHoldClosed when it is the other."""
        if self.state not in (HoldState.RESERVED, state):
            raise SavingHoldClosed(self.name, self.state.value)
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class SavingHoldChanged:
    """It was reserved, posted or voided: as its state says."""

    hold: SavingHold


def reserve(id_: HoldId, asked: Asked, savings: Mapping[SavingId, Saving], policy: PolicyBundle) -> SavingHold:
    """`savings` has every saving asked for.

    Raises SavingUnfit, InsufficientSaving and ReplacementTooSmall; nothing is taken then.
    """
    law = policy.at(law_day(asked.year))
    for saving_id, amount in asked.shares.items():
        saving = savings[saving_id]
        _fit(saving, asked, law, policy)
        if amount > saving.balances.available:
            raise InsufficientSaving(saving.statement.name, amount, saving.balances.available)
    ratio = _on_file(law, asked.mode.value, "*")
    required = int(EXACT.multiply(ratio.number, asked.energy_kgce).to_integral_value(ROUND_CEILING))
    offered = sum(asked.shares.values())
    if offered < required:
        raise ReplacementTooSmall(offered, required, plain(ratio.number), asked.mode.value)
    return SavingHold(
        id=id_,
        asked=asked,
        required_kgce=required,
        ratio=ratio.number,
        findings=(_enough(asked, required, ratio, law),),
        bundle_hash=policy.bundle_hash,
    )


def _enough(asked: Asked, required: int, ratio: Version, law: Law) -> Finding:
    because = Text(
        "新增 {energy} kgce ({basis}) 按 {ratio} 须替代 {required} kgce, 提供 {offered} kgce",
        "{energy} kgce ({basis}) at a ratio of {ratio} asks for {required} kgce; {offered} kgce are brought",
        energy=asked.energy_kgce,
        basis=BASES[asked.basis],
        ratio=ratio.number,
        required=required,
        offered=sum(asked.shares.values()),
    )
    inputs = tuple((f"savings/{saving}", f"{amount} kgce") for saving, amount in asked.shares.items())
    return holds(law.rule(RATIO), because, inputs, cited(ratio, law.on(SAME_PERIOD)))


def legs(hold: SavingHold, savings: Mapping[SavingId, Saving]) -> dict[AccountId, int]:
    return {savings[saving].statement.account: amount for saving, amount in hold.asked.shares.items()}


def _on_file(law: Law, parameter: str, saving: str) -> Version:
    version = law.on(parameter)
    if version is None:
        raise SavingUnfit(saving, "RULE_NOT_ON_FILE", "unknown", parameter)
    return version


def _fit(saving: Saving, asked: Asked, law: Law, policy: PolicyBundle) -> None:
    """Of the same plan period and basis; capacity shut down serves its own region only."""
    statement = saving.statement
    plan = _on_file(law, PLAN_PERIOD, statement.name)
    own = policy.on(PLAN_PERIOD, law_day(statement.plan_year))
    if own != plan:
        raise SavingUnfit(statement.name, "WINDOW", str(statement.plan_year), str(asked.year))
    if statement.basis is not asked.basis:
        raise SavingUnfit(statement.name, "BASIS", statement.basis.value, asked.basis.value)
    if statement.source is SavingSource.SHUTDOWN and not _same_region(statement.region, asked.region, law):
        raise SavingUnfit(statement.name, "REGION", statement.region, asked.region)


def _same_region(saved_in: RegionCode, used_in: RegionCode, law: Law) -> bool:
    _on_file(law, SAME_REGION, "*")
    return prefecture_of(saved_in) == prefecture_of(used_in)
