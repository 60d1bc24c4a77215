"""A decision in the making: findings on one filing revision, and the versions of the facts they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from screening.domain.decision import Content
from screening.domain.facts import FactVersion, FilingFact
from statute.finding import Disposition, Finding, Outcome, weighed
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Draft:
    filing: FilingFact
    policy: PolicyBundle
    findings: tuple[Finding, ...] = ()
    versions: tuple[FactVersion, ...] = ()

    def add(self, findings: Iterable[Finding], *versions: FactVersion) -> "Draft":
        return replace(self, findings=(*self.findings, *findings), versions=(*self.versions, *versions))

    @property
    def headline(self) -> Disposition:
        return self.policy.headline(self.findings)

    @property
    def approves(self) -> bool:
        return self.policy.outcome_of(self.headline) is Outcome.APPROVE

    def content(self) -> Content:
        """The decisive findings first, then the others; both in the order of the policy's rules."""
        headline = self.headline
        places = {rule: place for place, rule in enumerate(self.policy.rules)}
        findings = sorted(
            self.findings, key=lambda finding: (weighed(finding) != headline, places.get(finding.rule, len(places)))
        )
        return Content(
            project_name=self.filing.project_name,
            region=self.filing.region,
            filing_revision=self.filing.revision,
            outcome=self.policy.outcome_of(headline),
            disposition=headline,
            findings=tuple(findings),
            basis_unverified=any(finding.basis_unverified for finding in findings),
            missing=tuple(dict.fromkeys(field for finding in findings for field in finding.missing)),
            facts=self.versions,
            bundle_hash=self.policy.bundle_hash,
        )
