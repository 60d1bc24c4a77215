"""One transaction of screening in PostgreSQL."""

from collections.abc import Awaitable, Callable, Sequence

from google.protobuf.message import Message

from kernel.regions import province_of
from screening.adapters.acts import PostgresOverrides, PostgresRulings
from screening.adapters.archive import PostgresArchive, PostgresLaws
from screening.adapters.cases import PostgresCases
from screening.adapters.decisions import PostgresDecisions, PostgresJournal
from screening.adapters.locks import Locks, OrderedInbox
from screening.adapters.projects import PostgresProjects
from screening.adapters.regions import PostgresFreed, PostgresRegions
from screening.adapters.sweeps import PostgresSweeps
from screening.adapters.turns import PostgresTurns
from screening.adapters.waiting import PostgresQueue, PostgresStuck
from screening.application.ports import Heard
from screening.domain.case import Case, Reservation
from screening.domain.deciding import Command, Void
from screening.domain.facts import FilingId
from screening.wire.commands import command_to_wire, reserve_to_wire
from servicekit.eventing.topics import BUDGET_COMMANDS
from servicekit.storage.database import Database
from servicekit.storage.unit_of_work import UnitOfWork
from servicekit.telemetry.tracing import traceparent

Settle = Callable[[Sequence[Heard], "ScreeningWork"], Awaitable[None]]
"""Takes in what a batch heard, all of it together."""


class ScreeningWork(UnitOfWork):
    """One transaction on cases, region levels, sweeps and decisions."""

    cases: PostgresCases
    regions: PostgresRegions
    freed: PostgresFreed
    turns: PostgresTurns
    sweeps: PostgresSweeps
    decisions: PostgresDecisions
    journal: PostgresJournal
    archive: PostgresArchive
    laws: PostgresLaws
    rulings: PostgresRulings
    overrides: PostgresOverrides
    queue: PostgresQueue
    stuck: PostgresStuck
    projects: PostgresProjects

    def __init__(self, database: Database, source: str, settle: Settle) -> None:
        super().__init__(database, source)
        self._settle = settle
        self._heard: list[Heard] = []
        self._traces: dict[FilingId, str] = {}

    def hear(self, heard: Heard) -> None:
        """Is taken in when the transaction commits, together with all else that it heard."""
        self._heard.append(heard)
        self._traces[heard.filing] = traceparent()

    async def commit(self) -> None:
        if self._heard:
            await self._settle(self._heard, self)
            self._heard = []
        await self.freed.flush()
        await self.sweeps.flush()
        await super().commit()

    def _open(self) -> None:
        locks = Locks(self.connection)
        self.inbox = OrderedInbox(self.connection, locks)
        self.cases = PostgresCases(self.connection, locks)
        self.regions = PostgresRegions(self.connection, locks)
        self.freed = PostgresFreed(self.connection, locks)
        self.turns = PostgresTurns(self.connection)
        self.sweeps = PostgresSweeps(self.connection, locks)
        self.decisions = PostgresDecisions(self.connection, self.outbox, self._traces)
        self.journal = PostgresJournal(self.connection)
        self.archive = PostgresArchive(self.connection, self.regions)
        self.laws = PostgresLaws(self.connection)
        self.rulings = PostgresRulings(self.connection)
        self.overrides = PostgresOverrides(self.connection)
        self.queue = PostgresQueue(self.connection)
        self.stuck = PostgresStuck(self.connection)
        self.projects = PostgresProjects(self.connection)

    async def reserve(self, case: Case) -> None:
        assert case.reservation is not None
        await self._tell(case.filing_id, case.reservation, reserve_to_wire(case.reservation))

    async def command(self, filing: FilingId, command: Command) -> None:
        reservation = command.reservation if isinstance(command, Void) else command.posted.reservation
        await self._tell(filing, reservation, command_to_wire(filing, command))

    async def _tell(self, filing: FilingId, reservation: Reservation, message: Message) -> None:
        """All that a province's budgets are asked is in one order: that of the queue is kept up to the ledger."""
        key = province_of(reservation.region)
        await self.outbox.append(BUDGET_COMMANDS, key, message, self._traces.get(filing))
