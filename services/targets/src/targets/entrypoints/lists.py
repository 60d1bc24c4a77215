"""Pages of lists that are put together here: by keys that sort as text."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from servicekit.rpc.pages import next_token
from targets.domain.history import HistoryEntry
from targets.domain.indicators import Indicator
from targets.domain.levels import Scale
from targets.domain.targets import Target

Item = TypeVar("Item")

NUMBER_DIGITS: Final = 12
_SCALES: Final = tuple(Scale)


def part(items: Sequence[Item], key: Callable[[Item], str], start: str, size: int) -> tuple[Sequence[Item], str]:
    """The items behind `start`, at most `size` of them, and the token of the next page. Keys differ."""
    found = sorted((item for item in items if key(item) > start), key=key)[:size]
    return found, next_token(key(found[-1]), len(found), size) if found else ""


def indicator_key(indicator: Indicator) -> str:
    return indicator.id


def target_key(target: Target) -> str:
    return f"{target.indicator}/{target.years.first}/{target.years.last}/{target.version:0{NUMBER_DIGITS}}"


def report_key(report: pb.IndicatorReport) -> str:
    return f"{report.indicator}/{report.version:0{NUMBER_DIGITS}}"


def entry_key(entry: HistoryEntry) -> str:
    """By scale and period, then as it was taken in."""
    reading = entry.level.reading
    return f"{_SCALES.index(reading.scale)}/{reading.period.last}/{entry.level.number:0{NUMBER_DIGITS}}"
