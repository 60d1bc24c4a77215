"""The barometer's conditions, to the last digit on either side of each boundary."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest

from statute.loader import PolicyBundle
from targets.domain.barometer import Figures, LevelNotDerivable, derive
from targets.domain.levels import LevelBasis, Scale, WarningLevel
from targets.domain.periods import year_to

ONE, TWO, THREE = WarningLevel
H1, H1_2026 = year_to(date(2021, 6, 30)), year_to(date(2026, 6, 30))


def intensity(actual: str, schedule: str) -> Figures:
    return Figures(Scale.INTENSITY, H1, Decimal(actual), Decimal(schedule))


def total(actual: str, schedule: str) -> Figures:
    return Figures(Scale.TOTAL, H1, Decimal(actual), Decimal(schedule))


@pytest.mark.parametrize(
    ("actual", "schedule", "level"),
    [
        ("0.000000001", "-2.635", ONE),
        ("0.000000001", "1", ONE),  # 不降反升 comes first, whatever the schedule
        ("0", "-2.635", TWO),  # no change is no rise, and misses the schedule
        ("0", "0", THREE),
        ("-0.000000001", "-2.635", TWO),
        ("-2.634999999", "-2.635", TWO),
        ("-2.635", "-2.635", THREE),
        ("-2.635000001", "-2.635", THREE),
        ("-2.6350", "-2.635", THREE),
    ],
)
def test_the_intensity_level_follows_from_the_change(
    actual: str, schedule: str, level: WarningLevel, policy: PolicyBundle
) -> None:
    assert derive(intensity(actual, schedule), policy).level is level


@pytest.mark.parametrize(
    ("actual", "level"),
    [
        ("-5", THREE),
        ("29.999999999", THREE),
        ("30", THREE),
        ("30.000000001", TWO),
        ("32.999999999", TWO),
        ("33", TWO),  # exactly the ratio is not more than the ratio
        ("33.000000001", ONE),
        ("90", ONE),
    ],
)
def test_the_total_level_follows_from_the_excess_over_the_schedule(
    actual: str, level: WarningLevel, policy: PolicyBundle
) -> None:
    assert derive(total(actual, "30"), policy).level is level


@pytest.mark.parametrize(
    ("actual", "level"), [("0.000000001", ONE), ("0", TWO), ("-3.657", TWO), ("-3.658", THREE), ("-3.659", THREE)]
)
def test_the_carbon_level_mirrors_the_intensity_level(actual: str, level: WarningLevel, policy: PolicyBundle) -> None:
    reading = derive(Figures(Scale.CARBON, H1_2026, Decimal(actual), Decimal("-3.658")), policy)

    assert (reading.level, reading.scale) == (level, Scale.CARBON)
    assert "碳排放强度" in reading.evidence


@pytest.mark.parametrize("schedule", ["0", "-1"])
def test_no_total_level_follows_where_no_growth_is_scheduled(schedule: str, policy: PolicyBundle) -> None:
    with pytest.raises(LevelNotDerivable, match="schedule"):
        derive(total("1", schedule), policy)


def test_an_excess_that_no_binary_fraction_can_hold_is_compared_exactly(policy: PolicyBundle) -> None:
    assert derive(total("0.33", "0.3"), policy).level is TWO


def test_the_evidence_is_figures_condition_and_document_in_both_languages(policy: PolicyBundle) -> None:
    reading = derive(intensity("1.50", "-2.0"), policy)

    assert reading.evidence == (
        "能耗强度同比变化 1.5%, 进度要求 -2%: 能耗强度不降反升 (发改办环资〔2021〕629号) | "
        "energy intensity changed by 1.5% over a year before, the schedule asks for -2%: "
        "energy intensity rose year on year (发改办环资〔2021〕629号)"
    )
    assert (reading.basis, reading.bundle_hash) == (LevelBasis.DERIVED, policy.bundle_hash)


def test_a_level_that_rests_on_unverified_words_says_so(policy: PolicyBundle) -> None:
    assert "依据未核验" in derive(total("31", "30"), policy).evidence
    assert "依据未核验" not in derive(total("60", "30"), policy).evidence


@pytest.mark.parametrize(
    ("scale", "period_end", "derivable"),
    [
        (Scale.INTENSITY, date(2020, 12, 31), False),
        (Scale.INTENSITY, date(2021, 1, 1), True),
        (Scale.TOTAL, date(2020, 12, 31), False),
        (Scale.TOTAL, date(2021, 1, 1), True),
        (Scale.CARBON, date(2025, 12, 31), False),
        (Scale.CARBON, date(2026, 1, 1), True),
    ],
)
def test_no_level_follows_before_the_law_knows_the_barometer(
    scale: Scale, period_end: date, derivable: bool, policy: PolicyBundle
) -> None:
    figures = Figures(scale, year_to(period_end), Decimal(1), Decimal(1))

    with nullcontext() if derivable else pytest.raises(LevelNotDerivable, match=str(period_end)):
        derive(figures, policy)
