"""One flow by the coefficient that the law prints or that a measured value gives; what cannot be converted is named."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from energy.flow import Flow
from energy.lines import Line, line_of
from energy.problems import ALL_FIGURES, Figure, Problem
from kernel.quantities import Basis
from statute.inforce import Law
from statute.loader import PolicyBundle

MakeFlow = Callable[..., Flow]
CALORIFIC, EQUIVALENT = Basis.CALORIFIC, Basis.EQUIVALENT


def told(flow: Flow, law: Law) -> Line:
    line, problem = line_of(0, flow, law)
    assert line is not None
    assert problem is None
    return line


def wrong(flow: Flow, law: Law) -> Problem:
    _, problem = line_of(3, flow, law)
    assert problem is not None
    assert problem.flow == 3
    return problem


@pytest.mark.parametrize(
    ("stated", "calorific", "equivalent"),
    [
        (("raw_coal", "fuel", "1", "t"), "714.3", "714.3"),
        (("raw_coal", "fuel", "1000", "kg"), "714.3", "714.3"),
        (("natural_gas", "fuel", "1", "10k_m3"), "13300", "13300"),
        (("oilfield_gas", "fuel", "1", "10k_m3"), "13300", "13300"),
        (("gasfield_gas", "fuel", "10000", "m3"), "12143", "12143"),
        (("electricity", "fuel", "1", "MWh"), "122.9", "305"),
        (("electricity", "fuel", "1000", "kWh"), "122.9", "305"),
        (("heat", "fuel", "1", "GJ"), "34.12", "34.12"),
        (("steam_low", "fuel", "1", "t"), "128.6", "128.6"),
        (("coal_slime", "fuel", "1", "t"), "428.6", "428.6"),
        (("coke_oven_gas", "fuel", "1", "10k_m3"), "6143", "6143"),
    ],
)
def test_a_flow_is_converted_by_the_printed_coefficient_and_only_electricity_differs(
    flow: MakeFlow, law: Law, stated: tuple[str, str, str, str], calorific: str, equivalent: str
) -> None:
    line = told(flow(*stated), law)

    assert (line.kgce(CALORIFIC), line.kgce(EQUIVALENT)) == (Decimal(calorific), Decimal(equivalent))


# 29307.6 kJ are one kgce; 4 decimals, to the nearest, a half to the even digit.
@pytest.mark.parametrize(
    ("ncv", "kgce"),
    [
        ("29307.6", "1"),
        ("20934", "0.7143"),
        ("1.46538", None),
        ("1.465380001", "0.0001"),
        ("4.39614", "0.0002"),
        ("7.3269", "0.0002"),
        ("7.326900001", "0.0003"),
        ("1", None),
    ],
)
def test_a_measured_calorific_value_comes_first_and_is_rounded_by_the_stated_rule(
    flow: MakeFlow, law: Law, ncv: str, kgce: str | None
) -> None:
    measured = flow("raw_coal", "fuel", "1", "kg", ncv)

    if kgce is None:
        assert wrong(measured, law).mend == "measured_ncv_kj"
    else:
        line = told(measured, law)
        assert (line.kgce(CALORIFIC), line.kgce(EQUIVALENT)) == (Decimal(kgce), Decimal(kgce))
        assert line.under[0].parameter == "energy.constant.kj_per_kgce"


@pytest.mark.parametrize("carrier", ["anthracite", "bituminous", "lignite", "other_gas"])
def test_a_carrier_without_a_printed_coefficient_asks_for_the_measured_value(
    flow: MakeFlow, law: Law, carrier: str
) -> None:
    unit = "m3" if carrier == "other_gas" else "t"

    assert wrong(flow(carrier, "fuel", "1", unit), law).mend == "measured_ncv_kj"
    assert told(flow(carrier, "fuel", "1", unit, "29307.6"), law).kgce(CALORIFIC) is not None


def test_an_unknown_carrier_leaves_everything_untold_and_names_the_nearest(flow: MakeFlow, law: Law) -> None:
    problem = wrong(flow("natral_gas", "fuel", "1", "m3"), law)

    assert (problem.untold, problem.mend) == (ALL_FIGURES, "")
    assert "natural_gas" in problem.text.zh
    assert "natural_gas" in problem.text.en


@pytest.mark.parametrize("carrier", ["natural_gas.low", "steel_process.nitrogen", "electricity.x", "nitrogen", ""])
def test_no_other_parameter_of_the_law_is_taken_for_a_carrier(flow: MakeFlow, law: Law, carrier: str) -> None:
    assert wrong(flow(carrier, "fuel", "1", "m3"), law).untold == ALL_FIGURES


@pytest.mark.parametrize(
    ("carrier", "unit", "figure"),
    [
        ("raw_coal", "m3", Figure.COAL),
        ("raw_coal", "kWh", Figure.COAL),
        ("electricity", "GJ", Figure.ELECTRICITY),
        ("natural_gas", "t", Figure.CO2),
        ("heat", "kWh", Figure.CO2),
        ("lng", "m3", Figure.CO2),
    ],
)
def test_a_unit_of_another_kind_is_asked_for_again(
    flow: MakeFlow, law: Law, carrier: str, unit: str, figure: Figure
) -> None:
    problem = wrong(flow(carrier, "fuel", "1", unit), law)

    assert problem.mend == "unit"
    assert {Figure.CALORIFIC, Figure.EQUIVALENT, figure} <= problem.untold
    assert unit in problem.text.zh


def test_a_bought_working_medium_is_told_on_the_equivalent_basis_only(flow: MakeFlow, law: Law) -> None:
    line, problem = line_of(0, flow("oxygen", "fuel", "10", "m3"), law)

    assert line is not None
    assert problem is not None
    assert (line.kgce(CALORIFIC), line.kgce(EQUIVALENT)) == (None, Decimal(4))
    assert (problem.untold, problem.mend) == (frozenset({Figure.CALORIFIC}), "")


@pytest.mark.parametrize(
    ("carrier", "unit"), [("electricity", "kWh"), ("oxygen", "m3"), ("blast_furnace_gas", "m3"), ("anthracite", "t")]
)
def test_what_is_made_inside_is_shown_and_never_added(flow: MakeFlow, law: Law, carrier: str, unit: str) -> None:
    line = told(flow(carrier, "internal", "5", unit), law)

    assert (line.kgce(CALORIFIC), line.kgce(EQUIVALENT)) == (Decimal(0), Decimal(0))


def test_own_renewable_power_counts_at_the_calorific_value_on_both_bases(flow: MakeFlow, law: Law) -> None:
    line = told(flow("electricity", "own_renewable", "1000", "kWh"), law)

    assert line.kgce(CALORIFIC) == line.kgce(EQUIVALENT) == Decimal("122.9")


def test_own_renewable_heat_has_no_rule(flow: MakeFlow, law: Law) -> None:
    assert wrong(flow("heat", "own_renewable", "1", "GJ"), law).mend == ""


def test_a_measured_value_of_electricity_is_asked_to_be_left_out(flow: MakeFlow, law: Law) -> None:
    assert wrong(flow("electricity", "fuel", "1", "kWh", "3600"), law).mend == "measured_ncv_kj"


@pytest.mark.parametrize(
    ("day", "known"), [(date(2021, 3, 31), False), (date(2021, 4, 1), True), (date(2026, 11, 23), True)]
)
def test_nothing_is_converted_before_the_edition_held(
    flow: MakeFlow, policy: PolicyBundle, day: date, known: bool
) -> None:
    for measured in (None, "20934"):
        _, problem = line_of(0, flow("raw_coal", "fuel", "1", "t", measured), policy.at(day))

        assert (problem is None) is known
        assert problem is None or problem.mend == ""


@pytest.mark.parametrize(
    ("day", "kgce", "verification"),
    [
        (date(2021, 12, 31), "302.5", "unverified"),
        (date(2022, 1, 1), "301.5", "unverified"),
        (date(2023, 12, 31), "302", "unverified"),
        (date(2024, 1, 1), "305", "policy_default"),
        (date(2026, 3, 2), "305", "policy_default"),
    ],
)
def test_the_equivalent_value_of_electricity_is_that_of_the_year(
    flow: MakeFlow, policy: PolicyBundle, day: date, kgce: str, verification: str
) -> None:
    line = told(flow("electricity", "fuel", "1", "MWh"), policy.at(day))

    assert line.kgce(EQUIVALENT) == Decimal(kgce)
    assert line.equivalent is not None
    assert line.equivalent.citation.verification == verification


def test_a_line_shows_its_sum_and_what_it_stands_on(flow: MakeFlow, law: Law) -> None:
    text = told(flow("coal_gangue", "fuel", "2", "t"), law).text

    assert text.zh == (
        "煤矸石 (用作能源) (燃料动力) 2000 kg × 0.2857 kgce/kg = 571.4 kgce (当量) "
        "[GB/T 2589-2020 综合能耗计算通则, 自 2021-04-01 起, 未核验]"
    )
    assert text.en.endswith("from 2021-04-01, not verified]")


def test_a_line_shows_the_measured_value_and_its_divisor(flow: MakeFlow, law: Law) -> None:
    text = told(flow("raw_coal", "fuel", "1", "t", "18000"), law).text

    assert "0.6142 kgce/kg = 614.2 kgce (当量) [实测热值 18000 kJ/kg ÷ 29307.6" in text.zh
    assert "measured 18000 kJ/kg ÷ 29307.6" in text.en
