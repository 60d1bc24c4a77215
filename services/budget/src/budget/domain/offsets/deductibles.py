"""A claim with its answer: booked on the accounts of its region and all above it, or refused, once; revoked by two."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NewType

from budget.domain.offsets.amounts import amount_finding, booked, exact_kgce
from budget.domain.offsets.certificate_rules import across_provinces_kgce, certificate_finding, share_finding
from budget.domain.offsets.claims import Claim
from budget.domain.offsets.evidence_rules import evidence_finding, once_finding
from budget.domain.offsets.heading_rules import energy_finding, feedstock_finding, heading_finding, period_finding
from budget.domain.offsets.headings import account
from budget.domain.offsets.order_rules import order_finding
from budget.domain.offsets.project_rules import major_project_finding
from budget.domain.offsets.refusals import OffsetRefused
from budget.domain.offsets.situation import Laws, Situation, laws_for
from budget.domain.offsets.telling import accepted
from kernel.regions import lineage
from ledger.accounts import AccountId
from ledger.entries import TransferId, note_of
from ledger.operations import Grant, Reverse
from statute.finding import Finding
from statute.loader import PolicyBundle

OffsetId = NewType("OffsetId", str)


class OffsetState(Enum):
    RECORDED = "recorded"
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Revocation:
    effective_on: date
    known_at: datetime
    signers: tuple[str, ...]
    reason: str

    def __post_init__(self) -> None:
        assert len(set(self.signers)) == len(self.signers) == 2


@dataclass(frozen=True, slots=True)
class Offset:
    """One claim's story. Invariants: nothing is booked for a refused one, and only a booked one is revoked.

    `exact_kgce` None: the quantity does not convert. `across_kgce` is the part by certificates of other provinces.
    """

    id: OffsetId
    claim: Claim
    accepted: bool
    findings: tuple[Finding, ...]
    bundle_hash: str
    recorded_at: datetime
    exact_kgce: Decimal | None = None
    booked_kgce: int = 0
    across_kgce: Decimal = Decimal(0)
    revocation: Revocation | None = None

    def __post_init__(self) -> None:
        assert self.accepted or (self.booked_kgce == 0 and self.revocation is None)
        assert not self.accepted or self.exact_kgce is not None
        assert self.booked_kgce >= 0

    @property
    def name(self) -> str:
        return f"offsets/{self.id}"

    @property
    def state(self) -> OffsetState:
        if not self.accepted:
            return OffsetState.REFUSED
        return OffsetState.RECORDED if self.revocation is None else OffsetState.REVOKED

    def as_known(self, instant: datetime) -> "Offset":
        """As it stood at the instant: what was revoked later was still recorded."""
        later = self.revocation is not None and self.revocation.known_at > instant
        return replace(self, revocation=None) if later else self

    def grant(self) -> Grant | None:
        """What it books: the same on every level. None when the rounded sum does not grow."""
        if not self.booked_kgce:
            return None
        claim = self.claim
        legs: dict[AccountId, int] = {
            account(level, claim.year, claim.heading, claim.basis): self.booked_kgce for level in lineage(claim.region)
        }
        return Grant(transfer_id(self.id), legs, claim.assessed_on, note_of("; ".join(claim.documents)))

    def revoke(self, revocation: Revocation) -> tuple["Offset", "OffsetRevoked | None"]:
        """Once; again it is the same, without an event. Its evidence stays used. Raises OffsetRefused."""
        if not self.accepted:
            raise OffsetRefused(self.name)
        if self.revocation is not None:
            return self, None
        revoked = replace(self, revocation=revocation)
        return revoked, OffsetRevoked(revoked)

    def reversal(self) -> Reverse | None:
        """What takes back its grant. None when nothing was booked, or it was not revoked."""
        if self.revocation is None or not self.booked_kgce:
            return None
        signed = self.revocation
        return Reverse(transfer_id(self.id), signed.effective_on, signed.signers, note_of(signed.reason))


@dataclass(frozen=True, slots=True)
class OffsetRecorded:
    """A quantity was booked, or refused with its findings."""

    offset: Offset


@dataclass(frozen=True, slots=True)
class OffsetRevoked:
    offset: Offset


def transfer_id(offset: OffsetId) -> TransferId:
    return TransferId(f"offsets/{offset}")


def findings_on(claim: Claim, situation: Situation, laws: Laws) -> tuple[Finding, ...]:
    """One finding a rule, also where it does not concern the claim."""
    law, exact = laws.year, exact_kgce(claim, laws.year)
    grows = None if exact is None else booked(exact, situation.sums)
    return (
        period_finding(claim, law),
        heading_finding(claim, law),
        energy_finding(claim, law),
        feedstock_finding(claim, law),
        major_project_finding(claim, law),
        evidence_finding(claim, laws),
        certificate_finding(claim, laws),
        share_finding(claim, law, situation.across_provinces_kgce),
        once_finding(claim, situation.used, law),
        amount_finding(claim, law, situation.sums),
        order_finding(claim, grows, situation, law),
    )


def record(
    id_: OffsetId, claim: Claim, situation: Situation, policy: PolicyBundle, *, now: datetime, on: date
) -> Offset:
    """Judged by the law of the year of consumption; certificates by the rules on file on the day `on` of recording."""
    laws = laws_for(claim, policy, on)
    findings = findings_on(claim, situation, laws)
    exact, across = exact_kgce(claim, laws.year), across_provinces_kgce(claim, laws.year)
    if not accepted(findings) or exact is None:
        return Offset(id_, claim, False, findings, policy.bundle_hash, now, exact)
    return Offset(
        id=id_,
        claim=claim,
        accepted=True,
        findings=findings,
        bundle_hash=policy.bundle_hash,
        recorded_at=now,
        exact_kgce=exact,
        booked_kgce=booked(exact, situation.sums),
        across_kgce=across if across is not None else Decimal(0),
    )
