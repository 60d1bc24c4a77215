"""What is kept of each owner's filings in PostgreSQL."""

from collections.abc import Collection, Iterable
from typing import Final

import asyncpg

from review.application.ports import Place
from review.domain.ownership import OwnersFiling
from review.domain.review import FilingId
from review.domain.subject import Sibling
from servicekit.storage.database import Connection

SIBLINGS_MAX: Final = 200
_APART: Final = "\x1f"
"""Between the ids of a filing's products: an array of arrays would have to be of one width."""
_SIBLING: Final = "filing_id, owner, region, product_ids, application_date, tce_calorific"


class PostgresOwnersFilings:
    """What is saved is written by `flush`, all in one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: set[str] = set()
        self._pending: dict[FilingId, OwnersFiling] = {}
        self._loaded: dict[str, dict[str, list[Sibling]]] = {}
        """By owner and place, the newest first: as they are in the database, and untouched by this transaction."""
        self._owner_of: dict[str, str] = {}

    async def lock(self, owner: str) -> None:
        if owner not in self._locked:
            await self._lock([owner])

    async def load(self, places: Collection[Place]) -> None:
        await self._lock(sorted({place.owner for place in places}))
        rows = await self._connection.fetch(
            f"SELECT s.* FROM unnest($1::text[], $2::text[]) AS asked (owner, region) CROSS JOIN LATERAL ("  # noqa: S608  # a constant
            f"SELECT {_SIBLING} FROM owners_filing AS o WHERE standing AND o.owner = asked.owner AND o.owner <> '' "
            'AND o.region = asked.region ORDER BY application_date DESC NULLS LAST, filing_id COLLATE "C" LIMIT $3'
            ") AS s",
            [place.owner for place in places],
            [place.region for place in places],
            # One of them may be the filing itself.
            SIBLINGS_MAX + 1,
        )
        for place in places:
            self._loaded.setdefault(place.owner, {})[place.region] = []
        for row in rows:
            self._loaded[row["owner"]][row["region"]].append(_sibling(row))
            self._owner_of[row["filing_id"]] = row["owner"]

    async def siblings(self, owner: str, region: str, but: FilingId) -> tuple[Sibling, ...]:
        loaded = self._loaded.get(owner, {}).get(region)
        if loaded is not None:
            return tuple(one for one in loaded if one.filing != but)[:SIBLINGS_MAX]
        await self.flush()
        rows = await self._connection.fetch(
            f"SELECT {_SIBLING} FROM owners_filing "  # noqa: S608  # a constant
            "WHERE standing AND owner = $1 AND owner <> '' AND region = $2 AND filing_id <> $3 "
            'ORDER BY application_date DESC NULLS LAST, filing_id COLLATE "C" LIMIT $4',
            owner,
            region,
            but,
            SIBLINGS_MAX,
        )
        return tuple(map(_sibling, rows))

    async def save(self, filing: OwnersFiling) -> None:
        self._pending[filing.filing] = filing
        self._touch(filing.filing, filing.owner)

    async def withdraw(self, filing: FilingId, revision: int) -> None:
        await self.flush()
        await self._connection.execute(
            "INSERT INTO owners_filing (filing_id, revision, standing, owner, region, product_ids) "
            "VALUES ($1, $2, false, '', '', '{}') ON CONFLICT (filing_id) DO UPDATE SET "
            "revision = excluded.revision, standing = false WHERE owners_filing.revision < excluded.revision",
            filing,
            revision,
        )
        self._touch(filing, "")

    async def flush(self) -> None:
        """The unit of work calls it before it commits."""
        if not self._pending:
            return
        rows = [_row(one) for one in self._pending.values()]
        self._pending = {}
        await self._connection.execute(
            "INSERT INTO owners_filing (filing_id, revision, standing, owner, region, product_ids, application_date, "
            "tce_calorific) SELECT filing, revision, true, owner, region, string_to_array(products, $8), day, tce "
            "FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::date[], $7::numeric[]) "
            "AS row (filing, revision, owner, region, products, day, tce) ON CONFLICT (filing_id) DO UPDATE SET "
            "revision = excluded.revision, standing = true, owner = excluded.owner, region = excluded.region, "
            "product_ids = excluded.product_ids, application_date = excluded.application_date, "
            "tce_calorific = excluded.tce_calorific WHERE owners_filing.revision < excluded.revision",
            *map(list, zip(*rows, strict=True)),
            _APART,
        )

    def _touch(self, filing: FilingId, owner: str) -> None:
        """What was loaded of the owner it has now, and of the one it had, is no longer how it stands."""
        self._loaded.pop(owner, None)
        self._loaded.pop(self._owner_of.get(filing, ""), None)

    async def _lock(self, owners: Iterable[str]) -> None:
        wanted = [owner for owner in owners if owner not in self._locked]
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('owner ' || owner, 0)) "
            "FROM (SELECT owner FROM unnest($1::text[]) AS owner ORDER BY owner) AS owner",
            wanted,
        )
        self._locked.update(wanted)


def _sibling(row: asyncpg.Record) -> Sibling:
    return Sibling(
        filing=row["filing_id"],
        region=row["region"],
        product_ids=tuple(row["product_ids"]),
        application_date=row["application_date"],
        tce_calorific=row["tce_calorific"],
    )


def _row(filing: OwnersFiling) -> tuple[object, ...]:
    return (
        filing.filing,
        filing.revision,
        filing.owner,
        filing.region,
        _APART.join(filing.product_ids),
        filing.application_date,
        filing.tce_calorific,
    )
