"""The barometer (晴雨表): a warning level from one reported indicator, by the conditions of the law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from kernel.errors import DomainError, ErrorKind
from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle
from statute.parameter import Version
from targets.domain.regions import LevelBasis, Reading, Scale, WarningLevel

SEVERE_EXCESS_RATIO: Final = "barometer.total.severe_excess_ratio"


@dataclass(eq=False)
class LevelNotDerivable(DomainError):
    """The law does not say for the period, or nothing it says is met: the level is unknown, which is no good level."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "LEVEL_NOT_DERIVABLE"

    parameter: str
    period_end: date

    def text(self) -> Text:
        return Text(
            zh=f"{self.period_end} 的 {self.parameter} 未知, 不能推定等级; 请改为登记上级公布的等级",
            en=f"{self.parameter} is not known on {self.period_end}, so no level follows. Record a published level.",
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """One reported indicator.

    Intensity: changes over a year before, per cent. Total: increments of the period in tce, the schedule above 0.
    """

    scale: Scale
    period_end: date
    actual: Decimal
    schedule: Decimal

    def __post_init__(self) -> None:
        assert self.scale is not Scale.TOTAL or self.schedule > 0


def derive(indicator: Indicator, policy: PolicyBundle) -> Reading:
    """The first level, from the gravest, whose condition at the end of the period is met. Raises LevelNotDerivable."""
    ratio = _ratio(indicator, policy)
    consulted = [ratio.citation] if ratio else []
    for level in WarningLevel:
        parameter = f"barometer.{indicator.scale.value}.level_{level.value}"
        condition = _in_force(policy, parameter, indicator.period_end)
        consulted.append(condition.citation)
        met = _CONDITIONS[indicator.scale].get(condition.word)
        if met is None:
            raise LevelNotDerivable(parameter, indicator.period_end)
        if met(indicator, ratio.number if ratio else Decimal(0)):
            evidence = _evidence(indicator, condition, consulted)
            return Reading(
                indicator.scale, level, indicator.period_end, LevelBasis.DERIVED, evidence, policy.bundle_hash
            )
    raise LevelNotDerivable(f"barometer.{indicator.scale.value}", indicator.period_end)


def _ratio(indicator: Indicator, policy: PolicyBundle) -> Version | None:
    """What the excess over the scheduled increment may be before it is severe; the intensity scale has none."""
    if indicator.scale is not Scale.TOTAL:
        return None
    return _in_force(policy, SEVERE_EXCESS_RATIO, indicator.period_end)


def _in_force(policy: PolicyBundle, parameter: str, day: date) -> Version:
    version = policy.on(parameter, day)
    if version is None:
        raise LevelNotDerivable(parameter, day)
    return version


def _rose(indicator: Indicator, _ratio: Decimal) -> bool:
    """不降反升: no change at all is no rise."""
    return indicator.actual > 0


def _missed(indicator: Indicator, _ratio: Decimal) -> bool:
    """Exactly the schedule meets it, on both scales."""
    return indicator.actual > indicator.schedule


def _met(indicator: Indicator, _ratio: Decimal) -> bool:
    return indicator.actual <= indicator.schedule


def _severely_missed(indicator: Indicator, ratio: Decimal) -> bool:
    """Exactly the ratio is not severe. Multiplied, not divided, so that the comparison is exact."""
    return indicator.actual - indicator.schedule > ratio * indicator.schedule


Condition = Callable[[Indicator, Decimal], bool]

_CONDITIONS: Final[Mapping[Scale, Mapping[str, Condition]]] = {
    Scale.INTENSITY: {"rose": _rose, "fell_short_of_schedule": _missed, "meets_schedule": _met},
    Scale.TOTAL: {"severely_missed": _severely_missed, "missed": _missed, "within_schedule": _met},
}
"""The conditions by their word in the law's data."""


def _evidence(indicator: Indicator, condition: Version, consulted: list[Citation]) -> str:
    figures = _figures(indicator)
    words = condition.words or Text(condition.word, condition.word)
    verified = all(citation.verified for citation in consulted)
    marks = Text("", "") if verified else Text(", 依据未核验", ", basis not verified")
    document = condition.citation.document
    return f"{figures.zh}: {words.zh} ({document}{marks.zh}) | {figures.en}: {words.en} ({document}{marks.en})"


def _figures(indicator: Indicator) -> Text:
    actual, schedule = plain(indicator.actual), plain(indicator.schedule)
    if indicator.scale is Scale.INTENSITY:
        return Text(
            zh=f"能耗强度同比变化 {actual}%, 进度要求 {schedule}%",
            en=f"energy intensity changed by {actual}% over a year before, the schedule asks for {schedule}%",
        )
    return Text(
        zh=f"能源消费增量 {actual} tce, 进度控制 {schedule} tce",
        en=f"energy use grew by {actual} tce, the schedule allows {schedule} tce",
    )
