"""What filings were evaluated on, which of them wait to be evaluated again, and how far opinions were heard."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

import asyncpg

from capacity.adapters.replacements import COLUMNS, PostgresReplacements, replacement_from
from capacity.application.again_ports import KeptReplacement
from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId
from dossier.model import Dossier
from dossier.wire import dossier_from_wire
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from servicekit.storage.database import Connection

STANDING: Final = "NOT withdrawn AND dossier IS NOT NULL AND signature IS NOT NULL"
KEPT: Final = (
    f"SELECT {COLUMNS}, dossier, signature, coalesce(application_date, 'infinity'::date) AS application_date "  # noqa: S608  # constants
    f"FROM replacement WHERE {STANDING} "
)


class PostgresKept:
    def __init__(self, connection: Connection, replacements: PostgresReplacements) -> None:
        self._connection = connection
        self._replacements = replacements

    async def dossier(self, filing: FilingId) -> Dossier | None:
        await self._replacements.flush()
        stored = await self._connection.fetchval(
            f"SELECT dossier FROM replacement WHERE {STANDING} AND filing_id = $1",  # noqa: S608  # a constant
            filing,
        )
        return None if stored is None else dossier_from_wire(filing_pb.Dossier.FromString(stored))

    async def behind(self, bundle_hash: str, after: tuple[date, str], size: int) -> Sequence[KeptReplacement]:
        rows = await self._connection.fetch(
            f"{KEPT} AND looked_under <> $1 AND (coalesce(application_date, 'infinity'::date), filing_id) > ($2, $3) "
            "ORDER BY coalesce(application_date, 'infinity'::date), filing_id LIMIT $4",
            bundle_hash,
            *after,
            size,
        )
        return [kept_from(row) for row in rows]

    async def mark(self, filings: Iterable[tuple[FilingId, int]], bundle_hash: str) -> None:
        seen = list(filings)
        await self._connection.execute(
            "UPDATE replacement SET looked_under = $1 FROM unnest($2::text[], $3::bigint[]) "
            "AS seen (filing_id, version) WHERE replacement.filing_id = seen.filing_id "
            "AND coalesce(replacement.version, replacement.revision) = seen.version",
            bundle_hash,
            [filing for filing, _ in seen],
            [version for _, version in seen],
        )

    async def try_sweep(self) -> bool:
        taken: bool = await self._connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('capacity sweep'), 0)")
        return taken


def kept_from(row: asyncpg.Record) -> KeptReplacement:
    dossier = dossier_from_wire(filing_pb.Dossier.FromString(row["dossier"]))
    known = replacement_from(row, findings=False)
    return KeptReplacement(known, dossier, row["signature"], row["application_date"])


class PostgresReevaluations:
    def __init__(self, connection: Connection, replacements: PostgresReplacements) -> None:
        self._connection = connection
        self._replacements = replacements

    async def add(self, filing: FilingId, cause: str) -> None:
        await self._replacements.flush()
        await self._connection.execute(
            "INSERT INTO reevaluation (filing_id, cause, application_date) "  # noqa: S608  # a constant
            "SELECT filing_id, $2, coalesce(application_date, 'infinity'::date) FROM replacement "
            f"WHERE {STANDING} AND filing_id = $1",
            filing,
            cause,
        )

    async def add_naming(self, lots: Collection[LotId], cause: str, *, besides: FilingId | None = None) -> None:
        if not lots:
            return
        await self._replacements.flush()
        await self._connection.execute(
            "INSERT INTO reevaluation (filing_id, cause, application_date) SELECT DISTINCT filing_id, $2, "  # noqa: S608
            "coalesce(application_date, 'infinity'::date) FROM named_lot JOIN replacement USING (filing_id) "
            f"WHERE {STANDING} AND lot_id = ANY ($1::text[]) AND filing_id IS DISTINCT FROM $3",
            list(lots),
            cause,
            besides,
        )

    async def next(self, size: int, besides: Collection[FilingId]) -> Sequence[FilingId]:
        rows = await self._connection.fetch(
            "SELECT min(application_date) AS application_date, filing_id FROM reevaluation "
            "WHERE filing_id <> ALL ($2::text[]) GROUP BY filing_id ORDER BY 1, filing_id LIMIT $1",
            size,
            list(besides),
        )
        return [FilingId(row["filing_id"]) for row in rows]

    async def take(self, filing: FilingId) -> bool:
        done = await self._connection.execute("DELETE FROM reevaluation WHERE filing_id = $1", filing)
        return done != "DELETE 0"


class PostgresHeardOpinions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hear(self, filing: FilingId, version: int) -> bool:
        heard = await self._connection.fetchval(
            "INSERT INTO opinion_heard (filing_id, version) VALUES ($1, $2) ON CONFLICT (filing_id) DO UPDATE SET "
            "version = excluded.version WHERE opinion_heard.version < excluded.version RETURNING true",
            filing,
            version,
        )
        return heard is not None
