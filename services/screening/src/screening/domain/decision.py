"""One reasoned decision; never changed, only followed by a newer one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.facts import FactVersion, FilingId
from statute.finding import Disposition, Finding, Outcome


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
class Content:
    """What was decided, on which facts and under which policy bundle: all but when and as the how-manyeth."""

    project_name: str
    region: RegionCode
    filing_revision: int
    outcome: Outcome
    disposition: Disposition
    findings: tuple[Finding, ...]
    basis_unverified: bool
    missing: tuple[str, ...]
    facts: tuple[FactVersion, ...]
    bundle_hash: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Numbers count from 1 for each filing; `day` is the day in China at `at`."""

    filing: FilingId
    number: int
    content: Content
    day: date
    at: datetime

    def __post_init__(self) -> None:
        assert self.number >= 1


def following(current: Decision | None, filing: FilingId, content: Content, *, day: date, at: datetime) -> Decision:
    """The current decision when it says the same, else the next one."""
    if current is None:
        return Decision(filing, 1, content, day, at)
    if current.content == content:
        return current
    return Decision(filing, current.number + 1, content, day, at)
