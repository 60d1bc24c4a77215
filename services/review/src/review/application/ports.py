"""What the use cases need."""

from typing import Protocol

from review.domain.review import FilingId, Review, ReviewEvaluated
from servicekit.storage.transaction import Transaction


class Reviews(Protocol):
    """The newest review of each filing."""

    async def get_for_update(self, filing: FilingId) -> Review | None:
        """The review; its filing is locked until the transaction ends, also when there is no review yet."""

    async def get(self, filing: FilingId) -> Review | None: ...

    async def save(self, review: Review) -> None: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def reviews(self) -> Reviews: ...

    async def announce(self, event: ReviewEvaluated) -> None: ...
