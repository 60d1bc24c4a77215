"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from dataclasses import dataclass

from dossier.model import Dossier
from review.application.ports import Work
from review.domain.evaluation import evaluate
from review.domain.ownership import owner_of, owners_filing
from review.domain.review import FilingId, Review, ReviewEvaluated
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class EvaluateFiling:
    filing: FilingId
    revision: int
    dossier: Dossier


async def evaluate_filing(command: EvaluateFiling, work: Work, policy: PolicyBundle) -> Review:
    """The review that stands afterwards."""
    standing = await work.reviews.get_for_update(command.filing)
    if standing is not None and standing.revision >= command.revision:
        return standing
    dossier = command.dossier
    owner = owner_of(dossier)
    await work.owners_filings.lock(owner)
    siblings = await work.owners_filings.siblings(owner, dossier.region, command.filing)
    evaluation = evaluate(dossier, policy, filing=command.filing, siblings=siblings)
    review = Review(command.filing, command.revision, evaluation)
    await work.reviews.save(review)
    await work.owners_filings.save(owners_filing(command.filing, command.revision, dossier, evaluation.annual_kgce))
    await work.announce(ReviewEvaluated(review))
    return review
