"""The figures of energy and carbon: ranges, years, and what was looked for and not found."""

from datetime import date
from decimal import Decimal

import pytest

from statute.loader import load_bundle

LAW = load_bundle("qinghai")
DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("carrier", "low", "default", "high"),
    [
        ("coal_slime", "0.2857", "0.4286", "0.4286"),
        ("natural_gas", "1.1000", "1.3300", "1.3300"),
        ("coalmine_gas", "0.5000", "0.5714", "0.5714"),
        ("coke_oven_gas", "0.5714", "0.6143", "0.6143"),
    ],
)
def test_of_a_range_both_ends_are_held_and_the_default_is_the_platforms(
    carrier: str, low: str, default: str, high: str
) -> None:
    versions = [LAW.on(f"energy.calorific.{carrier}{end}", DAY) for end in (".low", "", ".high")]

    assert [version and version.number for version in versions] == [Decimal(low), Decimal(default), Decimal(high)]
    assert versions[1] is not None
    assert versions[1].citation.verification == "policy_default"


@pytest.mark.parametrize(
    ("parameter", "day", "value"),
    [
        ("energy.calorific.electricity", date(2021, 3, 31), None),
        ("energy.calorific.electricity", date(2021, 4, 1), "0.1229"),
        ("energy.equivalent.electricity", date(2022, 12, 31), "0.3015"),
        ("energy.equivalent.electricity", date(2023, 1, 1), "0.3020"),
        ("energy.equivalent.electricity", date(2024, 1, 1), "0.305"),
        ("energy.equivalent.fresh_water", DAY, "0.2571"),
        ("energy.constant.kj_per_kgce", DAY, "29307.6"),
        ("co2.fuel.blast_furnace_gas.cc", DAY, "70.80"),
        ("co2.grid.national.ets", date(2020, 12, 31), "0.5810"),
        ("co2.grid.national.ets", date(2021, 1, 1), None),
        ("co2.grid.national.average", date(2023, 6, 1), "0.5306"),
        ("co2.grid.region.northwest", date(2023, 6, 1), "0.5543"),
        ("co2.grid.province.630000", date(2024, 1, 1), None),
        ("co2.gwp100.ar5.sf6", DAY, "23500"),
    ],
)
def test_a_figure_holds_in_its_own_years_alone(parameter: str, day: date, value: str | None) -> None:
    version = LAW.on(parameter, day)

    assert (None if version is None else version.number) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2020, 12, 31), None),
        (date(2021, 1, 1), "0.1326"),
        (date(2022, 12, 31), "0.1567"),
        (date(2023, 1, 1), "0.1796"),
        (date(2030, 1, 1), "0.1796"),
    ],
)
def test_the_newest_year_of_a_grid_factor_goes_on_being_the_newest(day: date, value: str | None) -> None:
    version = LAW.parameter("co2.grid.province.630000").newest_by(day)

    assert (None if version is None else version.number) == (None if value is None else Decimal(value))


def test_a_kind_of_coal_without_a_coefficient_is_known_and_not_found() -> None:
    for carrier in ("anthracite", "bituminous", "lignite"):
        parameter = LAW.parameter(f"energy.calorific.{carrier}")
        noted = parameter.noted_on(DAY)

        assert parameter.on(DAY) is None
        assert noted is not None
        assert noted.citation.verification == "not_found"
