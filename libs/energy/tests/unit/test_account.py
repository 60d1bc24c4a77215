"""The identities of an account: sums, order, bases, sales; and what a problem leaves untold."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy.account import EnergyAccount, Project, account, totals
from energy.flow import Flow, Use
from energy.indicators import Yearly
from energy.processes import ProcessAmount
from energy.sums import Sums
from kernel.quantities import Basis, Quantity
from kernel.regions import RegionCode
from statute.inforce import Law

MakeFlow = Callable[..., Flow]
CALORIFIC, EQUIVALENT = Basis.CALORIFIC, Basis.EQUIVALENT
XINING = RegionCode("630102")
PROJECT = Project(region=XINING)

UNITS = {
    "raw_coal": ("t", "kg"),
    "washed_coal": ("t", "kg"),
    "coal_slime": ("t", "kg"),
    "coke": ("t",),
    "diesel": ("t", "kg"),
    "natural_gas": ("m3", "10k_m3"),
    "coke_oven_gas": ("m3", "10k_m3"),
    "coalmine_gas": ("m3",),
    "heat": ("GJ", "MJ"),
    "steam_low": ("t",),
    "electricity": ("kWh", "MWh"),
}
MEASURED = {"raw_coal", "washed_coal", "diesel", "natural_gas", "coke_oven_gas"}

amounts = st.integers(0, 10**18 - 1).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
values = st.none() | st.integers(2_000, 10**9).map(lambda tenths: Decimal(tenths).scaleb(-1))


@st.composite
def a_flow(draw: st.DrawFn, uses: Sequence[Use] = tuple(Use)) -> Flow:
    carrier = draw(st.sampled_from(sorted(UNITS)))
    use = draw(st.sampled_from(uses))
    if use is Use.OWN_RENEWABLE:
        carrier = "electricity"
    unit = draw(st.sampled_from(UNITS[carrier]))
    measured = draw(values) if carrier in MEASURED else None
    return Flow(carrier, use, Quantity(draw(amounts), unit), measured)


flows = st.lists(a_flow(), max_size=8)
by_law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made(flows: Sequence[Flow], law: Law) -> EnergyAccount:
    return account(flows, PROJECT, law)


def sums(flows: Sequence[Flow], law: Law, basis: Basis) -> Sums:
    told = made(flows, law).sums(basis)
    assert told is not None
    return told


def net(flows: Sequence[Flow], law: Law, basis: Basis) -> Decimal:
    return sums(flows, law, basis).net.value


@by_law
@given(drawn=flows)
def test_a_total_is_the_exact_sum_of_its_lines_on_its_own_basis(law: Law, drawn: list[Flow]) -> None:
    kept = made(drawn, law)

    for basis in Basis:
        told = kept.sums(basis)
        assert told is not None
        lines = [line.kgce(basis) for line in kept.lines]
        assert Fraction(told.net.value) == sum(Fraction(one) for one in lines if one is not None)
        assert Fraction(told.net.value) == Fraction(told.inputs.value) - Fraction(told.sold.value)
        assert (told.net.unit, told.net.basis) == ("kgce", basis)


@by_law
@given(drawn=flows)
def test_every_flow_is_in_the_lines_with_the_whole_of_its_amount(law: Law, drawn: list[Flow]) -> None:
    kept = made(drawn, law)

    for number, flow in enumerate(drawn):
        parts = [line for line in kept.lines if line.flow == number]
        thousand = {"t": 1000, "MWh": 1000, "GJ": 1000, "10k_m3": 10_000}.get(flow.amount.unit, 1)
        assert sum(Fraction(part.amount.value) for part in parts) == Fraction(flow.amount.value) * thousand


@by_law
@given(drawn=flows, data=st.data())
def test_the_order_of_the_flows_changes_nothing(law: Law, drawn: list[Flow], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(drawn))
    first, second = made(drawn, law), made(shuffled, law)

    assert (first.calorific, first.equivalent, first.coal, first.electricity, first.co2) == (
        second.calorific,
        second.equivalent,
        second.coal,
        second.electricity,
        second.co2,
    )
    assert len(first.problems) == len(second.problems)


@by_law
@given(drawn=flows)
def test_the_bases_differ_by_electricity_bought_less_sold_alone(law: Law, drawn: list[Flow]) -> None:
    power = made(drawn, law).electricity
    factors = {name: law.on(f"energy.{name}.electricity") for name in ("calorific", "equivalent")}

    assert power is not None
    assert factors["calorific"] is not None
    assert factors["equivalent"] is not None
    apart = Fraction(factors["equivalent"].number) - Fraction(factors["calorific"].number)
    traded = Fraction(power.bought.value) - Fraction(power.sold.value)
    assert Fraction(net(drawn, law, EQUIVALENT)) - Fraction(net(drawn, law, CALORIFIC)) == traded * apart


@by_law
@given(drawn=st.lists(a_flow(uses=[Use.FUEL]), min_size=1, max_size=6), data=st.data())
def test_selling_what_is_bought_is_nothing_on_each_basis(law: Law, drawn: list[Flow], data: st.DataObject) -> None:
    sold = [replace(flow, use=Use.SOLD) for flow in drawn]
    both = data.draw(st.permutations([*drawn, *sold]))

    assert net(both, law, CALORIFIC) == 0
    assert net(both, law, EQUIVALENT) == 0


@by_law
@given(drawn=flows, more=a_flow(uses=[Use.FUEL, Use.FEEDSTOCK, Use.OWN_RENEWABLE]))
def test_more_of_anything_that_comes_in_never_lowers_a_total(law: Law, drawn: list[Flow], more: Flow) -> None:
    for basis in Basis:
        assert net([*drawn, more], law, basis) >= net(drawn, law, basis)


@by_law
@given(drawn=flows, inside=st.lists(a_flow(uses=[Use.INTERNAL]), max_size=4))
def test_internal_flows_change_no_total(law: Law, drawn: list[Flow], inside: list[Flow]) -> None:
    for basis in Basis:
        assert net([*drawn, *inside], law, basis) == net(drawn, law, basis)
    assert made([*drawn, *inside], law).co2 == made(drawn, law).co2


@by_law
@given(drawn=flows)
def test_feedstock_stays_in_the_projects_total(law: Law, drawn: list[Flow]) -> None:
    burnt = [replace(flow, use=Use.FUEL) if flow.use is Use.FEEDSTOCK else flow for flow in drawn]
    only = [flow for flow in drawn if flow.use is Use.FEEDSTOCK]

    for basis in Basis:
        assert sums(drawn, law, basis).feedstock.value == net(only, law, basis)
        if not any(flow.use is Use.SOLD for flow in drawn):
            assert net(drawn, law, basis) == net(burnt, law, basis)


def test_what_is_only_sold_of_a_range_is_subtracted_at_its_lower_end(flow: MakeFlow, law: Law) -> None:
    assert net([flow("coke_oven_gas", "sold", "100", "m3")], law, CALORIFIC) == Decimal("-57.14")
    assert net([flow("coke_oven_gas", "sold", "100", "m3", "16747")], law, CALORIFIC) == Decimal("-57.14")
    assert net([flow("natural_gas", "sold", "1", "m3"), flow("natural_gas", "fuel", "0", "m3")], law, CALORIFIC) == (
        Decimal("-1.1")
    )


def test_what_is_bought_comes_off_what_is_sold_at_the_end_that_counts(flow: MakeFlow, law: Law) -> None:
    bought, sold = flow("coke_oven_gas", "fuel", "40", "m3"), flow("coke_oven_gas", "sold", "100", "m3")
    kept = made([sold, bought], law)

    assert [(line.amount.value, line.kgce(CALORIFIC)) for line in kept.lines] == [
        (Decimal(40), Decimal("-24.572")),
        (Decimal(60), Decimal("-34.284")),
        (Decimal(40), Decimal("24.572")),
    ]
    assert len(kept.problems) == 1


def test_a_published_opinion_is_met_to_its_last_digit(flow: MakeFlow, law: Law) -> None:
    """The change opinion on recycled aluminium in Fujian: 36796.92 tce, of it 32639.05 fossil."""
    kept = made([flow("gasfield_gas", "fuel", "26878900", "m3"), flow("electricity", "fuel", "33831300", "kWh")], law)

    assert totals(kept, law).tce_calorific == Decimal("36796.915")
    assert kept.calorific is not None
    assert kept.calorific.fossil.value == Decimal("32639048.27")


@pytest.mark.parametrize(
    ("wrong", "untold"),
    [
        (("unheard_of", "fuel", "1", "t"), {"calorific", "equivalent", "coal", "electricity", "co2"}),
        (("raw_coal", "fuel", "1", "m3"), {"calorific", "equivalent", "coal", "co2"}),
        (("electricity", "fuel", "1", "GJ"), {"calorific", "equivalent", "electricity", "co2"}),
        (("oxygen", "fuel", "1", "m3"), {"calorific", "co2"}),
        (("anthracite", "fuel", "1", "t"), {"calorific", "equivalent"}),
        (("raw_coal", "fuel", "1", "t"), {"co2"}),
        (("coke", "sold", "1", "t"), {"co2"}),
        (("methanol_fuel", "fuel", "1", "t"), {"co2"}),
    ],
)
def test_a_problem_leaves_untold_what_it_touches_and_nothing_else(
    flow: MakeFlow, law: Law, wrong: tuple[str, str, str, str], untold: set[str]
) -> None:
    kept = made([flow("diesel", "fuel", "1", "t"), flow(*wrong)], law)

    told = {
        "calorific": kept.calorific,
        "equivalent": kept.equivalent,
        "coal": kept.coal,
        "electricity": kept.electricity,
        "co2": kept.co2,
    }
    assert {name for name, figure in told.items() if figure is None} == untold
    assert kept.problems
    assert all(problem.text.zh and problem.text.en for problem in kept.problems)


def test_physical_coal_is_burnt_and_feedstock_coal_of_every_kind(flow: MakeFlow, law: Law) -> None:
    kept = made(
        [
            flow("raw_coal", "fuel", "1", "t"),
            flow("lignite", "feedstock", "2", "t", "12000"),
            flow("coal_slime", "fuel", "500", "kg"),
            flow("raw_coal", "sold", "16", "t"),
            flow("washed_coal", "internal", "32", "t"),
            flow("coke", "fuel", "64", "t"),
        ],
        law,
    )

    assert kept.coal == Quantity(Decimal("3.5"), "t")


def test_indicators_are_given_per_product_and_per_value_added(flow: MakeFlow, law: Law) -> None:
    by = Yearly(Quantity(Decimal(3), "t/a"), Quantity(Decimal(7), "10k_CNY"))
    project = Project(region=XINING, yearly=by)
    kept = account([flow("electricity", "fuel", "1000", "kWh")], project, law)

    assert [(one.value, one.unit, one.basis) for one in kept.indicators] == [
        (Decimal("40.9667"), "kgce/t", CALORIFIC),
        (Decimal("101.6667"), "kgce/t", EQUIVALENT),
        (Decimal("59.8667"), "kgCO2/t", None),
        (Decimal("0.0176"), "tce/10k_CNY", CALORIFIC),
        (Decimal("0.0436"), "tce/10k_CNY", EQUIVALENT),
        (Decimal("25.6571"), "kgCO2/10k_CNY", None),
    ]


def test_an_indicator_of_nothing_is_not_given(flow: MakeFlow, law: Law) -> None:
    project = Project(region=XINING, yearly=Yearly(capacity=Quantity(Decimal(0), "t/a")))

    assert account([flow("electricity", "fuel", "1000", "kWh")], project, law).indicators == ()


@pytest.mark.parametrize(
    ("kg", "tce"),
    [("0.5", "0"), ("0.501", "0.001"), ("1.5", "0.002"), ("2.499", "0.002"), ("2.5", "0.002"), ("3.5", "0.004")],
)
def test_a_total_is_rounded_to_whole_kilogrammes_a_half_to_the_even_one(
    flow: MakeFlow, law: Law, kg: str, tce: str
) -> None:
    one_kgce_each = made([flow("raw_coal", "fuel", kg, "kg", "29307.6")], law)

    assert totals(one_kgce_each, law).tce_calorific == Decimal(tce)


def test_a_process_adds_its_own_co2_and_an_unknown_one_leaves_it_untold(law: Law) -> None:
    known = account((), Project(region=XINING, processes=(ProcessAmount("clinker_calcination", Decimal(2)),)), law)
    unknown = account((), Project(region=XINING, processes=(ProcessAmount("magic", Decimal(2)),)), law)

    assert known.co2 is not None
    assert (known.co2.energy, known.co2.process, known.co2.total) == (Decimal(0), Decimal(1076), Decimal(1076))
    assert unknown.co2 is None
    assert [problem.process for problem in unknown.problems] == [0]


def test_an_account_cites_the_methods_that_it_uses(flow: MakeFlow, law: Law) -> None:
    kept = made([flow("coke_oven_gas", "sold", "1", "m3"), flow("raw_coal", "feedstock", "1", "t")], law)

    assert [citation.parameter for citation in kept.methods] == [
        "energy.counting.boundary",
        "energy.counting.sold_energy",
        "energy.counting.feedstock",
        "energy.counting.range_default",
    ]
