"""Filings in PostgreSQL."""

import asyncpg

from dossier.wire import dossier_from_wire
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.filing import Accepted, Filing, FilingExists, FilingId, FilingState, Withdrawn
from filing.wire import event_to_wire, filing_to_wire, stored
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork
from servicekit.wire import findings_from_wire

_COLUMNS = "filing_id, revision, state, dossier, findings, bundle_hash, accept_time"


def _filing(row: asyncpg.Record) -> Filing:
    return Filing(
        id=FilingId(row["filing_id"]),
        revision=row["revision"],
        state=FilingState(row["state"]),
        dossier=dossier_from_wire(pb.Dossier.FromString(row["dossier"])),
        findings=findings_from_wire(pb.Filing.FromString(row["findings"]).findings),
        bundle_hash=row["bundle_hash"],
        accepted_at=row["accept_time"],
    )


class PostgresFilings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def newest_for_update(self, filing: FilingId) -> Filing | None:
        await self._connection.execute("SELECT 1 FROM filing WHERE filing_id = $1 FOR UPDATE", filing)
        return await self.get(filing)

    async def get(self, filing: FilingId, revision: int = 0) -> Filing | None:
        """One revision; 0 means the newest."""
        row = await self._connection.fetchrow(
            f"SELECT {_COLUMNS} FROM filing_revision WHERE filing_id = $1 AND ($2 = 0 OR revision = $2) "  # noqa: S608  # a constant
            "ORDER BY revision DESC LIMIT 1",
            filing,
            revision,
        )
        return None if row is None else _filing(row)

    async def page(self, after: str, size: int) -> list[Filing]:
        """The newest revisions of the filings that follow `after`, by id."""
        rows = await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM filing JOIN filing_revision USING (filing_id, revision, state) "  # noqa: S608  # a constant
            "WHERE filing_id > $1 ORDER BY filing_id LIMIT $2",
            after,
            size,
        )
        return [_filing(row) for row in rows]

    async def add(self, filing: Filing) -> None:
        code = filing.dossier.project_code
        try:
            await self._connection.execute(
                "INSERT INTO filing AS f (filing_id, project_code, region_code, revision, state) "
                "VALUES ($1, NULLIF($2, ''), $5, $3, $4) "
                "ON CONFLICT (filing_id) DO UPDATE SET project_code = excluded.project_code, "
                "region_code = excluded.region_code, revision = excluded.revision, state = excluded.state "
                "WHERE f.revision = excluded.revision - 1",
                filing.id,
                code,
                filing.revision,
                filing.state.value,
                filing.dossier.region,
            )
            await self._connection.execute(
                f"INSERT INTO filing_revision ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)",  # noqa: S608  # a constant
                filing.id,
                filing.revision,
                filing.state.value,
                *stored(filing_to_wire(filing)),
                filing.bundle_hash,
                filing.accepted_at,
            )
        except asyncpg.UniqueViolationError:
            raise FilingExists(filing.id, code) from None


class FilingWork(UnitOfWork):
    """One transaction on the filings."""

    filings: PostgresFilings

    def _open(self) -> None:
        self.filings = PostgresFilings(self.connection)

    async def announce(self, event: Accepted | Withdrawn) -> None:
        await self.outbox.append(FILING_EVENTS, event.filing.id, event_to_wire(event))
