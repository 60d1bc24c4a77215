"""What the use cases need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kernel.regions import RegionCode
from screening.domain.case import Case, Reservation
from screening.domain.decision import Decision
from screening.domain.facts import FilingId
from screening.domain.regions import RegionFact, RegionFacts
from servicekit.storage.transaction import Transaction


class Cases(Protocol):
    """Every filing of which a fact was heard."""

    async def get_for_update(self, filing: FilingId) -> Case:
        """The case, locked until the transaction ends; an empty one when nothing was heard of it before.

        Until then no region changes either.
        """

    async def get(self, filing: FilingId) -> Case | None: ...

    async def page_within_for_update(self, region: RegionCode, after: FilingId, size: int) -> Sequence[Case]:
        """The cases in the region or below it that follow `after`, by filing id, locked until the transaction ends."""

    async def save(self, case: Case) -> None: ...


class Regions(Protocol):
    """The newest levels of each region that is known."""

    async def get_for_update(self, region: RegionCode) -> RegionFact | None:
        """The region's levels. Until the transaction ends nobody else changes a region, a case or a decision."""

    async def known_of(self, regions: Iterable[RegionCode]) -> RegionFacts: ...

    async def save(self, fact: RegionFact) -> None: ...


class Decisions(Protocol):
    """Every decision."""

    async def current(self, filing: FilingId) -> Decision | None: ...

    async def get(self, filing: FilingId, number: int) -> Decision | None: ...

    async def page(self, after: str, size: int) -> Sequence[Decision]:
        """The current decisions of the filings that follow `after`, by filing id."""

    async def add(self, decision: Decision) -> None: ...


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of all decisions: after this transaction's decision of this number in the sequence."""

    transaction: int = 0
    sequence: int = 0


class Journal(Protocol):
    """Every decision in an order in which nothing is ever put before what was read."""

    async def after(self, position: Position, size: int) -> Sequence[tuple[Position, Decision]]: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def cases(self) -> Cases: ...

    @property
    def regions(self) -> Regions: ...

    @property
    def decisions(self) -> Decisions: ...

    @property
    def journal(self) -> Journal: ...

    async def announce(self, decision: Decision) -> None:
        """Tells everybody of a decision."""

    async def reserve(self, reservation: Reservation) -> None:
        """Asks the budget for energy."""

    async def void(self, reservation: Reservation) -> None:
        """Gives energy back to the budget."""
