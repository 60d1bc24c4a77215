"""A finding made of others: what fails first fails it, and it leads where they lead, by the policy's precedence."""

from collections.abc import Sequence

from kernel.text import Text
from review.domain.look import Look, distinct
from statute.finding import Citation, Disposition, Finding, Remedy, Verdict, weighed
from statute.loader import PolicyBundle


def composed(
    seen: Look, parts: Sequence[Finding], because: Text, policy: PolicyBundle, *, remedies: tuple[Remedy, ...] = ()
) -> Finding:
    """The whole stands on the citations of the parts that decide; the fields to add are all of theirs.

    `remedies` are those of the whole where several parts fail; where one does, its own serve. Raises ValueError without
    parts.
    """
    if not parts:
        raise ValueError("nothing to compose")
    asked = [weighed(part) for part in parts]
    leads_to = _first(policy.precedence, asked)
    under: list[Citation] = [*seen.under]
    missing: list[str] = []
    for part, disposition in zip(parts, asked, strict=True):
        if disposition is leads_to:
            under += part.under
        missing += part.missing
    return Look(seen.rule, seen.inputs, distinct(under), seen.title, tuple(parts)).comes_to(
        verdict_of(parts),
        because,
        leads_to,
        missing=tuple(dict.fromkeys(missing)),
        remedies=remedies or _of_the_only_one(parts),
    )


def _first(precedence: Sequence[Disposition], asked: Sequence[Disposition | None]) -> Disposition | None:
    # Lists, not sets: an enum's hash is written in Python, and takes longer than a few comparisons.
    for disposition in precedence:
        if disposition in asked:
            return disposition
    return None


def verdict_of(parts: Sequence[Finding]) -> Verdict:
    """One that fails fails the whole; else one that is unknown leaves it unknown."""
    verdicts = [part.verdict for part in parts]
    if Verdict.FAILS in verdicts:
        return Verdict.FAILS
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.HOLDS


def _of_the_only_one(parts: Sequence[Finding]) -> tuple[Remedy, ...]:
    failing = [part for part in parts if part.verdict is Verdict.FAILS]
    return failing[0].remedies if len(failing) == 1 else ()
