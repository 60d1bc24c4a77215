"""Reviews in PostgreSQL, each with what it was evaluated on."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

import asyncpg

from dualcontrol.review.v1 import review_service_pb2 as pb
from kernel.regions import RegionCode
from review.application.ports import KeptReview
from review.domain.again import Asked
from review.domain.review import FilingId, Review
from review.domain.signature import signature
from review.kept_wire import asked_from_wire, asked_to_wire
from review.wire import review_from_wire, review_to_wire
from servicekit.storage.database import Connection

_REVIEW: Final = "SELECT filing_id, review, version FROM review"
KEPT: Final = (
    "SELECT r.filing_id, r.revision, coalesce(r.version, r.revision) AS version, r.asked, r.signature, "
    "coalesce(r.application_date, 'infinity'::date) AS application_date, r.looked_under, "
    "coalesce(o.standing, false) AS standing FROM review AS r LEFT JOIN owners_filing AS o USING (filing_id) "
)


class PostgresReviews:
    """What is saved is written by `flush`, all in one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: dict[FilingId, Review | None] = {}
        """Those that this transaction has locked, as it leaves them."""
        self._pending: dict[FilingId, tuple[Review, pb.Review, Asked]] = {}

    async def lock(self, filings: Collection[FilingId]) -> None:
        """Also filings without a review, so that two who bring the first revisions come one after the other."""
        await self._lock(filings)
        # A statement of its own: it has to see what was committed while the locks were waited for.
        rows = await self._connection.fetch(f"{_REVIEW} WHERE filing_id = ANY ($1::text[])", list(filings))
        found = {row["filing_id"]: _review(row) for row in rows}
        for filing in filings:
            self._locked[filing] = found.get(filing)

    async def get_for_update(self, filing: FilingId) -> Review | None:
        if filing not in self._locked:
            await self.lock([filing])
        return self._locked[filing]

    async def get(self, filing: FilingId) -> Review | None:
        if filing in self._locked:
            return self._locked[filing]
        row = await self._connection.fetchrow(f"{_REVIEW} WHERE filing_id = $1", filing)
        return None if row is None else _review(row)

    async def region_of(self, filing: FilingId) -> RegionCode | None:
        await self.flush()
        region = await self._connection.fetchval("SELECT region_code FROM review WHERE filing_id = $1", filing)
        return None if region is None else RegionCode(region)

    async def save(self, review: Review, asked: Asked) -> None:
        """Its filing is locked."""
        self._locked[review.filing] = review
        self._pending[review.filing] = (review, review_to_wire(review), asked)

    def written(self, review: Review) -> pb.Review:
        """The review as a message: the one that is going to be stored, when there is one. Never changed."""
        kept, message, _ = self._pending.get(review.filing, (None, None, None))
        return message if kept is review and message is not None else review_to_wire(review)

    async def flush(self) -> None:
        """The unit of work calls it before it commits, and whoever reads what is stored."""
        if not self._pending:
            return
        rows = [_row(*one) for one in self._pending.values()]
        self._pending = {}
        await self._connection.execute(
            "INSERT INTO review (filing_id, revision, version, review, bundle_hash, asked, signature, "
            "application_date, region_code, looked_under) SELECT *, bundle_hash FROM unnest($1::text[], $2::integer[], "
            "$3::bigint[], $4::bytea[], $5::text[], $6::bytea[], $7::bytea[], $8::date[], $9::text[]) AS row "
            "(filing_id, revision, version, review, bundle_hash, asked, signature, application_date, region_code) "
            "ON CONFLICT (filing_id) DO UPDATE SET revision = excluded.revision, version = excluded.version, "
            "review = excluded.review, bundle_hash = excluded.bundle_hash, asked = excluded.asked, "
            "signature = excluded.signature, application_date = excluded.application_date, "
            "region_code = excluded.region_code, looked_under = excluded.looked_under",
            *map(list, zip(*rows, strict=True)),
        )

    async def kept_for_update(self, filing: FilingId) -> KeptReview | None:
        await self.flush()
        await self._lock([filing])
        row = await self._connection.fetchrow(f"{KEPT} WHERE r.filing_id = $1", filing)
        return None if row is None else kept_from(row)

    async def behind(self, bundle_hash: str, after: tuple[date, str], size: int) -> Sequence[KeptReview]:
        await self.flush()
        rows = await self._connection.fetch(
            f"{KEPT} WHERE r.looked_under <> $1 "
            "AND (coalesce(r.application_date, 'infinity'::date), r.filing_id) > ($2, $3) "
            "ORDER BY coalesce(r.application_date, 'infinity'::date), r.filing_id LIMIT $4",
            bundle_hash,
            *after,
            size,
        )
        return [kept_from(row) for row in rows]

    async def mark(self, looked_at: Iterable[KeptReview], bundle_hash: str) -> None:
        kept = list(looked_at)
        await self.flush()
        await self._connection.execute(
            "UPDATE review SET looked_under = $1 FROM unnest($2::text[], $3::bigint[]) AS seen (filing_id, version) "
            "WHERE review.filing_id = seen.filing_id AND coalesce(review.version, review.revision) = seen.version",
            bundle_hash,
            [one.filing for one in kept],
            [one.version for one in kept],
        )

    async def try_sweep(self) -> bool:
        taken: bool = await self._connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('review sweep'), 0)")
        return taken

    async def _lock(self, filings: Collection[FilingId]) -> None:
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('review ' || filing, 0)) "
            "FROM (SELECT filing FROM unnest($1::text[]) AS filing ORDER BY filing) AS filing",
            list(filings),
        )


def _review(row: asyncpg.Record) -> Review:
    message = pb.Review.FromString(row["review"])
    if row["version"] is not None:
        message.version = row["version"]
    return review_from_wire(message)


def _row(review: Review, message: pb.Review, asked: Asked) -> tuple[object, ...]:
    return (
        review.filing,
        review.revision,
        review.version,
        message.SerializeToString(deterministic=True),
        review.evaluation.bundle_hash,
        asked_to_wire(asked),
        signature(review.revision, review.evaluation),
        asked.dossier.application_date,
        asked.dossier.region,
    )


def kept_from(row: asyncpg.Record) -> KeptReview:
    return KeptReview(
        filing=FilingId(row["filing_id"]),
        revision=row["revision"],
        version=row["version"],
        standing=row["standing"],
        looked_under=row["looked_under"],
        application_date=row["application_date"],
        asked=None if row["asked"] is None else asked_from_wire(row["asked"]),
        signature=row["signature"],
    )
