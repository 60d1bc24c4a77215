"""What the use cases need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from capacity.application.again_ports import HeardOpinions, KeptReplacements, Reevaluations
from capacity.domain.audit import LotsDiffered, LotsReopened
from capacity.domain.deadlines import Due
from capacity.domain.evidence import AsOf, KnownLot, LotEvidenceRecorded, LotRegistered, LotStanding
from capacity.domain.lapsing import LapsingPlan, ReplacementLapsed
from capacity.domain.lots import LotId
from capacity.domain.plan import Plan, PlanStep, PlanStepRecorded
from capacity.domain.replacement import (
    FilingId,
    Replacement,
    ReplacementEvaluated,
    ReplacementPosted,
    ReplacementReversed,
    ReplacementVoided,
)
from capacity.domain.splitting import Recipient
from capacity.domain.utilisation import Sector, UtilisationRecorded, YearFigure
from dossier.model import Dossier
from kernel.regions import RegionCode
from ledger.accounts import AccountId
from ledger.audit import Audited
from ledger.differences import Difference
from ledger.entries import TransferId
from ledger.store import LoadedBook
from servicekit.storage.transaction import Transaction
from statute.finding import Finding

Event = (
    LotRegistered
    | LotEvidenceRecorded
    | ReplacementEvaluated
    | PlanStepRecorded
    | ReplacementPosted
    | ReplacementVoided
    | ReplacementReversed
    | ReplacementLapsed
    | UtilisationRecorded
    | LotsDiffered
    | LotsReopened
)


@dataclass(frozen=True, slots=True)
class LotFilter:
    """Which lots are asked for; empty and None: not asked. `region` takes in all below it."""

    product_id: str = ""
    region: RegionCode | None = None
    available: bool = False
    recipient: FilingId | None = None


class Lots(Protocol):
    """The register of lots."""

    async def add(self, known: KnownLot, findings: Sequence[Finding], bundle_hash: str) -> None:
        """With its evidence. Raises LotExists."""

    async def get(self, lots: Iterable[LotId]) -> Mapping[LotId, KnownLot]:
        """Those of the lots that are registered."""

    async def get_for_update(self, lot: LotId) -> KnownLot | None:
        """Waits while another transaction adds evidence to the same lot."""

    async def add_evidence(self, known: KnownLot) -> None:
        """Adds the last piece of evidence."""

    async def page(self, asked: LotFilter, after: str, size: int, as_of: AsOf | None) -> tuple[list[LotStanding], str]:
        """Lots that follow `after`, by id, and the last id that was looked at; empty when there is no more."""

    async def standing(self, lot: LotId, as_of: AsOf | None = None) -> LotStanding | None: ...


class Replacements(Protocol):
    """The newest evaluation of each filing, and what it holds."""

    async def lock(self, filings: Collection[FilingId]) -> None:
        """All of them in one go, for the `get_for_update` of each that follows."""

    async def get_for_update(self, filing: FilingId) -> Replacement | None:
        """The filing; it is locked until the transaction ends, also when nothing is known of it yet."""

    async def get(self, filing: FilingId) -> Replacement | None: ...

    async def region_of(self, filing: FilingId) -> RegionCode | None:
        """Where it is built; None when nothing was stated of it."""

    async def save(self, replacement: Replacement, stated: Dossier | None = None) -> None:
        """`stated`: what a new revision states; None: the same as before."""

    async def recipients(self, lots: Collection[LotId], *, besides: FilingId | None) -> Sequence[Recipient]:
        """The other filings that hold of the lots or have used them; under the ledger's lock they do not change."""


class Plans(Protocol):
    """The steps of each filing's plan, and the deadline that runs."""

    async def get(self, filing: FilingId) -> Plan: ...

    async def of(self, filings: Collection[FilingId]) -> Mapping[FilingId, Plan]:
        """Those of which something is recorded."""

    async def add_step(self, filing: FilingId, place: int, step: PlanStep) -> None: ...

    async def set_deadline(self, filing: FilingId, due: Due | None) -> None: ...

    async def lapsing(self, by: date, after: tuple[date, str], size: int) -> Sequence[LapsingPlan]:
        """Those that lapse by the day, the first at the top, behind the day and filing of `after`."""

    async def to_lapse(self, by: date, size: int) -> Sequence[FilingId]:
        """Of those that still hold lots and whose day is certain, the first to lapse."""

    async def provisional(self, after: FilingId | None, size: int) -> Sequence[FilingId]:
        """Those whose day rested on days off that were not published."""


class Utilisations(Protocol):
    """Yearly capacity and output by product and region."""

    async def add(self, figure: YearFigure) -> YearFigure:
        """With the version that it got."""

    async def of(self, sector: Sector, known_at: datetime | None = None) -> Sequence[YearFigure]:
        """All records of the sector that were known then."""


class Ledger(Audited, Protocol):
    """The lots' accounts."""

    async def open(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook:
        """The accounts, and those that the transfers have legs on, locked until the transaction ends."""


class Reading(Protocol):
    """All that filings are evaluated on."""

    @property
    def lots(self) -> Lots: ...

    @property
    def replacements(self) -> Replacements: ...

    @property
    def plans(self) -> Plans: ...

    @property
    def utilisations(self) -> Utilisations: ...

    @property
    def ledger(self) -> Ledger: ...


class Work(Transaction, Reading, Protocol):
    """One transaction."""

    @property
    def kept(self) -> KeptReplacements: ...

    @property
    def reevaluations(self) -> Reevaluations: ...

    @property
    def opinions(self) -> HeardOpinions: ...

    async def announce(self, event: Event) -> None: ...

    async def verify_lots(self) -> Difference | None:
        """The first record of the ledger that does not agree with the others. Must be the transaction's first act."""
