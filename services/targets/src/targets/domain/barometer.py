"""The barometer (晴雨表): a warning level from one reported figure, by the conditions or the bands of the policy."""

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
from targets.domain.bands import Bands, bands_name, bands_of
from targets.domain.levels import LevelBasis, LevelReading, Scale, WarningLevel
from targets.domain.periods import Period
from targets.domain.reports import ReportStatus

SEVERE_EXCESS_RATIO: Final = "barometer.total.severe_excess_ratio"
BANDS: Final = "bands"
SCHEDULE: Final = "schedule"


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
class Figures:
    """What a level is derived from.

    Intensity and carbon: changes over a year before, per cent. Total: increments of the year so far in tce.
    """

    scale: Scale
    period: Period
    actual: Decimal
    schedule: Decimal
    status: ReportStatus = ReportStatus.FINAL
    pace: Text | None = None
    """How the schedule was come to; None: it was stated."""

    @property
    def day(self) -> date:
        return self.period.last


@dataclass(frozen=True, slots=True)
class _Judged:
    level: WarningLevel
    words: Text
    document: str
    consulted: tuple[Citation, ...]


def derive(figures: Figures, policy: PolicyBundle) -> LevelReading:
    """By what is in force at the end of the period. Raises LevelNotDerivable, also where an increment has no ratio."""
    if figures.scale is Scale.TOTAL and figures.schedule <= 0:
        raise LevelNotDerivable(SCHEDULE, figures.day)
    method = _in_force(policy, f"barometer.{figures.scale.value}.method", figures.day)
    judged = (_by_bands if method.word == BANDS else _by_conditions)(figures, policy)
    return LevelReading(
        figures.scale,
        judged.level,
        figures.period,
        LevelBasis.DERIVED,
        _evidence(figures, judged),
        policy.bundle_hash,
        figures.status,
    )


def _by_conditions(figures: Figures, policy: PolicyBundle) -> _Judged:
    """The first level, from the gravest, whose condition is met."""
    ratio = _ratio(figures, policy)
    consulted = [ratio.citation] if ratio else []
    for level in WarningLevel:
        parameter = f"barometer.{figures.scale.value}.level_{level.value}"
        condition = _in_force(policy, parameter, figures.day)
        consulted.append(condition.citation)
        met = _CONDITIONS[figures.scale].get(condition.word)
        if met is None:
            raise LevelNotDerivable(parameter, figures.day)
        if met(figures, ratio.number if ratio else Decimal(0)):
            words = condition.words or Text(condition.word, condition.word)
            return _Judged(level, words, condition.citation.document, tuple(consulted))
    raise LevelNotDerivable(f"barometer.{figures.scale.value}", figures.day)


def _by_bands(figures: Figures, policy: PolicyBundle) -> _Judged:
    """By progress (actual / required), which nothing required leaves undefined."""
    parameter = bands_name(figures.scale)
    if parameter not in policy.parameters or not figures.schedule:
        raise LevelNotDerivable(parameter, figures.day)
    chosen = _in_force(policy, parameter, figures.day)
    bands = bands_of(chosen.word, figures.day, policy)
    if not isinstance(bands, Bands):
        raise LevelNotDerivable(bands, figures.day)
    level, limit = bands.level(figures.actual, figures.schedule)
    words = Text(
        "按{bands}分档, 界限 {limit}",
        "by the bands {bands}, at the limit {limit}",
        bands=chosen.words or chosen.word,
        limit=limit.number,
    )
    consulted = (chosen.citation, bands.outer.citation, bands.inner.citation)
    return _Judged(level, words, limit.citation.document, consulted)


def _ratio(figures: Figures, policy: PolicyBundle) -> Version | None:
    """What the excess over the scheduled increment may be before it is severe; the other scales have none."""
    if figures.scale is not Scale.TOTAL:
        return None
    return _in_force(policy, SEVERE_EXCESS_RATIO, figures.day)


def _in_force(policy: PolicyBundle, parameter: str, day: date) -> Version:
    version = policy.on(parameter, day)
    if version is None:
        raise LevelNotDerivable(parameter, day)
    return version


def _rose(figures: Figures, _ratio: Decimal) -> bool:
    """不降反升: no change at all is no rise."""
    return figures.actual > 0


def _missed(figures: Figures, _ratio: Decimal) -> bool:
    """Exactly the schedule meets it, on every scale."""
    return figures.actual > figures.schedule


def _met(figures: Figures, _ratio: Decimal) -> bool:
    return figures.actual <= figures.schedule


def _severely_missed(figures: Figures, ratio: Decimal) -> bool:
    """Exactly the ratio is not severe. Multiplied, not divided, so that the comparison is exact."""
    return figures.actual - figures.schedule > ratio * figures.schedule


Condition = Callable[[Figures, Decimal], bool]

_OF_A_CHANGE: Final[Mapping[str, Condition]] = {
    "rose": _rose,
    "fell_short_of_schedule": _missed,
    "meets_schedule": _met,
}
_CONDITIONS: Final[Mapping[Scale, Mapping[str, Condition]]] = {
    Scale.INTENSITY: _OF_A_CHANGE,
    Scale.TOTAL: {"severely_missed": _severely_missed, "missed": _missed, "within_schedule": _met},
    Scale.CARBON: _OF_A_CHANGE,
}
"""The conditions by their word in the law's data."""

_FIGURES: Final[Mapping[Scale, Text]] = {
    Scale.INTENSITY: Text(
        zh="能耗强度同比变化 {actual}%, 进度要求 {schedule}%",
        en="energy intensity changed by {actual}% over a year before, the schedule asks for {schedule}%",
    ),
    Scale.TOTAL: Text(
        zh="能源消费增量 {actual} tce, 进度控制 {schedule} tce",
        en="energy use grew by {actual} tce, the schedule allows {schedule} tce",
    ),
    Scale.CARBON: Text(
        zh="碳排放强度同比变化 {actual}%, 进度要求 {schedule}%",
        en="carbon intensity changed by {actual}% over a year before, the schedule asks for {schedule}%",
    ),
}


def _evidence(figures: Figures, judged: _Judged) -> str:
    template = _FIGURES[figures.scale]
    numbers = {"actual": plain(figures.actual), "schedule": plain(figures.schedule)}
    stated = Text(template.zh, template.en, **numbers)
    pace = Text("", "") if figures.pace is None else Text(" ({pace})", " ({pace})", pace=figures.pace)
    verified = all(citation.verified for citation in judged.consulted)
    marks = Text("", "") if verified else Text(", 依据未核验", ", basis not verified")
    zh = f"{stated.zh}{pace.zh}: {judged.words.zh} ({judged.document}{marks.zh})"
    en = f"{stated.en}{pace.en}: {judged.words.en} ({judged.document}{marks.en})"
    return f"{zh} | {en}"
