"""How projects are found: what of a name is compared, and what is asked for."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from kernel.regions import RegionCode
from screening.domain.facts import FilingFact, FilingId
from statute.finding import Disposition, Outcome, Verdict

QUERY_CHARACTERS_MAX = 100


def comparable(text: str) -> str:
    """Without regard to case, width and blanks (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def pairs(text: str) -> tuple[str, ...]:
    """Every two neighbouring characters of a comparable text, each once: Chinese has no words to index by."""
    return tuple(sorted({text[at : at + 2] for at in range(len(text) - 1)}))


def sought(filing: FilingFact) -> tuple[str, str]:
    """What names are compared with: those of the project and of its owner."""
    return comparable(filing.project_name), comparable(filing.owner_name)


@dataclass(frozen=True, slots=True)
class Conditions:
    """All hold together; None or "" does not limit. Invariant: without a decision there is no outcome to ask for."""

    query: str = ""
    region: RegionCode | None = None
    outcome: Outcome | None = None
    disposition: Disposition | None = None
    undecided: bool = False
    applied_from: date | None = None
    applied_until: date | None = None
    by_application_date: bool = False

    def __post_init__(self) -> None:
        assert not self.undecided or (self.outcome is None and self.disposition is None)


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a project stands in a list. The greater comes first; `at` is a date when sorted by application date."""

    at: datetime | date
    filing: FilingId


@dataclass(frozen=True, slots=True)
class Listed:
    """A project as a list shows it. `annual_kgce` is a year's energy on the 当量 basis; None: cannot be told yet."""

    filing: FilingId
    display_name: str
    owner_name: str
    credit_code: str
    project_code: str
    industry_codes: tuple[str, ...]
    region: RegionCode | None
    application_date: date | None
    annual_kgce: int | None
    two_high: Verdict | None
    outcome: Outcome | None
    disposition: Disposition | None
    decision: int
    """The current decision's number; 0 while there is none."""
    moved_at: datetime
    """When that was made; while there is none, when the first fact came."""
    revision: int
    withdrawn: bool
    settled: bool
