"""The barometer of the first half of 2021: invented figures of every province give the levels that were published."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from statute.loader import PolicyBundle
from targets.domain.barometer import Figures, derive
from targets.domain.levels import Scale, WarningLevel
from targets.domain.periods import year_to

H1 = year_to(date(2021, 6, 30))
PROVINCES = 30
"""西藏 is not rated."""

INVENTED = {
    Scale.INTENSITY: {
        WarningLevel.ONE: [("0.1", "-2.6"), ("3.2", "-1.3"), ("7", "-3")],
        WarningLevel.TWO: [("0", "-2.6"), ("-0.1", "-3"), ("-1.2", "-1.3")],
        WarningLevel.THREE: [("-2.6", "-2.6"), ("-3.1", "-3"), ("-9", "-1.3")],
    },
    Scale.TOTAL: {
        WarningLevel.ONE: [("111", "100"), ("441", "400"), ("9", "8")],
        WarningLevel.TWO: [("110", "100"), ("401", "400"), ("8.1", "8")],
        WarningLevel.THREE: [("100", "100"), ("-20", "400"), ("7.9", "8")],
    },
}
"""Actual and schedule by the level that has to follow."""


def published(scale: Scale, policy: PolicyBundle) -> dict[str, WarningLevel]:
    return {
        province: level
        for level in WarningLevel
        for province in policy.parameter(f"barometer.published_2021h1.{scale.value}.level_{level.value}")
        .versions[0]
        .list_of_words
    }


def reports(scale: Scale, policy: PolicyBundle) -> Iterator[tuple[str, Figures]]:
    for number, (province, level) in enumerate(published(scale, policy).items()):
        figures = INVENTED[scale][level]
        actual, schedule = figures[number % len(figures)]
        yield province, Figures(scale, H1, Decimal(actual), Decimal(schedule))


@pytest.mark.parametrize("scale", [Scale.INTENSITY, Scale.TOTAL])
def test_the_published_levels_follow_from_the_reports_of_all_provinces(scale: Scale, policy: PolicyBundle) -> None:
    derived = {province: derive(figures, policy).level for province, figures in reports(scale, policy)}

    assert derived == published(scale, policy)
    assert len(derived) == PROVINCES


def test_qinghai_is_red_on_both_scales(policy: PolicyBundle) -> None:
    assert {published(scale, policy)["青海"] for scale in (Scale.INTENSITY, Scale.TOTAL)} == {WarningLevel.ONE}
