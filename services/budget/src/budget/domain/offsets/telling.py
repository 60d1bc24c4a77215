"""How a finding of these rules is told."""

from collections.abc import Sequence

from kernel.text import Text
from statute.finding import Citation, Finding, Remedy, Verdict, weighed
from statute.inforce import RuleInForce
from statute.parameter import Version

Inputs = tuple[tuple[str, str], ...]


def cited(*versions: Version | None) -> tuple[Citation, ...]:
    """Of those that are on file."""
    return tuple(version.citation for version in versions if version is not None)


def holds(rule: RuleInForce, because: Text, inputs: Inputs = (), under: tuple[Citation, ...] = ()) -> Finding:
    text = rule.rule
    return Finding(text.id, text.title, Verdict.HOLDS, because, inputs, (*rule.clauses, *under), text.on_holds)


def fails(
    rule: RuleInForce,
    because: Text,
    inputs: Inputs = (),
    under: tuple[Citation, ...] = (),
    *,
    remedies: tuple[Remedy, ...] = (),
) -> Finding:
    text, all_under = rule.rule, (*rule.clauses, *under)
    return Finding(text.id, text.title, Verdict.FAILS, because, inputs, all_under, text.on_fails, remedies=remedies)


def not_stated(
    rule: RuleInForce, because: Text, missing: Sequence[str], inputs: Inputs = (), *, under: tuple[Citation, ...] = ()
) -> Finding:
    """UNKNOWN for want of what the claim does not say. `missing` are its fields in the API's own names."""
    text, all_under = rule.rule, (*rule.clauses, *under)
    return Finding(
        text.id, text.title, Verdict.UNKNOWN, because, inputs, all_under, text.on_unknown_input, tuple(missing)
    )


def not_on_file(rule: RuleInForce, because: Text, inputs: Inputs = (), under: tuple[Citation, ...] = ()) -> Finding:
    """UNKNOWN because the law on file does not answer: a person decides."""
    text, all_under = rule.rule, (*rule.clauses, *under)
    return Finding(text.id, text.title, Verdict.UNKNOWN, because, inputs, all_under, text.on_unknown_figure)


def accepted(findings: Sequence[Finding]) -> bool:
    """Whether something may be booked: every rule holds, and none of them rests on a figure that nobody checked."""
    return all(finding.verdict is Verdict.HOLDS and weighed(finding) is None for finding in findings)


def words(version: Version) -> Text:
    """What an edition says to a person, where it says more than its word."""
    return Text("", "") if version.words is None else Text(": {words}", ": {words}", words=version.words)
