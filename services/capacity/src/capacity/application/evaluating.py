"""What one filing is evaluated on, and what follows from its evaluation; whoever asks for it."""

from dataclasses import dataclass
from datetime import datetime

from capacity.application.ports import Work
from capacity.domain.availability import Register
from capacity.domain.evaluation import Decided, Revision
from capacity.domain.import_limit import PRODUCT as IMPORTED
from capacity.domain.lapsing import next_due
from capacity.domain.lots import named_lots
from capacity.domain.replacement import Replacement, ReplacementEvaluated, freed_lots, holds_of
from capacity.domain.utilisation import Sector, newest
from dossier.model import Dossier
from kernel.regions import province_of
from ledger.store import LoadedBook
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Standing:
    """One filing, as it stands before it is evaluated, and what it is held against."""

    known: Replacement | None
    register: Register


async def standing_of(revision: Revision, known: Replacement | None, work: Work) -> Standing:
    """The filing is locked.

    The ledger is locked first where lots are looked at: who registers a lot, learns of it or frees it meanwhile waits,
    and then sees that this filing names it.
    """
    filing, named, held = revision.filing, named_lots(revision.dossier), holds_of(known)
    if named or held:
        await work.ledger.lock()
    lots = await work.lots.get(named)
    book = await work.ledger.load([one.lot.account for one in lots.values()], held)
    register = Register(
        lots={id_: one.lot for id_, one in lots.items()},
        book=book,
        evidence={id_: one.evidence for id_, one in lots.items()},
        recipients=await work.replacements.recipients(lots.keys(), besides=filing),
        figures=newest(await work.utilisations.of(Sector(IMPORTED, province_of(revision.dossier.region)))),
        plan=await work.plans.get(filing),
    )
    return Standing(known, register)


async def settle(
    decided: Decided,
    before: Standing,
    work: Work,
    *,
    policy: PolicyBundle,
    at: datetime,
    stated: Dossier | None = None,
) -> None:
    """Books, saves and announces it; what became free is offered to the others that name it."""
    after, book = decided.replacement, before.register.book
    if decided.operations:
        assert isinstance(book, LoadedBook)
        book.apply_linked(decided.operations)
        await work.ledger.save(book, at)
    await work.replacements.save(after, stated)
    await work.plans.set_deadline(after.filing, next_due(after, before.register.plan, policy))
    await work.reevaluations.add_naming(
        freed_lots(before.known, after), f"freed by {after.filing}/{after.version}", besides=after.filing
    )
    await work.announce(ReplacementEvaluated(after))
