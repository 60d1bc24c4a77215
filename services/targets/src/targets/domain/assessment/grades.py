"""What an assessment comes to."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from kernel.text import Text
from statute.calendar import Deadline
from statute.finding import Finding


class Method(Enum):
    ENERGY = "energy"
    """节能目标责任评价考核 of the 14th plan."""
    DUAL_CARBON = "dual_carbon"
    """碳达峰碳中和综合评价考核."""
    NONE = "none"
    """No method on file is in force for the year."""


class Grade(Enum):
    """In the words of the law's data."""

    EXCEEDED = "exceeded"
    MET = "met"
    NEARLY_MET = "nearly_met"
    MISSED = "missed"
    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    UNKNOWN = "unknown"

    @property
    def name_of(self) -> Text:
        return NAMES[self]


NAMES: Final = {
    Grade.EXCEEDED: Text("超额完成", "exceeded"),
    Grade.MET: Text("完成", "met"),
    Grade.NEARLY_MET: Text("基本完成", "nearly met"),
    Grade.MISSED: Text("未完成", "missed"),
    Grade.EXCELLENT: Text("优秀", "excellent"),
    Grade.QUALIFIED: Text("合格", "qualified"),
    Grade.UNQUALIFIED: Text("不合格", "unqualified"),
    Grade.UNKNOWN: Text("等级未知", "grade not known"),
}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """`points` of `points_max`; None: not known."""

    title: Text
    points: Decimal | None
    points_max: Decimal | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """`missing` are the indicators and inputs without which the grade may be another, in the API's own names."""

    method: Method
    grade: Grade
    score: tuple[ScorePart, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    report_by: Deadline | None = None
    """Until when an unqualified region reports; None: it need not, or the day of the notice is not stated."""

    @property
    def basis_unverified(self) -> bool:
        """依据未核验: a person has to confirm the grade."""
        return any(finding.basis_unverified for finding in self.findings)

    @property
    def points(self) -> Decimal | None:
        known = [part.points for part in self.score if part.points is not None]
        return sum(known, Decimal(0)) if self.score and len(known) == len(self.score) else None
