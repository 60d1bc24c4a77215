"""Reviews in PostgreSQL, and what is kept of each owner's filings."""

from typing import Final

from dualcontrol.review.v1 import review_service_pb2 as pb
from review.domain.ownership import OwnersFiling
from review.domain.review import FilingId, Review, ReviewEvaluated
from review.domain.subject import Sibling
from review.wire import event_to_wire, review_from_wire, review_to_wire
from servicekit.eventing.topics import REVIEW_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork

SIBLINGS_MAX: Final = 200


class PostgresReviews:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, filing: FilingId) -> Review | None:
        """Also locks a filing without a review, so that two who bring its first revisions come one after the other."""
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('review ' || $1, 0))", filing)
        return await self.get(filing)

    async def get(self, filing: FilingId) -> Review | None:
        stored = await self._connection.fetchval("SELECT review FROM review WHERE filing_id = $1", filing)
        return None if stored is None else review_from_wire(pb.Review.FromString(stored))

    async def save(self, review: Review) -> None:
        await self._connection.execute(
            "INSERT INTO review (filing_id, revision, review, bundle_hash) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (filing_id) DO UPDATE SET revision = excluded.revision, review = excluded.review, "
            "bundle_hash = excluded.bundle_hash",
            review.filing,
            review.revision,
            review_to_wire(review).SerializeToString(deterministic=True),
            review.evaluation.bundle_hash,
        )


class PostgresOwnersFilings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, owner: str) -> None:
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('owner ' || $1, 0))", owner)

    async def siblings(self, owner: str, region: str, but: FilingId) -> tuple[Sibling, ...]:
        rows = await self._connection.fetch(
            "SELECT filing_id, region, product_ids, application_date, tce_calorific FROM owners_filing "
            "WHERE standing AND owner = $1 AND owner <> '' AND region = $2 AND filing_id <> $3 "
            "ORDER BY application_date DESC NULLS LAST, filing_id LIMIT $4",
            owner,
            region,
            but,
            SIBLINGS_MAX,
        )
        return tuple(
            Sibling(
                filing=row["filing_id"],
                region=row["region"],
                product_ids=tuple(row["product_ids"]),
                application_date=row["application_date"],
                tce_calorific=row["tce_calorific"],
            )
            for row in rows
        )

    async def save(self, filing: OwnersFiling) -> None:
        await self._connection.execute(
            "INSERT INTO owners_filing (filing_id, revision, standing, owner, region, product_ids, application_date, "
            "tce_calorific) VALUES ($1, $2, true, $3, $4, $5, $6, $7) ON CONFLICT (filing_id) DO UPDATE SET "
            "revision = excluded.revision, standing = true, owner = excluded.owner, region = excluded.region, "
            "product_ids = excluded.product_ids, application_date = excluded.application_date, "
            "tce_calorific = excluded.tce_calorific WHERE owners_filing.revision < excluded.revision",
            filing.filing,
            filing.revision,
            filing.owner,
            filing.region,
            list(filing.product_ids),
            filing.application_date,
            filing.tce_calorific,
        )

    async def withdraw(self, filing: FilingId, revision: int) -> None:
        await self._connection.execute(
            "INSERT INTO owners_filing (filing_id, revision, standing, owner, region, product_ids) "
            "VALUES ($1, $2, false, '', '', '{}') ON CONFLICT (filing_id) DO UPDATE SET "
            "revision = excluded.revision, standing = false WHERE owners_filing.revision < excluded.revision",
            filing,
            revision,
        )


class ReviewWork(UnitOfWork):
    """One transaction on the reviews."""

    reviews: PostgresReviews
    owners_filings: PostgresOwnersFilings

    def _open(self) -> None:
        self.reviews = PostgresReviews(self.connection)
        self.owners_filings = PostgresOwnersFilings(self.connection)

    async def announce(self, event: ReviewEvaluated) -> None:
        await self.outbox.append(REVIEW_EVENTS, event.review.filing, event_to_wire(event))
