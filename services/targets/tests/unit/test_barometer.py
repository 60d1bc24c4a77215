"""The barometer's conditions, to the last digit on either side of each boundary."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest

from statute.loader import PolicyBundle
from targets.domain.barometer import Indicator, LevelNotDerivable, derive
from targets.domain.regions import LevelBasis, Scale, WarningLevel

ONE, TWO, THREE = WarningLevel
H1 = date(2021, 6, 30)


def intensity(actual: str, schedule: str) -> Indicator:
    return Indicator(Scale.INTENSITY, H1, Decimal(actual), Decimal(schedule))


def total(actual: str, schedule: str) -> Indicator:
    return Indicator(Scale.TOTAL, H1, Decimal(actual), Decimal(schedule))


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
    ("period_end", "derivable"), [(date(2020, 12, 31), False), (date(2021, 1, 1), True)], ids=["before", "on"]
)
@pytest.mark.parametrize("scale", Scale)
def test_no_level_follows_before_the_law_knows_the_barometer(
    scale: Scale, period_end: date, derivable: bool, policy: PolicyBundle
) -> None:
    indicator = Indicator(scale, period_end, Decimal(1), Decimal(1))

    with nullcontext() if derivable else pytest.raises(LevelNotDerivable, match="2020-12-31"):
        derive(indicator, policy)
