"""Proposals of law in the portal's own PostgreSQL database."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from portal.adapters.asking import asking
from portal.application.ports import SessionsAway
from portal.domain.laws import NOT_OPEN, OPEN_MAX, PROPOSED_BEFORE, TOO_MANY, LawProposal, LawRefused, LawState
from servicekit.storage.database import Database

_COLUMNS: Final = (
    "id, name, bundle_hash, base_hash, changes, looked_at, changed, document, note, proposer, propose_time, state, "
    "settled_by, settle_time, reason"
)
_ADD: Final = (
    "INSERT INTO law_proposal (request_id, name, archive, bundle_hash, base_hash, changes, looked_at, changed, "
    "document, note, proposer, propose_time, state, settled_by, reason) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'proposed', '', '') RETURNING id"
)


class PostgresLaws:
    """Implements `portal.application.laws.Laws`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, one: LawProposal, archive: bytes, request_id: str) -> int:
        said = (one.name, archive, one.bundle_hash, one.base_hash, one.changes, one.looked_at, one.changed)
        try:
            async with asking(self._database) as connection:
                await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('law_proposal', 0))")
                known = await connection.fetchval("SELECT id FROM law_proposal WHERE request_id = $1", request_id)
                if known is not None:
                    return int(known)
                count = await connection.fetchval("SELECT count(*) FROM law_proposal WHERE state = 'proposed'")
                if count >= OPEN_MAX:
                    raise LawRefused(TOO_MANY)
                rest = (one.document, one.note, one.proposer, one.proposed_at)
                made: int = await connection.fetchval(_ADD, request_id, *said, *rest)
                return made
        except SessionsAway as away:
            if isinstance(away.__cause__, asyncpg.UniqueViolationError):
                raise LawRefused(PROPOSED_BEFORE) from None
            raise

    async def get(self, number: int) -> LawProposal | None:
        async with asking(self._database) as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM law_proposal WHERE id = $1", number)  # noqa: S608  # a constant
        return None if row is None else _proposal(row)

    async def archive(self, number: int) -> bytes | None:
        async with asking(self._database) as connection:
            found: bytes | None = await connection.fetchval("SELECT archive FROM law_proposal WHERE id = $1", number)
        return found

    async def page(self, before: int, size: int) -> Sequence[LawProposal]:
        async with asking(self._database) as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM law_proposal WHERE $1 = 0 OR id < $1 ORDER BY id DESC LIMIT $2",  # noqa: S608  # a constant
                before,
                size,
            )
        return [_proposal(row) for row in rows]

    async def settle(self, one: LawProposal) -> None:
        async with asking(self._database) as connection:
            done = await connection.fetchval(
                "UPDATE law_proposal SET state = $2, settled_by = $3, settle_time = $4, reason = $5 "
                "WHERE id = $1 AND state = 'proposed' RETURNING id",
                one.id,
                one.state.value,
                one.settled_by,
                one.settled_at,
                one.reason,
            )
        if done is None:
            raise LawRefused(NOT_OPEN)


def _proposal(row: Any) -> LawProposal:
    return LawProposal(
        id=row["id"],
        name=row["name"],
        bundle_hash=row["bundle_hash"],
        base_hash=row["base_hash"],
        changes=row["changes"],
        looked_at=row["looked_at"],
        changed=row["changed"],
        document=row["document"],
        note=row["note"],
        proposer=row["proposer"],
        proposed_at=row["propose_time"],
        state=LawState(row["state"]),
        settled_by=row["settled_by"],
        settled_at=row["settle_time"],
        reason=row["reason"],
    )
