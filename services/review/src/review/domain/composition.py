"""A finding made of others: what fails first fails it, and it leads where they lead, by the policy's precedence."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from statute.finding import Citation, Disposition, Finding, Verdict


class HasVerdict(Protocol):
    @property
    def verdict(self) -> Verdict: ...


class Told(NamedTuple):
    """What a part comes to, before anybody explains it. `leads_to` is weighed."""

    verdict: Verdict
    leads_to: Disposition | None
    missing: tuple[str, ...]


class Whole(NamedTuple):
    """What the parts come to. It rests on the citations of those that decide, by their numbers in `deciding`."""

    verdict: Verdict
    leads_to: Disposition | None
    missing: tuple[str, ...]
    deciding: tuple[int, ...]


def composed(parts: Sequence[Told], precedence: Sequence[Disposition]) -> Whole:
    """The fields to add are all of the parts'. Raises ValueError without parts."""
    if not parts:
        raise ValueError("nothing to compose")
    asked = [part.leads_to for part in parts]
    leads_to = asked[0]
    if len(asked) > 1:
        leads_to = next((disposition for disposition in precedence if disposition in asked), None)
    deciding = tuple([number for number, disposition in enumerate(asked) if disposition is leads_to])
    missing = tuple(dict.fromkeys([field for part in parts for field in part.missing]))
    return Whole(verdict_of(parts), leads_to, missing, deciding)


def rests_on(whole: Whole, parts: Sequence[Finding]) -> tuple[Citation, ...]:
    return tuple([citation for number in whole.deciding for citation in parts[number].under])


def verdict_of(parts: Sequence[HasVerdict]) -> Verdict:
    """One that fails fails the whole; else one that is unknown leaves it unknown."""
    verdicts = [part.verdict for part in parts]
    if Verdict.FAILS in verdicts:
        return Verdict.FAILS
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.HOLDS
