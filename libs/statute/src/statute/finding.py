"""One rule's verdict on one project, what it rests on, and how findings make a headline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, ClassVar, Final, NamedTuple

from kernel.later import PartlyLater, opened
from kernel.text import Text


class Verdict(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """An input or a figure is missing: never a silent pass."""


class Outcome(Enum):
    """What becomes of a project."""

    APPROVE = "approve"
    DEFER = "defer"
    BLOCK = "block"


class Disposition(Enum):
    """The finer word under an outcome."""

    APPROVE = "approve"
    CONDITIONAL = "conditional"
    EXEMPT = "exempt"
    DEFER = "defer"
    """缓批: wait."""
    RESTRICT = "restrict"
    """限批: wait until the region's level improves."""
    RETURN = "return"
    """补正/退回: what is missing has to be added."""
    REFER_UP = "refer_up"
    """报上级."""
    MANUAL = "manual"
    """A person must decide the law."""
    PROHIBIT = "prohibit"
    NOT_PASS = "not_pass"  # noqa: S105  # a word of law, no password


VERIFIED: Final = frozenset({"confirmed", "policy_default"})
"""What needs no mark: checked against its source, or a parameter of this platform and no law at all."""

FIGURE: Final = "figure"
"""The kind of a number, a date or a legal duty; everything else is a method."""

# No set: the hash of an enum is written in Python, and takes longer than a few comparisons.
NEEDS_VERIFIED_FIGURES: Final = (
    None,
    Disposition.APPROVE,
    Disposition.CONDITIONAL,
    Disposition.EXEMPT,
    Disposition.PROHIBIT,
    Disposition.NOT_PASS,
)
"""What no finding may lead to on an unverified figure: to approve (None does too, unless another objects), to block."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure or a method comes from, and how far it was checked. Half-open: `until` is the first day out."""

    parameter: str
    document: str
    article: str
    value: str
    unit: str
    in_force_from: date
    until: date | None
    verification: str
    kind: str
    source: str

    def __hash__(self) -> int:
        # Citations are gathered into sets many times for each evaluation; few share a parameter.
        return hash(self.parameter)

    @property
    def verified(self) -> bool:
        return self.verification in VERIFIED


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change of one input that turns a failing finding. Whoever gives it has evaluated it.

    `field` is the input's path in the API's own names; `stated` and `needed` are written with their unit.
    """

    field: str
    stated: str
    needed: str
    text: Text


class Grounds(NamedTuple):
    """What explains a finding to a person: its fields of these names. `inputs` are sorted."""

    title: Text
    because: Text
    inputs: tuple[tuple[str, str], ...] = ()
    under: tuple[Citation, ...] = ()
    parts: "tuple[Finding, ...]" = ()
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding(PartlyLater):
    """One rule's verdict with all that a person needs to check it by hand.

    `leads_to` is what it asks for by itself; None when nothing stands against the project. `inputs` are kept sorted by
    name, so that equal findings are written alike. `missing` are paths of fields to add, in the API's own names.
    `parts` are the findings that it was made of: they explain it, and only the whole counts for the headline.
    `remedies` say what would make it pass; none on a finding that fails: no change of one input does.

    One that was `judged` has its verdict, what it leads to and what is missing; its grounds are found when read.
    """

    LATER: ClassVar = Grounds._fields

    rule: str
    title: Text
    verdict: Verdict
    because: Text
    inputs: tuple[tuple[str, str], ...] = ()
    under: tuple[Citation, ...] = ()
    leads_to: Disposition | None = None
    missing: tuple[str, ...] = ()
    parts: "tuple[Finding, ...]" = ()
    remedies: tuple[Remedy, ...] = ()

    def __post_init__(self) -> None:
        if len(self.inputs) > 1:
            object.__setattr__(self, "inputs", tuple(sorted(self.inputs)))

    def walk(self) -> "Iterator[Finding]":
        """The finding, then its parts and theirs."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def basis_unverified(self) -> bool:
        """依据未核验: a figure or a method that it, or a part of it, rests on is not verified."""
        return any(not citation.verified for citation in self.under) or any(p.basis_unverified for p in self.parts)

    @property
    def rests_on_unverified_figure(self) -> bool:
        return on_unverified_figure(self.under)


_Open: Final = opened(Finding)


def judged(
    rule: str, verdict: Verdict, leads_to: Disposition | None, missing: tuple[str, ...], *, found_by: tuple[Any, ...]
) -> Finding:
    """A finding whose Grounds are found when read: by the first of `found_by`, called with the rest.

    That function has to be pure, and the rest must not change.
    """
    made = _Open()
    made.rule = rule
    made.verdict = verdict
    made.leads_to = leads_to
    made.missing = missing
    made.found_by = found_by
    made.__class__ = Finding
    return made  # type: ignore[no-any-return]  # it is now


def weighed(finding: Finding) -> Disposition | None:
    """What the finding may lead to: an unverified figure neither approves nor blocks without a person.

    An unverified method is only flagged. What already waits (defer, return and the like) goes on waiting.
    """
    return weigh(finding.leads_to, finding.under)


def weigh(leads_to: Disposition | None, under: Iterable[Citation]) -> Disposition | None:
    """As `weighed`, of a finding that rests on `under`."""
    return Disposition.MANUAL if leads_to in NEEDS_VERIFIED_FIGURES and on_unverified_figure(under) else leads_to


def weigh_knowing(leads_to: Disposition | None, *, unverified_figure: bool) -> Disposition | None:
    """As `weigh`, for whoever knows already whether one of the figures is not verified."""
    return Disposition.MANUAL if unverified_figure and leads_to in NEEDS_VERIFIED_FIGURES else leads_to


def on_unverified_figure(under: Iterable[Citation]) -> bool:
    for citation in under:  # noqa: SIM110  # a generator takes twice as long as the loop
        if citation.kind == FIGURE and citation.verification not in VERIFIED:
            return True
    return False


def headline(findings: Iterable[Finding], precedence: Sequence[Disposition]) -> Disposition:
    """The first by precedence of what the findings lead to; approve when nothing stands against the project."""
    asked = {weighed(finding) for finding in findings}
    return next((disposition for disposition in precedence if disposition in asked), Disposition.APPROVE)
