"""Everything the law in force on the application day says of one dossier."""

from typing import Final

from dossier.model import Dossier
from kernel.later import opened
from review.domain.access import access_findings
from review.domain.account import account_finding
from review.domain.amounts import TCE
from review.domain.carbon import carbon_finding
from review.domain.competence import competence, yearly_of
from review.domain.consistency import consistency_finding
from review.domain.duties import duty_findings
from review.domain.energy import annual_kgce, energy_finding, in_kgce, totals
from review.domain.guidance import guidance_finding
from review.domain.opinion import change_finding, validity_finding
from review.domain.review import Evaluation
from review.domain.sheet import AccountSheet, sheet_of
from review.domain.splitting import splitting_finding
from review.domain.subject import Sibling, Subject
from review.domain.two_high import two_high_finding
from statute.loader import PolicyBundle

_Open: Final = opened(Evaluation)


def evaluate(
    dossier: Dossier, policy: PolicyBundle, *, filing: str = "", siblings: tuple[Sibling, ...] = ()
) -> Evaluation:
    """The findings come in one fixed order: class, energy, exemption and competence, procedure, access, duties.

    `filing` is the filing's id, empty in a dry run; `siblings` are the owner's other filings that stand.
    """
    subject = Subject(dossier, policy, filing, siblings)
    yearly = yearly_of(subject)
    competent = competence(subject, yearly)
    two_high = two_high_finding(subject)
    findings = (
        two_high,
        energy_finding(subject),
        consistency_finding(subject),
        account_finding(subject),
        *competent.findings,
        carbon_finding(subject, competent.level, competent.findings[1].missing),
        guidance_finding(subject),
        splitting_finding(subject),
        validity_finding(subject),
        change_finding(subject),
        *access_findings(subject),
        *duty_findings(subject, reviewed=competent.reviewed),
    )
    made = _Open()
    made.two_high = two_high.verdict
    made.competent_level = competent.level
    used, counted = totals(subject), yearly.counted(TCE)
    made.annual_kgce = annual_kgce(used)
    made.counted_kgce = made.annual_kgce if counted is used.tce_calorific else in_kgce(counted)
    made.findings = findings
    made.bundle_hash = policy.bundle_hash
    made.found_by = (_account, subject)
    made.__class__ = Evaluation
    return made  # type: ignore[no-any-return]  # it is now


def _account(subject: Subject) -> tuple[AccountSheet | None]:
    return (sheet_of(subject),)
