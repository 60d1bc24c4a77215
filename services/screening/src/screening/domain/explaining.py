"""What differs between two decisions, rule by rule, without what only the words or the figures of differ."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from screening.domain.told import Told


@dataclass(frozen=True, slots=True)
class Change:
    """A finding of a rule, before and after; None where there is none."""

    rule: str
    before: Told | None
    after: Told | None


def changes(before: Sequence[Told], after: Sequence[Told]) -> tuple[Change, ...]:
    """In the order of the later decision's findings; those that only the earlier one had come last."""
    was, now = _by_rule(before), _by_rule(after)
    return tuple(
        Change(rule, earlier, later)
        for rule in dict.fromkeys((*now, *was))
        for earlier, later in zip_longest(was.get(rule, ()), now.get(rule, ()))
        if _says(earlier) != _says(later)
    )


def _by_rule(findings: Sequence[Told]) -> dict[str, list[Told]]:
    """A rule may have several findings: each is held against the one in its place."""
    found: dict[str, list[Told]] = defaultdict(list)
    for finding in findings:
        found[finding.rule].append(finding)
    return found


def _says(finding: Told | None) -> tuple[object, ...]:
    if finding is None:
        return ()
    return (finding.verdict, finding.asks, finding.basis_unverified, sorted(finding.missing))
