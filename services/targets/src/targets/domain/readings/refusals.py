"""Why units and readings are refused."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class MeterChanged(DomainError):
    """What a meter has measured so far would become something else."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "METER_CHANGED"

    credit_code: str
    meter: str

    def text(self) -> Text:
        return Text(
            "{unit} 的计量点 {meter} 已按另一能源品种或采集周期登记; 请停用该计量点, 另登记新计量点",
            "The meter {meter} of {unit} is registered for another energy or period. End it, and register a new meter.",
            unit=self.credit_code,
            meter=self.meter,
        )


@dataclass(eq=False)
class MeterNotRegistered(DomainError):
    """Nobody said what the meter measures, or it was not in use."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "METER_NOT_REGISTERED"

    credit_code: str
    meter: str
    day: date

    def text(self) -> Text:
        return Text(
            "{unit} 的计量点 {meter} 在 {day} 未登记或未启用; 请先登记用能单位和计量点",
            "The meter {meter} of {unit} is not registered for {day}. Register the unit and its meter first.",
            unit=self.credit_code,
            meter=self.meter,
            day=self.day.isoformat(),
        )


@dataclass(eq=False)
class ReadingNotOfMeter(DomainError):
    """The reading cannot be the meter's."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "READING_NOT_OF_METER"

    credit_code: str
    meter: str
    stated: str
    expected: str

    def text(self) -> Text:
        return Text(
            "{unit} 的计量点 {meter} 应报 {expected}, 所报为 {stated}; 请核对计量点和单位",
            "The meter {meter} of {unit} reports {expected}, not {stated}. Check the meter and the unit of measure.",
            unit=self.credit_code,
            meter=self.meter,
            stated=self.stated,
            expected=self.expected,
        )


@dataclass(eq=False)
class ReadingChanged(DomainError):
    """One version of a reading cannot say two things."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "READING_CHANGED"

    credit_code: str
    meter: str
    start_time: str
    version: int

    def text(self) -> Text:
        return Text(
            "{unit} 的计量点 {meter} 自 {start} 起的读数第 {version} 版已有不同内容; 更正请用更高的版本号",
            "Version {version} of the reading of {meter} of {unit} from {start} says something else already. "
            "Send a correction under a higher version.",
            unit=self.credit_code,
            meter=self.meter,
            start=self.start_time,
            version=self.version,
        )
