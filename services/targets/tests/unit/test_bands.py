"""A second province, whose barometer goes by bands of its own: all of it is data."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from statute.loader import PolicyBundle, load_bundle
from targets.domain.barometer import Figures, LevelNotDerivable, derive
from targets.domain.levels import LevelReading, Scale, WarningLevel
from targets.domain.periods import year_to

DATA = Path(__file__).parent.parent / "data"
H1_2021, H1 = date(2021, 6, 30), date(2022, 6, 30)
ONE, TWO, THREE = WarningLevel


@pytest.fixture(scope="module")
def fictional() -> PolicyBundle:
    return load_bundle("fictional", DATA)


def level(scale: Scale, actual: str, schedule: str, policy: PolicyBundle, *, day: date = H1) -> LevelReading:
    return derive(Figures(scale, year_to(day), Decimal(actual), Decimal(schedule)), policy)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("-2.500000001", THREE),
        ("-2.5", THREE),
        ("-2.499999999", TWO),
        ("-2", TWO),
        ("-1.999999999", ONE),
        ("0", ONE),
        ("1", ONE),
    ],
)
def test_a_fall_is_banded_by_the_share_of_the_schedule_that_it_reaches(
    actual: str, expected: WarningLevel, fictional: PolicyBundle
) -> None:
    assert level(Scale.INTENSITY, actual, "-2.5", fictional).level is expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("-3", THREE),
        ("95", THREE),
        ("95.000000001", TWO),
        ("105", TWO),
        ("105.000000001", ONE),
    ],
)
def test_growth_is_banded_by_the_share_of_the_schedule_that_it_uses(
    actual: str, expected: WarningLevel, fictional: PolicyBundle
) -> None:
    assert level(Scale.TOTAL, actual, "100", fictional).level is expected


def test_the_same_figures_are_another_level_in_a_province_without_bands(
    fictional: PolicyBundle, policy: PolicyBundle
) -> None:
    assert level(Scale.INTENSITY, "-1", "-2.5", fictional).level is ONE
    assert level(Scale.INTENSITY, "-1", "-2.5", policy).level is TWO


def test_before_its_bands_the_province_goes_by_the_conditions(fictional: PolicyBundle) -> None:
    assert level(Scale.INTENSITY, "-1", "-2.5", fictional, day=H1_2021).level is TWO


def test_a_level_names_the_bands_the_limit_and_its_document(fictional: PolicyBundle) -> None:
    reading = level(Scale.INTENSITY, "-2", "-2.5", fictional)

    assert reading.evidence == (
        "能耗强度同比变化 -2%, 进度要求 -2.5%: 按进度完成率分档, 界限 0.8 (虚构省晴雨表办法, 依据未核验) | "
        "energy intensity changed by -2% over a year before, the schedule asks for -2.5%: "
        "by the bands share of the schedule reached, at the limit 0.8 (虚构省晴雨表办法, basis not verified)"
    )


@pytest.mark.parametrize(
    ("scale", "schedule", "missing"),
    [
        (Scale.INTENSITY, "0", "barometer.intensity.bands"),
        (Scale.CARBON, "-2", "barometer.bands.nowhere.level_1.above"),
    ],
)
def test_progress_without_a_requirement_and_bands_without_limits_give_no_level(
    scale: Scale, schedule: str, missing: str, fictional: PolicyBundle
) -> None:
    with pytest.raises(LevelNotDerivable, match=missing):
        level(scale, "-1", schedule, fictional)
