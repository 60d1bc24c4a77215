"""Holds a decision against what its case expects, and says every difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cases.model import NONE, Expectation, FieldsExpected, FindingExpected, RemedyExpected, RuleExpected
from kernel.text import Text
from screening.domain.decision import Content
from screening.wire.findings import whole_to_wire
from servicekit.wire import finding_from_wire
from statute.finding import Finding, Remedy

NOTHING: Final = Text("无", "none")


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` is the expectation's place in the case, below `expect`."""

    path: str
    expected: str
    got: Text


def differences(expect: Expectation, content: Content) -> tuple[Difference, ...]:
    """Empty when the decision says all that is expected of it."""
    return tuple(_differences(expect, content))


def findings_in(content: Content) -> tuple[Finding, ...]:
    """The whole of every finding, in their order."""
    return tuple(finding_from_wire(whole_to_wire(told)) for told in content.findings)


def findings_of(rule: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The rule's own findings; where it only makes parts of others, those parts, in order."""
    whole = tuple(finding for finding in findings if finding.rule == rule)
    parts = (part for finding in findings for part in finding.walk() if part.rule == rule)
    return whole or tuple(parts)


def _differences(expect: Expectation, content: Content) -> Iterator[Difference]:
    yield from _word("disposition", expect.disposition, content.disposition.value)
    yield from _word("outcome", expect.outcome, content.outcome.value)
    yield from _fields("missing", expect.missing, content.missing)
    findings = findings_in(content) if expect.rules else ()
    for rule, expected in expect.rules.items():
        yield from _rule(f"findings.{rule}", expected, findings_of(rule, findings))


def _word(path: str, expected: str, got: str) -> Iterator[Difference]:
    if expected and expected != got:
        yield Difference(path, expected, Text(got, got))


def _fields(path: str, expected: FieldsExpected | None, got: Sequence[str]) -> Iterator[Difference]:
    if expected is None:
        return
    asked, there = set(expected.fields), set(got)
    if not (asked == there if expected.exact else asked <= there):
        wanted = ", ".join(expected.fields) or NONE
        yield Difference(path, wanted if expected.exact else f"… {wanted} …", _listed(sorted(there)))


def _rule(path: str, expected: RuleExpected, got: Sequence[Finding]) -> Iterator[Difference]:
    """One expectation is for every finding of the rule; a list is one for one."""
    asked = expected.findings
    if not expected.listed and got:
        asked = expected.findings * len(got)
    if len(asked) != len(got):
        wanted = ", ".join(one.verdict or "*" for one in expected.findings) or NONE
        yield Difference(path, wanted, _listed([f"{finding.verdict.value}" for finding in got]))
        return
    for index, (one, finding) in enumerate(zip(asked, got, strict=True)):
        yield from _finding(path if len(got) == 1 else f"{path}[{index}]", one, finding)


def _finding(path: str, expected: FindingExpected, got: Finding) -> Iterator[Difference]:
    if expected.verdict and expected.verdict != got.verdict.value:
        word = got.verdict.value
        yield Difference(path, expected.verdict, Text("{word} ({why})", "{word} ({why})", word=word, why=got.because))
    leads_to = got.leads_to.value if got.leads_to is not None else NONE
    yield from _word(f"{path}.leads_to", expected.leads_to, leads_to)
    yield from _fields(f"{path}.missing", expected.missing, got.missing)
    for words in expected.because_contains:
        if words not in got.because.zh and words not in got.because.en:
            yield Difference(f"{path}.because_contains", words, got.because)
    if expected.remedies is not None:
        yield from _remedies(f"{path}.remedy", expected.remedies, got.remedies)


def _remedies(path: str, expected: tuple[RemedyExpected, ...], got: tuple[Remedy, ...]) -> Iterator[Difference]:
    """Each remedy expected is among those given; none expected means none given."""
    shown = _listed([f"{remedy.field}: {remedy.needed}" for remedy in got])
    if not expected and got:
        yield Difference(path, NONE, shown)
    for one in expected:
        if not any(one.field in ("", remedy.field) and one.needed in ("", remedy.needed) for remedy in got):
            yield Difference(path, f"{one.field or '*'}: {one.needed or '*'}", shown)


def _listed(words: Sequence[str]) -> Text:
    text = ", ".join(words)
    return Text(text, text) if text else NOTHING
