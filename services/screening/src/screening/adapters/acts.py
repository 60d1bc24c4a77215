"""Rulings and overrides in PostgreSQL: rows and steps are added, never changed."""

from typing import Final

import asyncpg

from screening.application.acts.ports import Place
from screening.domain.acts import Override, Ruling, Step
from screening.domain.facts import FilingId
from servicekit.storage.database import Connection
from statute.finding import Disposition


class PostgresRulings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def next_number(self, filing: FilingId) -> int:
        last: int = await self._connection.fetchval(
            "SELECT coalesce(max(number), 0) FROM ruling WHERE filing_id = $1", filing
        )
        return last + 1

    async def add(self, ruling: Ruling) -> None:
        await self._connection.execute(
            "INSERT INTO ruling (filing_id, number, revision, decision_number, disposition, rules, person, clause, "
            "reason, record_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            ruling.filing,
            ruling.number,
            ruling.revision,
            ruling.decision,
            ruling.disposition.value,
            list(ruling.rules),
            ruling.person,
            ruling.clause,
            ruling.reason,
            ruling.at,
        )

    async def page(self, filing: FilingId, before: int, size: int) -> list[Ruling]:
        rows = await self._connection.fetch(
            "SELECT * FROM ruling WHERE filing_id = $1 AND ($2 = 0 OR number < $2) ORDER BY number DESC LIMIT $3",
            filing,
            before,
            size,
        )
        return [
            Ruling(
                filing=FilingId(row["filing_id"]),
                number=row["number"],
                revision=row["revision"],
                decision=row["decision_number"],
                disposition=Disposition(row["disposition"]),
                rules=tuple(row["rules"]),
                person=row["person"],
                clause=row["clause"],
                reason=row["reason"],
                at=row["record_time"],
            )
            for row in rows
        ]


SIGNED: Final = "signed"
ENDED: Final = "ended"

_OVERRIDES: Final = (
    "SELECT o.*, s.person AS signer, s.step_time AS sign_time, e.person AS ended_by, e.step_time AS end_time, "  # noqa: S608  # constants
    "e.reason AS end_reason FROM override AS o "
    f"LEFT JOIN override_step AS s ON (s.filing_id, s.number, s.step) = (o.filing_id, o.number, '{SIGNED}') "
    f"LEFT JOIN override_step AS e ON (e.filing_id, e.number, e.step) = (o.filing_id, o.number, '{ENDED}')"
)


class PostgresOverrides:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def next_number(self, filing: FilingId) -> int:
        last: int = await self._connection.fetchval(
            "SELECT coalesce(max(number), 0) FROM override WHERE filing_id = $1", filing
        )
        return last + 1

    async def get(self, filing: FilingId, number: int) -> Override | None:
        row = await self._connection.fetchrow(f"{_OVERRIDES} WHERE o.filing_id = $1 AND o.number = $2", filing, number)
        return None if row is None else _override(row)

    async def add(self, override: Override) -> None:
        await self._connection.execute(
            "INSERT INTO override (filing_id, number, revision, decision_number, rules, reason, evidence, until, "
            "proposer, propose_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            override.filing,
            override.number,
            override.revision,
            override.decision,
            list(override.rules),
            override.reason,
            override.evidence,
            override.until,
            override.proposed.person,
            override.proposed.at,
        )

    async def add_step(self, override: Override) -> None:
        step, name = (override.ended, ENDED) if override.ended is not None else (override.signed, SIGNED)
        assert step is not None
        await self._connection.execute(
            "INSERT INTO override_step (filing_id, number, step, person, reason, step_time) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            override.filing,
            override.number,
            name,
            step.person,
            step.reason,
            step.at,
        )

    async def page(self, filing: FilingId | None, after: Place, size: int) -> list[Override]:
        rows = await self._connection.fetch(
            f"{_OVERRIDES} WHERE ($1::text IS NULL OR o.filing_id = $1) AND (o.filing_id, o.number) > ($2, $3) "
            "ORDER BY o.filing_id, o.number LIMIT $4",
            filing,
            *after,
            size,
        )
        return [_override(row) for row in rows]


def _override(row: asyncpg.Record) -> Override:
    signed = None if row["signer"] is None else Step(row["signer"], row["sign_time"])
    ended = None if row["ended_by"] is None else Step(row["ended_by"], row["end_time"], row["end_reason"])
    return Override(
        filing=FilingId(row["filing_id"]),
        number=row["number"],
        revision=row["revision"],
        decision=row["decision_number"],
        rules=tuple(row["rules"]),
        reason=row["reason"],
        evidence=row["evidence"],
        until=row["until"],
        proposed=Step(row["proposer"], row["propose_time"]),
        signed=signed,
        ended=ended,
    )
