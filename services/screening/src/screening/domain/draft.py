"""A decision in the making: findings on one filing revision, and the versions of the facts they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from screening.domain.decision import Content
from screening.domain.facts import FactVersion, FilingFact
from screening.domain.told import Told, told
from statute.finding import Disposition, Finding, Outcome
from statute.loader import PolicyBundle

POLICIES_KEPT_MAX = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """`set_aside` are rules that do not count for the headline; `ruled` those that do not where a person must look."""

    filing: FilingFact
    policy: PolicyBundle
    findings: tuple[Told, ...] = ()
    versions: tuple[FactVersion, ...] = ()
    set_aside: frozenset[str] = frozenset()
    ruled: frozenset[str] = frozenset()

    def add(self, findings: Iterable[Told], *versions: FactVersion) -> "Draft":
        told, known = (*self.findings, *findings), (*self.versions, *versions)
        return Draft(self.filing, self.policy, told, known, self.set_aside, self.ruled)

    def say(self, finding: Finding, *versions: FactVersion) -> "Draft":
        """Adds a finding that is made here."""
        return self.add(told((finding,)), *versions)

    def asks(self, finding: Told) -> Disposition | None:
        """What the finding leads to after what persons decided of it."""
        if finding.rule in self.set_aside:
            return None
        return None if finding.asks is Disposition.MANUAL and finding.rule in self.ruled else finding.asks

    def _asked(self) -> list[Disposition | None]:
        """What each finding leads to. Most often persons decided nothing."""
        if self.set_aside or self.ruled:
            return [self.asks(finding) for finding in self.findings]
        return [finding.asks for finding in self.findings]

    def _first_of(self, asked: Iterable[Disposition | None]) -> Disposition:
        found = [one for one in asked if one is not None]
        return next((one for one in self.policy.precedence if one in found), Disposition.APPROVE)

    @property
    def headline(self) -> Disposition:
        return self._first_of(self._asked())

    @property
    def approves(self) -> bool:
        return self.policy.outcome_of(self.headline) is Outcome.APPROVE

    def content(self) -> Content:
        """The decisive findings first, then the others; both in the order of the policy's rules."""
        asked = self._asked()
        headline, places = self._first_of(asked), _places(self.policy)
        last = len(places)
        order = [
            (asks is not headline, places.get(finding.rule, last), place)
            for place, (finding, asks) in enumerate(zip(self.findings, asked, strict=True))
        ]
        findings = [self.findings[place] for _, _, place in sorted(order)]
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
            set_aside=tuple(sorted(self.set_aside | self.ruled)),
        )


@lru_cache(POLICIES_KEPT_MAX)
def _places(policy: PolicyBundle) -> dict[str, int]:
    return {rule: place for place, rule in enumerate(policy.rules)}
