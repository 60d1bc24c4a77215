"""What a set of cases covers of the law: every rule with every verdict it can give, every clause."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cases.comparing import findings_in, findings_of
from cases.running import Result
from cases.unreachable import can_give
from statute.finding import Citation, Verdict
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """`covered`: the verdicts that a passing case expects of the rule and gets."""

    rule: str
    covered: frozenset[Verdict]

    @property
    def lacking(self) -> tuple[Verdict, ...]:
        """Verdicts that the rule can give and no case shows."""
        return tuple(verdict for verdict in Verdict if verdict not in self.covered and can_give(self.rule, verdict))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one province's bundle."""

    province: str
    rules: tuple[RuleCoverage, ...]
    clauses: tuple[Clause, ...]
    clauses_not_covered: tuple[Clause, ...]

    @property
    def rules_lacking(self) -> tuple[RuleCoverage, ...]:
        return tuple(rule for rule in self.rules if rule.lacking)


def coverage_of(results: Sequence[Result], policy: PolicyBundle) -> Coverage:
    """`results` are all of the bundle's province. A clause is covered when a decision on any case cites it."""
    shown = _shown(results)
    cited = {
        _clause(citation)
        for result in results
        for finding in findings_in(result.decision.content)
        for part in finding.walk()
        for citation in part.under
    }
    clauses = tuple(sorted(set(map(_clause, _citations(policy)))))
    return Coverage(
        province=policy.province,
        rules=tuple(RuleCoverage(rule, frozenset(shown.get(rule, ()))) for rule in policy.rules),
        clauses=clauses,
        clauses_not_covered=tuple(clause for clause in clauses if clause not in cited),
    )


def _shown(results: Iterable[Result]) -> Mapping[str, set[Verdict]]:
    shown: dict[str, set[Verdict]] = {}
    for result in results:
        if result.case.expect is None or not result.passed:
            continue
        findings = findings_in(result.decision.content)
        for rule in result.case.expect.rules:
            found = findings_of(rule, findings)
            shown.setdefault(rule, set()).update(finding.verdict for finding in found)
    return shown


def _citations(policy: PolicyBundle) -> Iterator[Citation]:
    for rule in policy.rules.values():
        yield from rule.clauses
    for parameter in policy.parameters.values():
        yield from (version.citation for version in parameter.versions)


def _clause(citation: Citation) -> Clause:
    return Clause(citation.document, citation.article)
