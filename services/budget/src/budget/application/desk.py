"""Where commands on deductions are decided, many in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from budget.application.commands import Command, Reserve, deduction_of
from budget.application.deciding import Decision, decide, give_way
from budget.domain.deductions import Deduction, DeductionEvent, DeductionId
from budget.domain.draws import accounts_looked_at
from budget.domain.reservation import hold_id, hold_ids
from kernel.clock import Clock, legal_day
from ledger.book import Book
from ledger.group import Touched
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from ledger.store import Connection


@dataclass(frozen=True, slots=True)
class Ticket:
    """A command, and the trace that it belongs to."""

    command: Command
    trace: str = ""


@dataclass(slots=True)
class Loaded:
    """The deductions that a batch looks at, as its decisions leave them, and what is to be announced, in order."""

    known: dict[DeductionId, Deduction]
    begun: dict[DeductionId, Deduction] = field(default_factory=dict)
    changed: dict[DeductionId, Deduction] = field(default_factory=dict)
    events: list[tuple[DeductionEvent, str]] = field(default_factory=list)


class Records(Protocol):
    """What is kept of deductions beside the ledger."""

    async def load(self, connection: "Connection", ids: Sequence[DeductionId]) -> dict[DeductionId, Deduction]: ...

    async def save(self, connection: "Connection", loaded: Loaded) -> None:
        """Writes what was begun and what changed, and announces the events.

        Raises asyncpg.UniqueViolationError when somebody else has begun the same meanwhile.
        """

    @property
    def statement(self) -> str:
        """As Desk.statement: its records are what `begun` gives."""

    def begun(self, loaded: Loaded) -> Sequence[object]:
        """What is written of deductions that nobody had heard of, and of their events."""


class DeductionDesk:
    keeps = True

    def __init__(self, records: Records, policy: PolicyBundle, clock: Clock) -> None:
        self._records = records
        self._policy = policy
        self._clock = clock

    def touches(self, asked: Sequence[Ticket]) -> Touched:
        reserved = [ticket.command.asked for ticket in asked if isinstance(ticket.command, Reserve)]
        begun = {hold_id(one.deduction) for one in reserved}
        before = [one.demand.replaces for one in reserved if one.demand.replaces is not None]
        before += [deduction_of(ticket.command) for ticket in asked if not isinstance(ticket.command, Reserve)]
        today = legal_day(self._clock())
        known = {id_ for deduction in before for id_ in hold_ids(deduction, today)}
        accounts = frozenset().union(*{accounts_looked_at(one.demand) for one in reserved})
        return Touched(accounts, begun - known, known)

    async def load(self, connection: "Connection", asked: Sequence[Ticket]) -> Loaded:
        ids = {deduction_of(ticket.command) for ticket in asked}
        ids |= {t.command.asked.demand.replaces for t in asked if isinstance(t.command, Reserve)} - {None}  # type: ignore[arg-type]
        return Loaded(await self._records.load(connection, sorted(ids)))

    def decide(self, asked: Ticket, book: Book, loaded: Loaded) -> Deduction:
        command, on = asked.command, legal_day(self._clock())
        decision = decide(command, book, loaded.known, self._policy, on=on)
        self._note(decision, loaded, asked.trace)
        made = decision.deduction
        replaced = command.asked.demand.replaces if isinstance(command, Reserve) else None
        if replaced is not None and decision.event is not None and made.took_energy:
            self._note(give_way(loaded.known[replaced], made.id, book, on=on), loaded, asked.trace)
        return made

    def _note(self, decision: Decision, loaded: Loaded, trace: str) -> None:
        deduction = decision.deduction
        if loaded.known.get(deduction.id) != deduction:
            new = deduction.id not in loaded.known or deduction.id in loaded.begun
            (loaded.begun if new else loaded.changed)[deduction.id] = deduction
            loaded.known[deduction.id] = deduction
        if decision.event is not None:
            loaded.events.append((decision.event, trace))

    async def save(self, connection: "Connection", _answers: Sequence[Deduction], loaded: Loaded) -> None:
        await self._records.save(connection, loaded)

    @property
    def statement(self) -> str:
        return self._records.statement

    def unheard(self) -> Loaded:
        return Loaded({})

    def records(self, loaded: Loaded) -> Sequence[object]:
        return self._records.begun(loaded)
