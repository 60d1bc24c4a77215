"""Evaluates a filing revision that was taken in; an old or repeated one changes nothing."""

from dataclasses import dataclass

from dossier.model import Dossier
from review.application.ports import Work
from review.domain.again import Asked, answered, reviewed
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
    owner = owner_of(dossier.applicant)
    await work.owners_filings.lock(owner)
    siblings = await work.owners_filings.siblings(owner, dossier.region, command.filing)
    asked = Asked(dossier, siblings)
    evaluation = answered(command.filing, asked, policy)
    review = reviewed(command.filing, command.revision, evaluation, standing)
    await work.reviews.save(review, asked)
    await work.owners_filings.save(owners_filing(command.filing, command.revision, dossier, evaluation.annual_kgce))
    await work.announce(ReviewEvaluated(review))
    return review
