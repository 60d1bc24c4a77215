"""Everything the law in force on the application day says of one dossier."""

from review.domain.access import access_findings
from review.domain.competence import competence
from review.domain.consistency import consistency_finding
from review.domain.dossier import Dossier
from review.domain.energy import annual_kgce, energy_finding
from review.domain.review import Evaluation
from review.domain.two_high import class_products, two_high_finding
from statute.loader import PolicyBundle


def evaluate(dossier: Dossier, policy: PolicyBundle) -> Evaluation:
    """The findings come in one fixed order: two-high, energy stated and consistent, exemption, competence, access."""
    classed = class_products(dossier, policy)
    two_high = two_high_finding(dossier, classed, policy)
    competent = competence(dossier, policy)
    access = access_findings(dossier, classed, policy)
    return Evaluation(
        two_high=two_high.verdict,
        competent_level=competent.level,
        annual_kgce=annual_kgce(dossier.energy),
        findings=(
            two_high,
            energy_finding(dossier, policy),
            consistency_finding(dossier, policy),
            *competent.findings,
            *access,
        ),
        bundle_hash=policy.bundle_hash,
    )
