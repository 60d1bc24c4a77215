"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from datetime import datetime

from capacity.application.evaluating import settle, standing_of
from capacity.application.ports import Work
from capacity.domain.evaluation import Revision, evaluate
from kernel.clock import legal_day
from statute.loader import PolicyBundle


async def evaluate_filing(revision: Revision, work: Work, policy: PolicyBundle, at: datetime) -> None:
    known = await work.replacements.get_for_update(revision.filing)
    if known is not None and known.revision >= revision.revision:
        return
    before = await standing_of(revision, known, work)
    decided = evaluate(revision, known, before.register, policy, on=legal_day(at))
    await settle(decided, before, work, policy=policy, at=at, stated=revision.dossier)
