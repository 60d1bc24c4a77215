"""Energy taken for one filing from a region and all above it, and what was answered when it was asked for."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NewType

from budget.domain.envelopes import AMOUNT_KGCE_MAX, Account
from budget.domain.refusals import DeductionExistsDifferent, DeductionPosted
from kernel.errors import NotFound
from kernel.regions import RegionCode
from statute.finding import Finding

DeductionId = NewType("DeductionId", str)


class DeductionState(Enum):
    RESERVED = "reserved"
    REFUSED = "refused"
    POSTED = "posted"
    VOIDED = "voided"


class Refusal(Enum):
    """Why a reservation was refused, by its name in the contracts."""

    INSUFFICIENT_BUDGET = "INSUFFICIENT_BUDGET"
    ENVELOPE_NOT_SET = "ENVELOPE_NOT_SET"
    DEDUCTION_VOIDED = "DEDUCTION_VOIDED"
    """It was given back before it was asked for."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked for; never changes under one id. `amount_kgce` is on the 当量 basis."""

    region: RegionCode
    year: int
    amount_kgce: int

    def __post_init__(self) -> None:
        assert 0 < self.amount_kgce <= AMOUNT_KGCE_MAX


@dataclass(frozen=True, slots=True)
class Asked:
    """One reservation as it was asked for."""

    deduction: DeductionId
    filing: str
    demand: Demand


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, once. `levels` as they stood afterwards, or, when refused, as they were found."""

    refusal: Refusal | None
    levels: tuple[Account, ...]
    findings: tuple[Finding, ...]
    bundle_hash: str


@dataclass(frozen=True, slots=True)
class Deduction:
    """One deduction id's story. Invariants: demand and answer come together; energy is taken only when not refused.

    Without a demand it was voided before it was asked for.
    """

    id: DeductionId
    filing: str
    state: DeductionState
    demand: Demand | None = None
    answer: Answer | None = None

    def __post_init__(self) -> None:
        assert (self.demand is None) == (self.answer is None)
        if self.state is DeductionState.REFUSED:
            assert not self.took_energy
        if self.state in (DeductionState.RESERVED, DeductionState.POSTED):
            assert self.took_energy

    @property
    def took_energy(self) -> bool:
        """Whether the ledger ever held energy for it."""
        return self.answer is not None and self.answer.refusal is None

    def ask(self, asked: Asked, bundle_hash: str) -> tuple["Deduction", "DeductionRefused | None"]:
        """Asked again: the same, without an event. Asked after it was voided: refused, once.

        Raises DeductionExistsDifferent when another filing, region, year or amount comes under this id.
        """
        if asked.filing != self.filing or self.demand not in (None, asked.demand):
            raise DeductionExistsDifferent(self.id)
        if self.demand is not None:
            return self, None
        answer = Answer(Refusal.DEDUCTION_VOIDED, levels=(), findings=(), bundle_hash=bundle_hash)
        refused = replace(self, demand=asked.demand, answer=answer)
        return refused, DeductionRefused(refused)

    def void(self) -> tuple["Deduction", "DeductionVoided | None"]:
        """Given back; the event only when energy was held until now. Raises DeductionPosted."""
        if self.state is DeductionState.POSTED:
            raise DeductionPosted(self.id)
        voided = replace(self, state=DeductionState.VOIDED)
        return voided, DeductionVoided(voided) if self.state is DeductionState.RESERVED else None


@dataclass(frozen=True, slots=True)
class DeductionReserved:
    deduction: Deduction


@dataclass(frozen=True, slots=True)
class DeductionRefused:
    deduction: Deduction


@dataclass(frozen=True, slots=True)
class DeductionVoided:
    deduction: Deduction


def voided_unasked(deduction: DeductionId, filing: str) -> Deduction:
    """What remembers a void that overtook its reservation: the reservation must then be refused."""
    return Deduction(deduction, filing, DeductionState.VOIDED)


def known_by_name(deduction: DeductionId, found: Deduction | None) -> Deduction:
    """A deduction of the API: one that took energy. Raises NotFound for one refused or never made."""
    if found is None or not found.took_energy:
        raise NotFound(f"deductions/{deduction}")
    return found
