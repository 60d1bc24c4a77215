"""Decisions in PostgreSQL, and the outbox row of each."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg

from dualcontrol.screening.v1 import screening_events_pb2 as events
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.application.ports import Position
from screening.domain.decision import Decision, Standing
from screening.domain.facts import FilingId
from screening.wire.decisions import Announced, announced, decision_from_wire
from servicekit.eventing.outbox import Outbox, type_on
from servicekit.eventing.topics import SCREENING_EVENTS
from servicekit.storage.database import Connection
from servicekit.telemetry.tracing import traceparent

_SCREENED: Final = type_on(SCREENING_EVENTS, events.ProjectScreened)


class PostgresDecisions:
    def __init__(self, connection: Connection, outbox: Outbox, traces: Mapping[FilingId, str]) -> None:
        """`traces` tell of which trace a filing's decision is part."""
        self._connection = connection
        self._outbox = outbox
        self._traces = traces
        # Of decisions that may be added next: whether they are shows only when they are written.
        self._written: dict[FilingId, Announced] = {}

    def standing(self, decision: Decision) -> Standing:
        self._written[decision.filing] = written = announced(decision)
        return written.standing

    async def current(self, filing: FilingId) -> Decision | None:
        return _first(await self.history(filing, 0, 1))

    async def get(self, filing: FilingId, number: int) -> Decision | None:
        return _first(await self.history(filing, number + 1, 1, at_least=number))

    async def history(self, filing: FilingId, before: int, size: int, at_least: int = 1) -> list[Decision]:
        """Those with lower numbers than `before`, the newest first; 0 begins with the newest."""
        rows = await self._connection.fetch(
            "SELECT decision, attempt FROM decision WHERE filing_id = $1 AND ($2 = 0 OR number < $2) AND number >= $3 "
            "ORDER BY number DESC LIMIT $4",
            filing,
            before,
            at_least,
            size,
        )
        return [read_decision(row) for row in rows]

    async def page(self, after: str, size: int) -> list[Decision]:
        """The current decisions of the filings that follow `after`, by filing id."""
        rows = await self._connection.fetch(
            "SELECT d.decision, d.attempt FROM screening_case AS c "
            "JOIN decision AS d ON d.filing_id = c.filing_id AND d.number = c.decision_number "
            "WHERE c.filing_id > $1 ORDER BY c.filing_id LIMIT $2",
            after,
            size,
        )
        return [read_decision(row) for row in rows]

    async def add(self, decisions: Sequence[Decision]) -> None:
        """And tells everybody of them."""
        if not decisions:
            return
        told = [self._written.pop(decision.filing) for decision in decisions]
        self._written.clear()
        await self._connection.execute(
            "INSERT INTO decision (filing_id, number, decision, attempt) "
            "SELECT filing_id, number, decision, attempt "
            "FROM unnest($1::text[], $2::integer[], $3::bytea[], $4::integer[]) "
            "WITH ORDINALITY AS row (filing_id, number, decision, attempt, place) ORDER BY place",
            [decision.filing for decision in decisions],
            [decision.number for decision in decisions],
            [one.kept for one in told],
            [decision.attempt for decision in decisions],
        )
        for decision, one in zip(decisions, told, strict=True):
            trace = self._traces.get(decision.filing) or traceparent()
            self._outbox.append_written(SCREENING_EVENTS, decision.filing, _SCREENED, one.event, trace=trace)


class PostgresJournal:
    """Gives only what no transaction still open can come before: sequence order is not commit order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def after(self, position: Position, size: int) -> list[tuple[Position, Decision]]:
        rows = await self._connection.fetch(
            "SELECT d.xid::text AS transaction, d.seq, d.decision, d.attempt FROM decision AS d "
            "WHERE (d.xid, d.seq) > ($1::text::xid8, $2) AND d.xid < pg_snapshot_xmin(pg_current_snapshot()) "
            "ORDER BY d.xid, d.seq LIMIT $3",
            str(position.transaction),
            position.sequence,
            size,
        )
        return [(Position(int(row["transaction"]), row["seq"]), read_decision(row)) for row in rows]


def _first(decisions: Sequence[Decision]) -> Decision | None:
    return decisions[0] if decisions else None


def read_decision(row: asyncpg.Record) -> Decision:
    return decision_from_wire(pb.Decision.FromString(row["decision"]), row["attempt"])
