"""Reviews in PostgreSQL."""

from dualcontrol.review.v1 import review_service_pb2 as pb
from review.domain.review import FilingId, Review, ReviewEvaluated
from review.wire import event_to_wire, review_from_wire, review_to_wire
from servicekit.eventing.topics import REVIEW_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork


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


class ReviewWork(UnitOfWork):
    """One transaction on the reviews."""

    reviews: PostgresReviews

    def _open(self) -> None:
        self.reviews = PostgresReviews(self.connection)

    async def announce(self, event: ReviewEvaluated) -> None:
        await self.outbox.append(REVIEW_EVENTS, event.review.filing, event_to_wire(event))
