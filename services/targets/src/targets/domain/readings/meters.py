"""Key energy users and their meters: what a meter measures never changes; what is in use does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, NewType

from kernel.clock import CHINA_STANDARD_TIME
from kernel.regions import RegionCode
from targets.domain.readings.refusals import MeterChanged

CreditCode = NewType("CreditCode", str)
"""统一社会信用代码."""

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


class Span(Enum):
    """The period that one reading is for."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        return HOUR if self is Span.HOUR else DAY

    @property
    def each_day(self) -> int:
        return DAY // self.length

    def begins(self, instant: datetime) -> bool:
        """Whether a period can begin then: on a full hour, or at midnight in China."""
        local = instant.astimezone(CHINA_STANDARD_TIME)
        return not (local.minute or local.second or local.microsecond or (self is Span.DAY and local.hour))


@dataclass(frozen=True, slots=True)
class Meter:
    """In use on the days of [first, until)."""

    id: str
    carrier: str
    span: Span
    first: date
    until: date | None = None

    def __post_init__(self) -> None:
        assert self.until is None or self.first < self.until

    def in_use(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day < self.until)

    def days_in_use(self, first: date, until: date) -> int:
        """Of the days of [first, until)."""
        end = until if self.until is None else min(until, self.until)
        return max((end - max(first, self.first)).days, 0)


@dataclass(frozen=True, slots=True)
class EnergyUnit:
    """重点用能单位. `version` counts its registrations; 0: not registered yet."""

    code: CreditCode
    name: str
    region: RegionCode
    meters: Mapping[str, Meter]
    version: int

    def __post_init__(self) -> None:
        assert all(meter.id == id_ for id_, meter in self.meters.items())

    def register(self, name: str, region: RegionCode, meters: Iterable[Meter]) -> "EnergyUnit":
        """The unit as stated now. Meters that are not named stay. Raises MeterChanged."""
        kept = dict(self.meters)
        for meter in meters:
            known = kept.get(meter.id)
            if known is not None and (known.carrier, known.span) != (meter.carrier, meter.span):
                raise MeterChanged(self.code, meter.id)
            kept[meter.id] = meter
        return replace(self, name=name, region=region, meters=kept, version=self.version + 1)
