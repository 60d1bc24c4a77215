"""What a page of filings would be evaluated on now: read at one go, nothing locked and nothing changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from capacity.application.again_ports import KeptReplacement
from capacity.application.ports import Reading
from capacity.domain.availability import Register
from capacity.domain.evaluation import Decided, Revision, evaluate
from capacity.domain.evidence import KnownLot
from capacity.domain.import_limit import PRODUCT as IMPORTED
from capacity.domain.lots import LotId, named_lots
from capacity.domain.plan import NO_RECORD, Plan
from capacity.domain.replacement import FilingId
from capacity.domain.splitting import Recipient
from capacity.domain.utilisation import Sector, YearFigure, newest
from kernel.regions import RegionCode, province_of
from ledger.book import Book
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Sight:
    """What the page's filings name, by lot, filing and province."""

    lots: dict[LotId, KnownLot]
    book: Book
    recipients: dict[LotId, list[Recipient]] = field(default_factory=dict)
    plans: dict[FilingId, Plan] = field(default_factory=dict)
    figures: dict[RegionCode, dict[int, YearFigure]] = field(default_factory=dict)

    def decided(self, kept: KeptReplacement, policy: PolicyBundle, on: date) -> Decided:
        """What the filing's evaluation would come to; what it asks of the ledger is not done."""
        dossier, known = kept.dossier, kept.known
        named = {lot: self.lots[lot] for lot in named_lots(dossier) if lot in self.lots}
        register = Register(
            lots={lot: one.lot for lot, one in named.items()},
            book=self.book,
            evidence={lot: one.evidence for lot, one in named.items()},
            recipients=[
                one for lot in sorted(named) for one in self.recipients.get(lot, ()) if one.filing != kept.filing
            ],
            figures=self.figures[province_of(dossier.region)],
            plan=self.plans.get(kept.filing, NO_RECORD),
        )
        return evaluate(Revision(kept.filing, known.revision, dossier), known, register, policy, on=on)


async def sight_of(page: Sequence[KeptReplacement], reading: Reading) -> Sight:
    named = {lot for kept in page for lot in named_lots(kept.dossier)}
    lots = dict(await reading.lots.get(sorted(named))) if named else {}
    book = await reading.ledger.load([one.lot.account for one in lots.values()]) if lots else Book()
    recipients: dict[LotId, list[Recipient]] = defaultdict(list)
    for one in await reading.replacements.recipients(sorted(lots), besides=None):
        recipients[one.lot].append(one)
    provinces = {province_of(kept.dossier.region) for kept in page}
    return Sight(
        lots,
        book,
        recipients,
        dict(await reading.plans.of([kept.filing for kept in page])),
        {province: dict(newest(await reading.utilisations.of(Sector(IMPORTED, province)))) for province in provinces},
    )
