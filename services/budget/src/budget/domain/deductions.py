"""Energy taken for one filing from a region and all above it, and what was answered when it was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final, NewType

from budget.domain.envelopes import AMOUNT_MAX, Account
from budget.domain.refusals import (
    DeductionAlreadyVoided,
    DeductionExistsDifferent,
    DeductionIsExpired,
    DeductionIsPosted,
    DeductionIsReversed,
    NotPosted,
)
from kernel.errors import DomainError, NotFound
from kernel.regions import RegionCode
from ledger.accounts import AccountId
from statute.finding import Finding

DeductionId = NewType("DeductionId", str)


PHASES_MAX = 21
"""Years in which one project may start a stage."""


class DeductionState(Enum):
    RESERVED = "reserved"
    REFUSED = "refused"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"
    REVERSED = "reversed"


class Refusal(Enum):
    """Why a reservation was refused, by its name in the contracts."""

    INSUFFICIENT_BUDGET = "INSUFFICIENT_BUDGET"
    ENVELOPE_NOT_SET = "ENVELOPE_NOT_SET"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    """Some level takes nothing new: its period is closed, or the second book differs."""
    DEDUCTION_VOIDED = "DEDUCTION_VOIDED"
    """It was given back before it was asked for."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What one stage of a project adds in the year in which it starts: kgce on the 当量 basis, and kgCO2.

    None: the carbon is not stated, which is not zero.
    """

    year: int
    amount_kgce: int
    amount_kgco2: int | None = None

    def __post_init__(self) -> None:
        assert 0 < self.amount_kgce <= AMOUNT_MAX
        assert self.amount_kgco2 is None or 0 < self.amount_kgco2 <= AMOUNT_MAX


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked for; never changes under one id. Phases are in the order of their years, each year once."""

    region: RegionCode
    phases: tuple[Phase, ...]
    expires_on: date | None = None
    replaces: DeductionId | None = None

    def __post_init__(self) -> None:
        years = [phase.year for phase in self.phases]
        assert 1 <= len(years) <= PHASES_MAX
        assert years == sorted(set(years))

    @property
    def first(self) -> Phase:
        return self.phases[0]


def demand_of(region: RegionCode, year: int, amount_kgce: int) -> Demand:
    """All energy in one year, and no carbon stated."""
    return Demand(region, (Phase(year, amount_kgce),))


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
        if self.state not in (DeductionState.REFUSED, DeductionState.VOIDED):
            assert self.took_energy

    @property
    def region(self) -> RegionCode | None:
        return None if self.demand is None else self.demand.region

    @property
    def took_energy(self) -> bool:
        """Whether the ledger ever held energy for it."""
        return self.answer is not None and self.answer.refusal is None

    def ask(self, asked: Asked, bundle_hash: str) -> tuple["Deduction", "DeductionRefused | None"]:
        """Asked again: the same, without an event. Asked after it was voided: refused, once.

        Raises DeductionExistsDifferent when another filing or demand comes under this id.
        """
        if asked.filing != self.filing or self.demand not in (None, asked.demand):
            raise DeductionExistsDifferent(self.id)
        if self.demand is not None:
            return self, None
        answer = Answer(Refusal.DEDUCTION_VOIDED, levels=(), findings=(), bundle_hash=bundle_hash)
        refused = replace(self, demand=asked.demand, answer=answer)
        return refused, DeductionRefused(refused)

    def void(self) -> tuple["Deduction", "DeductionVoided | None"]:
        """Given back; the event only when energy was held until now. Raises DeductionPosted, DeductionIsReversed."""
        if self.state in POSTED_ONCE:
            raise CLOSED[self.state](self.id)
        if self.state is DeductionState.EXPIRED:
            return self, None
        voided = replace(self, state=DeductionState.VOIDED)
        return voided, DeductionVoided(voided) if self.state is DeductionState.RESERVED else None

    def give_way(self) -> tuple["Deduction", "DeductionVoided"]:
        """Given back because another takes its place. Raises what CLOSED says of its state: it gives way once."""
        if self.state is not DeductionState.RESERVED:
            raise CLOSED[self.state](self.id)
        voided = replace(self, state=DeductionState.VOIDED)
        return voided, DeductionVoided(voided)

    def post(self, used: tuple[Phase, ...], document: str) -> tuple["Deduction", "DeductionPosted | None"]:
        """Made final; no event when it was before. Raises what CLOSED says of its state."""
        if self.state is DeductionState.POSTED:
            return self, None
        if self.state is not DeductionState.RESERVED:
            raise CLOSED[self.state](self.id)
        posted = replace(self, state=DeductionState.POSTED)
        return posted, DeductionPosted(posted, used, document)

    def expire(self) -> tuple["Deduction", "DeductionExpired | None"]:
        """Given back for lapse of time; nothing when it is no longer held."""
        if self.state is not DeductionState.RESERVED:
            return self, None
        expired = replace(self, state=DeductionState.EXPIRED)
        return expired, DeductionExpired(expired)

    def reverse(self, signers: tuple[str, ...], reason: str) -> tuple["Deduction", "DeductionReversed | None"]:
        """Undone by two persons; no event when it was before. Raises NotPosted."""
        if self.state is DeductionState.REVERSED:
            return self, None
        if self.state is not DeductionState.POSTED:
            raise NotPosted(self.id)
        reversed_ = replace(self, state=DeductionState.REVERSED)
        return reversed_, DeductionReversed(reversed_, signers, reason)


POSTED_ONCE: Final = frozenset({DeductionState.POSTED, DeductionState.REVERSED})
"""What was posted is never given back, only reversed."""

CLOSED: Final[Mapping[DeductionState, Callable[[str], DomainError]]] = {
    DeductionState.POSTED: DeductionIsPosted,
    DeductionState.VOIDED: DeductionAlreadyVoided,
    DeductionState.EXPIRED: DeductionIsExpired,
    DeductionState.REVERSED: DeductionIsReversed,
}
"""Why a deduction in this state takes no other turn."""


@dataclass(frozen=True, slots=True)
class DeductionReserved:
    deduction: Deduction


@dataclass(frozen=True, slots=True)
class DeductionRefused:
    deduction: Deduction


@dataclass(frozen=True, slots=True)
class DeductionVoided:
    """`freed` are the accounts that can take more than before; so they are of the events that follow."""

    deduction: Deduction
    freed: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class DeductionPosted:
    deduction: Deduction
    used: tuple[Phase, ...]
    document: str
    freed: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class DeductionExpired:
    deduction: Deduction
    freed: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class DeductionReversed:
    deduction: Deduction
    signers: tuple[str, ...]
    reason: str
    freed: tuple[AccountId, ...] = ()


DeductionEvent = (
    DeductionReserved | DeductionRefused | DeductionVoided | DeductionPosted | DeductionExpired | DeductionReversed
)


def voided_unasked(deduction: DeductionId, filing: str) -> Deduction:
    """What remembers a void that overtook its reservation: the reservation must then be refused."""
    return Deduction(deduction, filing, DeductionState.VOIDED)


def known_by_name(deduction: DeductionId, found: Deduction | None) -> Deduction:
    """A deduction of the API: one that took energy. Raises NotFound for one refused or never made."""
    if found is None or not found.took_energy:
        raise NotFound(f"deductions/{deduction}")
    return found
