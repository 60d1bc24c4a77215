"""Evaluates a dossier that is not filed, as it would be if it were; nothing is stored."""

from dossier.model import Dossier
from review.application.ports import Work
from review.domain.evaluation import evaluate
from review.domain.ownership import owner_of
from review.domain.review import Evaluation, FilingId
from statute.loader import PolicyBundle


async def evaluate_project(dossier: Dossier, work: Work, policy: PolicyBundle) -> Evaluation:
    """A dossier with the project code of a filing is looked at beside the owner's others, not beside itself."""
    filing = FilingId(dossier.project_code)
    siblings = await work.owners_filings.siblings(owner_of(dossier.applicant), dossier.region, filing)
    return evaluate(dossier, policy, filing=filing, siblings=siblings)
