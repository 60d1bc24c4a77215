"""What the use cases need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kernel.regions import RegionCode
from screening.domain.case import Case
from screening.domain.deciding import Command
from screening.domain.decision import Decision, Standing
from screening.domain.facts import Fact, FactVersion, FilingId
from screening.domain.queue import Place
from screening.domain.regions import RegionFact, RegionFacts
from screening.domain.sweeps import Scope, Sweep
from servicekit.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Waits:
    """The facts that a case waits for, by name, and since when."""

    names: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A case, and beside it the decision that stands, when the budget was asked last, and what it waits for."""

    case: Case
    standing: Standing | None = None
    asked_at: datetime | None = None
    waits: Waits | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact of a filing."""

    filing: FilingId
    fact: Fact


class Cases(Protocol):
    """Every filing of which a fact was heard."""

    async def load(self, filings: Iterable[FilingId]) -> dict[FilingId, Record]:
        """The cases, locked until the transaction ends; empty ones where nothing was heard before.

        Until then no region changes either.
        """

    async def get(self, filing: FilingId) -> Record | None: ...

    async def ids_within(self, prefix: str, after: FilingId, size: int) -> Sequence[FilingId]:
        """The filings that follow, by id, where the region's code begins so."""

    async def read(self, filings: Sequence[FilingId]) -> Mapping[FilingId, Record]:
        """Those of which something was heard, not locked."""

    async def save(self, records: Mapping[FilingId, Record], *, bars_at: int, at: datetime) -> None:
        """What differs from what was loaded, as it was screened at the instant.

        A case that was refused `bars_at` times bars those behind it.
        """

    async def barriers(self, regions: Iterable[RegionCode]) -> Mapping[RegionCode, Place]:
        """Of each region for whose budget somebody bars others: the first who does."""

    async def lapsed_overrides(self, day: date, size: int) -> Sequence[FilingId]:
        """Cases with an override whose end date has come and that were not screened since."""

    async def note_lapse(self, filings: Iterable[FilingId], day: date) -> None:
        """They were screened on that day; later overrides still have their own."""


class Regions(Protocol):
    """Every version of the levels of each region that is known."""

    async def get_for_update(self, region: RegionCode) -> RegionFact | None:
        """The region's levels. Until the transaction ends nobody else changes a region, a case or a decision."""

    async def known_of(self, regions: Iterable[RegionCode]) -> RegionFacts: ...

    async def at_versions(self, facts: Iterable[FactVersion]) -> Mapping[FactVersion, RegionFact]:
        """The regions among the facts, in just these versions."""

    async def save(self, fact: RegionFact) -> None: ...


class Freed(Protocol):
    """When each region's budget became free (FREED), or more of it was granted (GRANTED)."""

    async def note(self, regions: Iterable[RegionCode], scope: Scope, at: datetime) -> None: ...

    async def since(self, regions: Iterable[RegionCode], scope: Scope) -> Mapping[RegionCode, datetime]: ...


class Turns(Protocol):
    """Who was served before others that stood before it."""

    async def note_served(self, cases: Sequence[Case], at: datetime) -> None:
        """Remembers those for whose budget somebody waits who stands before them."""

    async def overtaken(
        self, waited: Mapping[FilingId, tuple[Place, Sequence[RegionCode], datetime]]
    ) -> Collection[FilingId]:
        """Those behind whom somebody was served, of one of the regions' budgets, since the instant."""


class Sweeps(Protocol):
    """What has to be screened again, cause by cause."""

    async def add(self, sweep: Sweep, at: datetime) -> None:
        """Joins one of the same scope that has not begun yet; then one screening answers both causes."""

    async def current(self, bundle_hash: str) -> Sweep | None:
        """The oldest that is not done, for this policy bundle or for any; nobody else gets one meanwhile."""

    async def begin(self, sweep: Sweep) -> None:
        """Nothing joins it any more; all that it is to find is committed. The transaction ends with this."""

    async def page(self, sweep: Sweep, size: int) -> Sequence[Place]:
        """Those of its cases that follow its position, in the published order."""

    async def advance(self, sweep: Sweep, screened: Sequence[Place], at: datetime, *, done: bool) -> None: ...


class Decisions(Protocol):
    """Every decision."""

    async def current(self, filing: FilingId) -> Decision | None: ...

    async def get(self, filing: FilingId, number: int) -> Decision | None: ...

    async def page(self, after: str, size: int) -> Sequence[Decision]:
        """The current decisions of the filings that follow `after`, by filing id."""

    async def history(self, filing: FilingId, before: int, size: int) -> Sequence[Decision]:
        """Those with lower numbers than `before`, the newest first; 0 begins with the newest."""

    def standing(self, decision: Decision) -> Standing:
        """What a case has to know of it once it stands; call it before `add`."""

    async def add(self, decisions: Sequence[Decision]) -> None:
        """And tells everybody of them."""


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
    def freed(self) -> Freed: ...

    @property
    def turns(self) -> Turns: ...

    @property
    def sweeps(self) -> Sweeps: ...

    @property
    def decisions(self) -> Decisions: ...

    @property
    def journal(self) -> Journal: ...

    def hear(self, heard: Heard) -> None:
        """Is taken in when the transaction commits, together with all else that it heard."""

    async def reserve(self, case: Case) -> None:
        """Asks the budget for the energy of the reservation that stands."""

    async def command(self, filing: FilingId, command: Command) -> None:
        """Tells the budget to give back, make final or undo."""
