"""Lots and replacements in PostgreSQL; what is held and used is the ledger's word."""

from collections.abc import Iterable, Sequence

import asyncpg

from capacity.domain.lots import Lot, LotExists, LotId, LotRegistered, LotStanding
from capacity.domain.replacement import FilingId, Replacement, ReplacementEvaluated, holds_of
from capacity.domain.tonnage import Tonnage, Unit
from capacity.wire import evaluation_from_wire, event_to_wire, replacement_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.store import LedgerStore
from ledger.verification import Difference
from servicekit.eventing.topics import CAPACITY_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork

_LOT = "lot_id, product_id, owner, region_code, quantity_t, unit, remark"


def _lot(row: asyncpg.Record) -> Lot:
    return Lot(
        id=LotId(row["lot_id"]),
        product_id=row["product_id"],
        owner=row["owner"],
        region=RegionCode(row["region_code"]),
        quantity=Tonnage(row["quantity_t"], Unit(row["unit"])),
        remark=row["remark"],
    )


class PostgresLots:
    def __init__(self, connection: Connection, ledger: LedgerStore) -> None:
        self._connection = connection
        self._ledger = ledger

    async def add(self, lot: Lot) -> None:
        """Waits while another transaction registers the same id. Raises LotExists."""
        added = await self._connection.fetchval(
            f"INSERT INTO lot ({_LOT}, account_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "  # noqa: S608  # a constant
            "ON CONFLICT (lot_id) DO NOTHING RETURNING true",
            lot.id,
            lot.product_id,
            lot.owner,
            lot.region,
            lot.quantity.tonnes,
            lot.quantity.unit.value,
            lot.remark,
            str(lot.account),
        )
        if not added:
            raise LotExists(lot.id)

    async def get(self, lots: Iterable[LotId]) -> dict[LotId, Lot]:
        rows = await self._connection.fetch(
            f"SELECT {_LOT} FROM lot WHERE lot_id = ANY ($1::text[]) ORDER BY lot_id",  # noqa: S608  # a constant
            list(lots),
        )
        return {LotId(row["lot_id"]): _lot(row) for row in rows}

    async def page(self, after: str, size: int) -> list[LotStanding]:
        """The lots that follow `after`, by id."""
        rows = await self._connection.fetch(
            f"SELECT {_LOT} FROM lot WHERE lot_id > $1 ORDER BY lot_id LIMIT $2",  # noqa: S608  # a constant
            after,
            size,
        )
        return await self._standings([_lot(row) for row in rows])

    async def standing(self, lot: LotId) -> LotStanding | None:
        found = await self._standings(list((await self.get([lot])).values()))
        return found[0] if found else None

    async def _standings(self, lots: Sequence[Lot]) -> list[LotStanding]:
        balances = await self._ledger.balances(lot.account for lot in lots)
        return [LotStanding(lot, balances[lot.account]) for lot in lots]


class PostgresReplacements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, filing: FilingId) -> Replacement | None:
        """Also locks a filing that has no row yet, so that two who bring its revisions come one after the other."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('replacement ' || $1, 0))", filing
        )
        return await self.get(filing)

    async def get(self, filing: FilingId) -> Replacement | None:
        row = await self._connection.fetchrow(
            "SELECT revision, withdrawn, evaluation FROM replacement WHERE filing_id = $1", filing
        )
        if row is None:
            return None
        stored: bytes | None = row["evaluation"]
        evaluation = None if stored is None else evaluation_from_wire(pb.Replacement.FromString(stored))
        return Replacement(filing, row["revision"], evaluation, withdrawn=row["withdrawn"])

    async def save(self, replacement: Replacement) -> None:
        """Its hold is in the ledger already."""
        evaluation = replacement.evaluation
        message = None if evaluation is None else replacement_to_wire(replacement.filing, evaluation)
        await self._connection.execute(
            "INSERT INTO replacement (filing_id, revision, withdrawn, evaluation, hold_id) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT (filing_id) DO UPDATE SET revision = excluded.revision, withdrawn = excluded.withdrawn, "
            "evaluation = excluded.evaluation, hold_id = excluded.hold_id",
            replacement.filing,
            replacement.revision,
            replacement.withdrawn,
            None if message is None else message.SerializeToString(deterministic=True),
            next(iter(holds_of(replacement)), None),
        )


class CapacityWork(UnitOfWork):
    """One transaction on lots and replacements."""

    lots: PostgresLots
    replacements: PostgresReplacements
    ledger: LedgerStore

    def _open(self) -> None:
        self.ledger = LedgerStore(self.connection)
        self.lots = PostgresLots(self.connection, self.ledger)
        self.replacements = PostgresReplacements(self.connection)

    async def announce(self, event: LotRegistered | ReplacementEvaluated) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(CAPACITY_EVENTS, key, message)

    async def verify_lots(self) -> Difference | None:
        """What the ledger finds on one snapshot of itself. Must be the first thing this transaction does."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await self.ledger.verify()
