"""What a filing is evaluated on, kept so that the same question can be put to another law."""

from dataclasses import dataclass

from dossier.model import Dossier
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation, FilingId, Review
from review.domain.subject import Sibling
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Asked:
    """One revision's dossier, with the owner's other filings as they stood when it came.

    What the owner filed since belongs to those filings: so what changes under another law changes by the law alone,
    whenever and in whatever order it is asked.
    """

    dossier: Dossier
    siblings: tuple[Sibling, ...] = ()


def answered(filing: FilingId, asked: Asked, policy: PolicyBundle) -> Evaluation:
    return evaluate(asked.dossier, policy, filing=filing, siblings=asked.siblings)


def reviewed(filing: FilingId, revision: int, evaluation: Evaluation, standing: Review | None) -> Review:
    """The review that follows on `standing`. Where each revision is evaluated once, versions are revisions."""
    version = revision if standing is None else max(standing.version + 1, revision)
    return Review(filing, revision, evaluation, version)
