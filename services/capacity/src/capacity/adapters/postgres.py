"""One transaction on everything that the service keeps."""

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
from servicekit.storage.unit_of_work import UnitOfWork


class CapacityWork(UnitOfWork):
    """Lots, replacements, plans, utilisation, and the ledger of the lots."""

    lots: PostgresLots
    replacements: PostgresReplacements
    plans: PostgresPlans
    utilisations: PostgresUtilisations
    ledger: LedgerStore

    def _open(self) -> None:
        self.ledger = LedgerStore(self.connection)
        self.lots = PostgresLots(self.connection, self.ledger)
        self.replacements = PostgresReplacements(self.connection)
        self.plans = PostgresPlans(self.connection)
        self.utilisations = PostgresUtilisations(self.connection)

    async def announce(self, event: Event) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(CAPACITY_EVENTS, key, message)

    async def verify_lots(self) -> Difference | None:
        """What the ledger finds on one snapshot of itself. Must be the first thing this transaction does."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await verify(self.connection)
