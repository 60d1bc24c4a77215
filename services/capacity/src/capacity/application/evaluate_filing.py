"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from datetime import date

from capacity.application.ports import Work
from capacity.domain.availability import Register
from capacity.domain.evaluation import Revision, evaluate
from capacity.domain.lots import named_lots
from capacity.domain.replacement import ReplacementEvaluated, holds_of
from statute.loader import PolicyBundle


async def evaluate_filing(revision: Revision, work: Work, policy: PolicyBundle, on: date) -> None:
    known = await work.replacements.get_for_update(revision.filing)
    if known is not None and known.revision >= revision.revision:
        return
    lots = await work.lots.get(named_lots(revision.dossier))
    book = await work.ledger.book_for([lot.account for lot in lots.values()], holds_of(known))
    decided = evaluate(revision, known, Register(lots, book), policy, on=on)
    await work.ledger.save(book, decided.book, decided.entries)
    await work.replacements.save(decided.replacement)
    await work.announce(ReplacementEvaluated(revision.filing, decided.evaluation))
