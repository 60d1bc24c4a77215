"""Decisions in the order in which they can be followed without loss."""

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.application.ports import Position
from screening.domain.decision import Decision
from screening.wire import decision_from_wire
from servicekit.storage.database import Connection


class PostgresJournal:
    """Gives only what no transaction still open can come before: sequence order is not commit order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def after(self, position: Position, size: int) -> list[tuple[Position, Decision]]:
        rows = await self._connection.fetch(
            "SELECT d.xid::text AS transaction, d.seq, d.decision FROM decision AS d "
            "WHERE (d.xid, d.seq) > ($1::text::xid8, $2) AND d.xid < pg_snapshot_xmin(pg_current_snapshot()) "
            "ORDER BY d.xid, d.seq LIMIT $3",
            str(position.transaction),
            position.sequence,
            size,
        )
        return [
            (Position(int(row["transaction"]), row["seq"]), decision_from_wire(pb.Decision.FromString(row["decision"])))
            for row in rows
        ]
