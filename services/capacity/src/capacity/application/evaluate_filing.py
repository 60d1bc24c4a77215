"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from datetime import datetime

from capacity.application.ports import Work
from capacity.domain.availability import Register
from capacity.domain.evaluation import Revision, evaluate
from capacity.domain.import_limit import PRODUCT as IMPORTED
from capacity.domain.lapsing import next_due
from capacity.domain.lots import named_lots
from capacity.domain.replacement import ReplacementEvaluated, holds_of
from capacity.domain.utilisation import Sector, newest
from kernel.clock import legal_day
from kernel.regions import province_of
from statute.loader import PolicyBundle


async def evaluate_filing(revision: Revision, work: Work, policy: PolicyBundle, at: datetime) -> None:
    known = await work.replacements.get_for_update(revision.filing)
    if known is not None and known.revision >= revision.revision:
        return
    lots = await work.lots.get(named_lots(revision.dossier))
    figures = await work.utilisations.of(Sector(IMPORTED, province_of(revision.dossier.region)))
    book = await work.ledger.open([one.lot.account for one in lots.values()], holds_of(known))
    register = Register(
        lots={id_: one.lot for id_, one in lots.items()},
        book=book,
        evidence={id_: one.evidence for id_, one in lots.items()},
        recipients=await work.replacements.recipients(lots, besides=revision.filing),
        figures=newest(figures),
        plan=await work.plans.get(revision.filing),
    )
    decided = evaluate(revision, known, register, policy, on=legal_day(at))
    book.apply_linked(decided.operations)
    await work.ledger.save(book, at)
    await work.replacements.save(decided.replacement)
    await work.plans.set_deadline(revision.filing, next_due(decided.replacement, register.plan, policy))
    await work.announce(ReplacementEvaluated(decided.replacement))
