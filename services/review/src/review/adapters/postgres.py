"""One transaction on the reviews."""

from review.adapters.opinions import PostgresOpinions
from review.adapters.owners_filings import PostgresOwnersFilings
from review.adapters.reviews import PostgresReviews
from review.adapters.revocations import PostgresRevocations
from review.domain.opinions.docket import OpinionEvent
from review.domain.review import ReviewEvaluated
from review.opinion_wire import opinion_event_to_wire
from review.wire import event_to_wire
from servicekit.eventing.topics import REVIEW_EVENTS
from servicekit.storage.unit_of_work import UnitOfWork


class ReviewWork(UnitOfWork):
    """One transaction on the reviews."""

    reviews: PostgresReviews
    owners_filings: PostgresOwnersFilings
    opinions: PostgresOpinions
    revocations: PostgresRevocations

    def _open(self) -> None:
        self.reviews = PostgresReviews(self.connection)
        self.owners_filings = PostgresOwnersFilings(self.connection)
        self.opinions = PostgresOpinions(self.connection)
        self.revocations = PostgresRevocations(self.connection)

    async def commit(self) -> None:
        await self.reviews.flush()
        await self.owners_filings.flush()
        await super().commit()

    async def announce(self, event: ReviewEvaluated | OpinionEvent) -> None:
        if not isinstance(event, ReviewEvaluated):
            await self.outbox.append(REVIEW_EVENTS, event.opinion.filing, opinion_event_to_wire(event))
            return
        await self.outbox.append(
            REVIEW_EVENTS, event.review.filing, event_to_wire(event, self.reviews.written(event.review))
        )
