"""Proposals to take opinions back, in PostgreSQL."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from review.application.opinions.ports import OpinionKey, RevocationKey
from review.domain.opinions.revocation import Revocation, RevocationState
from review.domain.review import FilingId
from servicekit.storage.database import Connection

_SAVE: Final = (
    "INSERT INTO opinion_revocation (filing_id, number, opinion_number, reason, proposer, propose_time, state, "
    "settled_by, settle_time, withdraw_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (filing_id, number) DO UPDATE SET state = excluded.state, settled_by = excluded.settled_by, "
    "settle_time = excluded.settle_time, withdraw_reason = excluded.withdraw_reason"
)


class PostgresRevocations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def numbered(self, filing: FilingId) -> int:
        last: int = await self._connection.fetchval(
            "SELECT coalesce(max(number), 0) FROM opinion_revocation WHERE filing_id = $1", filing
        )
        return last

    async def open_on(self, opinion: OpinionKey) -> Revocation | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM opinion_revocation WHERE filing_id = $1 AND opinion_number = $2 AND state = 'proposed'",
            *opinion,
        )
        return None if row is None else _revocation(row)

    async def get(self, key: RevocationKey) -> Revocation | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM opinion_revocation WHERE filing_id = $1 AND number = $2", *key
        )
        return None if row is None else _revocation(row)

    async def save(self, one: Revocation) -> None:
        await self._connection.execute(
            _SAVE,
            one.filing,
            one.number,
            one.opinion,
            one.reason,
            one.proposer,
            one.proposed_at,
            one.state.value,
            one.settled_by,
            one.settled_at,
            one.withdraw_reason,
        )

    async def page(self, filing: FilingId | None, after: tuple[str, int], size: int) -> Sequence[Revocation]:
        rows = await self._connection.fetch(
            "SELECT * FROM opinion_revocation WHERE (filing_id, number) > ($2, $3) "
            "AND ($1::text IS NULL OR filing_id = $1) ORDER BY filing_id, number LIMIT $4",
            filing,
            *after,
            size,
        )
        return [_revocation(row) for row in rows]


def _revocation(row: asyncpg.Record) -> Revocation:
    return Revocation(
        filing=FilingId(row["filing_id"]),
        number=row["number"],
        opinion=row["opinion_number"],
        reason=row["reason"],
        proposer=row["proposer"],
        proposed_at=row["propose_time"],
        state=RevocationState(row["state"]),
        settled_by=row["settled_by"],
        settled_at=row["settle_time"],
        withdraw_reason=row["withdraw_reason"],
    )
