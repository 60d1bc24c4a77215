"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from dataclasses import dataclass

from review.application.ports import Work
from review.domain.dossier import Dossier
from review.domain.evaluation import evaluate
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
    review = Review(command.filing, command.revision, evaluate(command.dossier, policy))
    await work.reviews.save(review)
    await work.announce(ReviewEvaluated(review))
    return review
