"""Evaluates a filing again, because a lot, a step of its plan or the law changed."""

from datetime import datetime

from capacity.application.evaluating import settle, standing_of
from capacity.application.ports import Work
from capacity.domain.evaluation import Decided, Revision, evaluate
from capacity.domain.replacement import Evaluation, FilingId, same_content
from capacity.domain.signature import signature
from kernel.clock import legal_day
from statute.loader import PolicyBundle


async def evaluate_again(
    filing: FilingId, work: Work, policy: PolicyBundle, at: datetime, *, words_count: bool = True
) -> bool:
    """Whether something differs, and so was stored and announced.

    Unless `words_count`, evaluations that decide alike do not differ: another law cites itself otherwise.
    """
    known = await work.replacements.get_for_update(filing)
    dossier = await work.kept.dossier(filing)
    if known is None or known.evaluation is None or dossier is None:
        return False
    revision = Revision(filing, known.revision, dossier)
    before = await standing_of(revision, known, work)
    decided = evaluate(revision, known, before.register, policy, on=legal_day(at))
    if _same(decided, known.evaluation, words_count=words_count):
        await work.kept.mark([(filing, known.version)], policy.bundle_hash)
        return False
    await settle(decided, before, work, policy=policy, at=at)
    return True


def _same(decided: Decided, before: Evaluation, *, words_count: bool) -> bool:
    if decided.operations:
        return False
    if words_count:
        return same_content(decided.evaluation, before)
    return signature(decided.evaluation) == signature(before)
