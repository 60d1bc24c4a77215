"""CO2 by physical amount, place and year; never from standard coal."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy.account import EnergyAccount, Project, account
from energy.flow import Flow
from kernel.regions import RegionCode
from statute.inforce import Law
from statute.loader import PolicyBundle

MakeFlow = Callable[..., Flow]
XINING = RegionCode("630102")
by_law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made(flow: Flow, law: Law, region: str = XINING) -> EnergyAccount:
    return account([flow], Project(region=RegionCode(region)), law)


def co2(flow: Flow, law: Law, region: str = XINING) -> Decimal | None:
    told = made(flow, law, region).co2
    return None if told is None else told.total


@pytest.mark.parametrize(
    ("carrier", "amount", "unit", "kg"),
    [
        ("anthracite", "1", "t", "2521.512"),
        ("diesel", "1", "t", "3095.910"),
        ("natural_gas", "1", "10k_m3", "21621.888"),
        ("gasfield_gas", "10000", "m3", "21621.888"),
        ("coke", "1", "t", "2860.419"),
        ("coal_tar", "1", "t", "2644.571"),
        ("coal_slime", "1", "t", "1051.936"),
        ("producer_gas", "1", "10k_m3", "2314.829"),
    ],
)
def test_a_fuel_is_counted_by_its_row_of_the_default_table(
    flow: MakeFlow, law: Law, carrier: str, amount: str, unit: str, kg: str
) -> None:
    assert co2(flow(carrier, "fuel", amount, unit), law) == Decimal(kg)


def test_a_measured_calorific_value_comes_before_the_tables(flow: MakeFlow, law: Law) -> None:
    table, measured = flow("diesel", "fuel", "1", "t"), flow("diesel", "fuel", "1", "t", "42652")

    assert co2(table, law) == co2(measured, law)
    assert co2(flow("diesel", "fuel", "1", "t", "21326"), law) == Decimal("1547.955")
    assert co2(flow("natural_gas", "fuel", "10000", "m3", "38931"), law) == Decimal("21621.888")


@pytest.mark.parametrize(
    ("region", "day", "kg"),
    [
        ("630102", date(2026, 3, 2), "179.6"),
        ("632801", date(2023, 1, 1), "179.6"),
        ("630000", date(2022, 12, 31), "156.7"),
        ("630000", date(2021, 12, 31), "132.6"),
        ("440800", date(2026, 3, 2), "441.9"),
        ("440800", date(2021, 12, 31), None),
        ("540000", date(2026, 3, 2), None),
        ("999999", date(2026, 3, 2), None),
    ],
)
def test_power_takes_the_provinces_newest_year_that_is_not_after_the_day(
    flow: MakeFlow, policy: PolicyBundle, region: str, day: date, kg: str | None
) -> None:
    found = co2(flow("electricity", "fuel", "1", "MWh"), policy.at(day), region)

    assert found == (None if kg is None else Decimal(kg))


def test_a_line_names_the_year_and_the_document_of_its_grid_factor(flow: MakeFlow, law: Law) -> None:
    [emission] = made(flow("electricity", "fuel", "1", "MWh"), law).co2_of

    assert emission is not None
    assert "2023 年" in emission.text.zh
    assert "公告2025年第47号" in emission.text.en
    assert emission.under[0].parameter == "co2.grid.province.630000"


@pytest.mark.parametrize(
    ("stated", "kg"),
    [
        (("heat", "fuel", "1", "GJ"), "110"),
        (("heat", "sold", "1000", "MJ"), "-110"),
        (("steam_low", "fuel", "1", "t"), "413.93"),
        (("electricity", "sold", "1", "MWh"), "-179.6"),
        (("electricity", "own_renewable", "1", "MWh"), "0"),
        (("electricity", "internal", "1", "MWh"), "0"),
        (("electricity", "feedstock", "1", "MWh"), "179.6"),
        (("raw_coal", "internal", "1", "t"), "0"),
        (("raw_coal", "feedstock", "1", "t"), "0"),
    ],
)
def test_heat_and_power_are_counted_by_the_net_that_is_bought(
    flow: MakeFlow, law: Law, stated: tuple[str, str, str, str], kg: str
) -> None:
    assert co2(flow(*stated), law) == Decimal(kg)


def test_the_carbon_of_feedstock_is_left_out_and_the_account_says_so(flow: MakeFlow, law: Law) -> None:
    kept = made(flow("raw_coal", "feedstock", "1", "t"), law)

    assert kept.co2 is not None
    assert kept.co2.feedstock_left_out
    assert [one.kg for one in kept.co2_of if one is not None] == [None]


@pytest.mark.parametrize(
    ("carrier", "use", "unit", "mend"),
    [
        ("raw_coal", "fuel", "t", "carrier"),
        ("coal_gangue", "fuel", "t", ""),
        ("hydrogen_fuel", "fuel", "m3", ""),
        ("coalmine_gas", "fuel", "m3", ""),
        ("coke_oven_gas", "sold", "m3", ""),
        ("fresh_water", "fuel", "t", ""),
    ],
)
def test_what_has_no_emission_factor_is_a_problem_and_never_zero(
    flow: MakeFlow, law: Law, carrier: str, use: str, unit: str, mend: str
) -> None:
    kept = made(flow(carrier, use, "1", unit), law)

    assert kept.co2 is None
    assert kept.problems[-1].mend == mend


@by_law
@given(grams=st.integers(0, 10**18 - 1))
def test_a_line_is_rounded_to_the_nearest_gramme(law: Law, flow: MakeFlow, grams: int) -> None:
    amount = Decimal(grams).scaleb(-3)
    exact = Fraction(amount) * Fraction("42.652") * Fraction("20.2") * Fraction("0.98") * 44 / 12

    found = co2(flow("diesel", "fuel", str(amount), "t"), law)

    assert found is not None
    assert abs(Fraction(found) - exact) <= Fraction(1, 2000)
