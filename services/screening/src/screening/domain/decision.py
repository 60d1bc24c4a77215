"""One reasoned decision; never changed, only followed by a newer one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, NewType

from kernel.errors import DomainError, ErrorKind
from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.facts import FactVersion, FilingId
from screening.domain.told import Told
from statute.finding import Disposition, Outcome

Digest = NewType("Digest", bytes)


@dataclass(eq=False)
class NoDecisionYet(DomainError):
    """Facts are still missing."""

    kind: ClassVar = ErrorKind.NOT_FOUND
    reason: ClassVar = "NO_DECISION_YET"

    filing: str
    waiting_for: str

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 尚无决定, 仍在等待: {self.waiting_for}; 请稍后再查, 并核对备案编号",
            en=f"Filing {self.filing} has no decision yet; it waits for {self.waiting_for}. "
            "Ask again later, and check the filing's id.",
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a case was screened: `kind` is one of KINDS, `subject` names what came or changed."""

    kind: str
    subject: str


CAUSES_MAX = 100
"""Of a storm that one screening answers, a decision names so many."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was decided, on which facts and under which policy bundle: all but when, why then and as the how-manyeth."""

    project_name: str
    region: RegionCode
    filing_revision: int
    outcome: Outcome
    disposition: Disposition
    findings: tuple[Told, ...]
    basis_unverified: bool
    missing: tuple[str, ...]
    facts: tuple[FactVersion, ...]
    bundle_hash: str
    set_aside: tuple[str, ...] = ()

    @property
    def decisive(self) -> tuple[Told, ...]:
        """The findings that the headline rests on, without what persons set aside or decided."""
        asking = tuple(one for one in self.findings if one.asks is self.disposition)
        return tuple(one for one in asking if one.rule not in self.set_aside) or asking

    @property
    def says(self) -> tuple[object, ...]:
        """What is decided, without the words, the figures and the editions it is explained with.

        A policy that only words something anew, or cites it better, opens no decision again.
        """
        return (
            self.filing_revision,
            self.outcome.value,
            self.disposition.value,
            self.basis_unverified,
            self.set_aside,
            tuple(
                sorted(
                    (one.rule, one.verdict.value, "" if one.asks is None else one.asks.value, *sorted(one.missing))
                    for one in self.findings
                )
            ),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """The current decision as far as a case has to know it: its number, a digest of its content and of what it says."""

    number: int
    content: Digest
    says: Digest
    outcome: Outcome
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class Decision:
    """Numbers count from 1 for each filing; `day` is the day in China at `at`."""

    filing: FilingId
    number: int
    content: Content
    day: date
    at: datetime
    causes: tuple[Cause, ...] = ()
    attempt: int = 0
    """The attempt at the budget that answered; 0 when the budget was not asked."""

    def __post_init__(self) -> None:
        assert self.number >= 1

    @property
    def name(self) -> str:
        return f"filings/{self.filing}/decisions/{self.number}"


def bounded(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Each once, in order, at most CAUSES_MAX."""
    return tuple(dict.fromkeys(causes))[:CAUSES_MAX]
