"""What the use cases of opinions need."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from access.deciding import Part
from review.domain.opinions.decided import Decided
from review.domain.opinions.docket import Docket, Turn
from review.domain.opinions.opinion import Opinion
from review.domain.opinions.revocation import Revocation
from review.domain.review import FilingId


class OpinionKey(NamedTuple):
    filing: FilingId
    number: int


class RevocationKey(NamedTuple):
    filing: FilingId
    number: int


class Revocations(Protocol):
    """Proposals to take opinions back. The filing is locked by who changes one."""

    async def numbered(self, filing: FilingId) -> int:
        """How many there were on the filing."""

    async def open_on(self, opinion: OpinionKey) -> Revocation | None: ...

    async def get(self, key: RevocationKey) -> Revocation | None: ...

    async def save(self, one: Revocation) -> None: ...

    async def page(self, filing: FilingId | None, after: tuple[str, int], size: int) -> Sequence[Revocation]:
        """Of the filing, or of all, by filing and number, behind `after`."""


class Opinions(Protocol):
    """The docket of each filing, and every opinion with its changes."""

    async def note_decision(self, filing: FilingId, decision: Decided) -> bool:
        """Keeps the decision unless a newer one is kept. Whether it is new and a draft is open beside it."""

    async def note_withdrawal(self, filing: FilingId) -> bool:
        """For good. Whether a draft is open."""

    async def get_for_update(self, filing: FilingId) -> Docket | None:
        """Locked until the transaction ends; None: nothing was decided of the filing yet."""

    async def get(self, key: OpinionKey) -> Opinion | None: ...

    async def newest(self, filing: FilingId) -> Opinion | None: ...

    async def parts(self, filing: FilingId) -> Mapping[Part, str]:
        """Who drafted, sent back and signed an opinion on the filing last."""

    async def save(self, turn: Turn) -> None: ...

    async def page(self, filing: FilingId | None, after: tuple[str, int], size: int) -> Sequence[Opinion]:
        """Of the filing, or of all, by filing and number, behind `after`."""

    async def due(self, on: date, size: int) -> Sequence[OpinionKey]:
        """Those that lapse on the day or did before, the first at the top."""
