"""What the use cases need."""

from typing import Protocol

from review.domain.ownership import OwnersFiling
from review.domain.review import FilingId, Review, ReviewEvaluated
from review.domain.subject import Sibling
from servicekit.storage.transaction import Transaction


class Reviews(Protocol):
    """The newest review of each filing."""

    async def get_for_update(self, filing: FilingId) -> Review | None:
        """The review; its filing is locked until the transaction ends, also when there is no review yet."""

    async def get(self, filing: FilingId) -> Review | None: ...

    async def save(self, review: Review) -> None: ...


class OwnersFilings(Protocol):
    """The filings that stand, by owner and place."""

    async def lock(self, owner: str) -> None:
        """Until the transaction ends: of two filings of one owner, the later evaluated sees the other."""

    async def siblings(self, owner: str, region: str, but: FilingId) -> tuple[Sibling, ...]:
        """The newest of the owner's other filings at the place, by filing; at most SIBLINGS_MAX."""

    async def save(self, filing: OwnersFiling) -> None:
        """Changes nothing when a newer revision is there."""

    async def withdraw(self, filing: FilingId, revision: int) -> None:
        """The filing stands no more. Changes nothing when a newer revision is there."""


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def reviews(self) -> Reviews: ...

    @property
    def owners_filings(self) -> OwnersFilings: ...

    async def announce(self, event: ReviewEvaluated) -> None: ...
