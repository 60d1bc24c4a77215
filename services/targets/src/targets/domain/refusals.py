"""Why a target or a report is refused."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class TargetSetByLaw(DomainError):
    """The law has the target of the place for just these years; what a document says instead does not count."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TARGET_SET_BY_LAW"

    place: str
    indicator: str
    years: str
    law: str

    def text(self) -> Text:
        return Text(
            "{place} {years} 年 {indicator} 的目标已由法规数据载明 ({law}), 不另行下达",
            "The target of {place} for {indicator} in {years} stands in the law's data ({law}); none is set beside it.",
            **self.metadata(),
        )


@dataclass(eq=False)
class ScheduleNotKnown(DomainError):
    """Nothing on file says what is required by the end of the period: that is not zero."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SCHEDULE_NOT_KNOWN"

    place: str
    indicator: str
    period_end: date
    missing: str

    def text(self) -> Text:
        return Text(
            "{place} 截至 {period_end} 的 {indicator} 进度要求未知, 缺少 {missing}; 请先下达目标, 或随报告填写进度要求",
            "What is required of {place} for {indicator} by {period_end} is not known for want of {missing}. "
            "Set a target first, or state the schedule with the report.",
            **self.metadata(),
        )
