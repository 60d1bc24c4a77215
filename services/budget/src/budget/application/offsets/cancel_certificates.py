"""Withdraws certificates from use (核销)."""

from dataclasses import dataclass
from datetime import datetime

from budget.application.offsets.ports import Work
from budget.domain.offsets.claims import CertificateRange
from budget.domain.offsets.evidence import CancellationReason, CertificatesCancelled, CertificateUse, Evidence, User
from budget.domain.offsets.refusals import EvidenceUsed
from kernel.clock import legal_day
from kernel.regions import RegionCode


@dataclass(frozen=True, slots=True)
class CancelCertificates:
    request_id: str
    range: CertificateRange
    reason: CancellationReason
    region: RegionCode
    document: str


async def cancel_certificates(command: CancelCertificates, work: Work, now: datetime) -> CertificateUse:
    """Raises EvidenceUsed with who used any of them first."""
    await work.acting_on(command.region)
    await work.offsets.lock()
    evidence = Evidence((), (command.range,))
    used = await work.evidences.earlier_uses(evidence)
    if used:
        first = used[0]
        raise EvidenceUsed(first.evidence, first.used_by, first.region, str(first.used_on))
    user = User(f"cancellations/{command.request_id}", command.region, legal_day(now), now)
    use = CertificateUse(command.range, user)
    await work.evidences.use(evidence, user)
    await work.announce(CertificatesCancelled(use, command.reason, command.document))
    return use
