"""What is needed to evaluate filings again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId, Replacement
from dossier.model import Dossier


@dataclass(frozen=True, slots=True)
class KeptReplacement:
    """A filing that stands, with what it was evaluated on. `known` is without its findings.

    Without a day of application `application_date` is the last of all days.
    """

    known: Replacement
    dossier: Dossier
    signature: bytes
    application_date: date

    @property
    def filing(self) -> FilingId:
        return self.known.filing


class KeptReplacements(Protocol):
    """The filings that stand and were evaluated by code that kept what they state."""

    async def dossier(self, filing: FilingId) -> Dossier | None:
        """None for a filing that does not stand, or of which nothing was kept."""

    async def behind(self, bundle_hash: str, after: tuple[date, str], size: int) -> Sequence[KeptReplacement]:
        """Those not looked at under the bundle, by application day and id behind `after`; without a day the last."""

    async def mark(self, filings: Iterable[tuple[FilingId, int]], bundle_hash: str) -> None:
        """As looked at under the bundle, each in that version; not those of which there is a newer one by now."""

    async def try_sweep(self) -> bool:
        """Whether nobody else evaluates again: then nobody begins until the transaction ends."""


class Reevaluations(Protocol):
    """Filings that wait to be evaluated again, each for one cause or more."""

    async def add(self, filing: FilingId, cause: str) -> None: ...

    async def add_naming(self, lots: Collection[LotId], cause: str, *, besides: FilingId | None = None) -> None:
        """Every filing that stands and names one of the lots. The ledger is locked: no filing comes between."""

    async def next(self, size: int, besides: Collection[FilingId]) -> Sequence[FilingId]:
        """The first by day of application, then id; each once."""

    async def take(self, filing: FilingId) -> bool:
        """Takes every cause that was committed; whether there was one."""


class HeardOpinions(Protocol):
    """How far the opinions on each filing were acted upon."""

    async def hear(self, filing: FilingId, version: int) -> bool:
        """Whether it is newer than all heard before."""
