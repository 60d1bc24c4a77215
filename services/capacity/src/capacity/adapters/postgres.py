"""One transaction on everything that the service keeps."""

from capacity.adapters.kept import PostgresHeardOpinions, PostgresKept, PostgresReevaluations
from capacity.adapters.lots import PostgresLots
from capacity.adapters.plans import PostgresPlans
from capacity.adapters.replacements import PostgresReplacements
from capacity.adapters.utilisations import PostgresUtilisations
from capacity.application.ports import Event
from capacity.wire.events import event_to_wire
from ledger.differences import Difference
from ledger.store import LedgerStore
from ledger.verification import verify
from servicekit.eventing.topics import CAPACITY_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork


class PostgresReading:
    """All that filings are evaluated on, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.ledger = LedgerStore(connection)
        self.lots = PostgresLots(connection, self.ledger)
        self.replacements = PostgresReplacements(connection)
        self.plans = PostgresPlans(connection, self.replacements)
        self.utilisations = PostgresUtilisations(connection)


class CapacityWork(UnitOfWork):
    """Lots, replacements, plans, utilisation, and the ledger of the lots."""

    lots: PostgresLots
    replacements: PostgresReplacements
    plans: PostgresPlans
    utilisations: PostgresUtilisations
    ledger: LedgerStore
    kept: PostgresKept
    reevaluations: PostgresReevaluations
    opinions: PostgresHeardOpinions

    def _open(self) -> None:
        reading = PostgresReading(self.connection)
        self.ledger, self.lots, self.replacements = reading.ledger, reading.lots, reading.replacements
        self.plans, self.utilisations = reading.plans, reading.utilisations
        self.kept = PostgresKept(self.connection, self.replacements)
        self.reevaluations = PostgresReevaluations(self.connection, self.replacements)
        self.opinions = PostgresHeardOpinions(self.connection)

    async def commit(self) -> None:
        await self.replacements.flush()
        await super().commit()

    async def announce(self, event: Event) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(CAPACITY_EVENTS, key, message)

    async def verify_lots(self) -> Difference | None:
        """What the ledger finds on one snapshot of itself. Must be the first thing this transaction does."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await verify(self.connection)
