"""What is found of a lot when it is registered: how it was counted, and whether it may be used."""

from datetime import date

from capacity.domain import conversion, eligibility
from capacity.domain.evidence import EvidenceKind, KnownLot
from capacity.domain.judging import finding_of
from statute.finding import Finding
from statute.loader import PolicyBundle


def findings_at_registration(known: KnownLot, on: date, policy: PolicyBundle) -> tuple[Finding, ...]:
    """By the law of the day on which it was announced; while it is not, of the day of registration."""
    day = known.day(EvidenceKind.ANNOUNCED) or on
    inputs = [(f"lots/{known.lot.id}.quantity", str(known.lot.quantity))]
    return (
        finding_of(policy.rule(conversion.RULE), [conversion.converted(known, day, policy)], day, inputs),
        finding_of(policy.rule(eligibility.RULE), [eligibility.eligible(known, day, policy)], day, inputs),
    )
