"""What the use cases need."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from kernel.regions import RegionCode
from review.application.opinions.ports import Opinions, Revocations
from review.domain.again import Asked
from review.domain.opinions.docket import OpinionEvent
from review.domain.ownership import OwnersFiling
from review.domain.review import FilingId, Review, ReviewEvaluated
from review.domain.subject import Sibling
from servicekit.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KeptReview:
    """What of a review is needed to evaluate its filing again.

    `asked` and `signature` are None in what was written by code that kept none. Without a day of application
    `application_date` is the last of all days. `standing`: the filing is not withdrawn.
    """

    filing: FilingId
    revision: int
    version: int
    standing: bool
    looked_under: str
    application_date: date
    asked: Asked | None
    signature: bytes | None


class Place(NamedTuple):
    """Where an owner's filings are held beside one another."""

    owner: str
    region: str


class Reviews(Protocol):
    """The newest review of each filing."""

    async def lock(self, filings: Collection[FilingId]) -> None:
        """All of them in one go, for the `get_for_update` of each that follows."""

    async def get_for_update(self, filing: FilingId) -> Review | None:
        """The review; its filing is locked until the transaction ends, also when there is no review yet."""

    async def get(self, filing: FilingId) -> Review | None: ...

    async def region_of(self, filing: FilingId) -> RegionCode | None:
        """Where what was evaluated is built; None when nothing was."""

    async def save(self, review: Review, asked: Asked) -> None:
        """With what it was evaluated on."""

    async def kept_for_update(self, filing: FilingId) -> KeptReview | None:
        """As `get_for_update`, what was kept instead of what was found."""

    async def behind(self, bundle_hash: str, after: tuple[date, str], size: int) -> Sequence[KeptReview]:
        """Those not looked at under the bundle, by application day and id behind `after`; without a day the last."""

    async def mark(self, looked_at: Iterable[KeptReview], bundle_hash: str) -> None:
        """As looked at under the bundle; not those of which there is a newer version by now."""

    async def try_sweep(self) -> bool:
        """Whether nobody else sweeps: then nobody begins until the transaction ends."""


class OwnersFilings(Protocol):
    """The filings that stand, by owner and place."""

    async def lock(self, owner: str) -> None:
        """Until the transaction ends: of two filings of one owner, the later evaluated sees the other."""

    async def load(self, places: Collection[Place]) -> None:
        """Locks their owners in one go and looks up the filings there, for the `siblings` that follow."""

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

    @property
    def opinions(self) -> Opinions: ...

    @property
    def revocations(self) -> Revocations: ...

    async def announce(self, event: ReviewEvaluated | OpinionEvent) -> None: ...
