"""The flows beside the stated totals: what agrees, what contradicts, what cannot be told, and what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.model import (
    Amount,
    Dossier,
    EnergyFlow,
    EnergyUse,
    FlowUse,
    ProcessEmission,
    Product,
    ProjectKind,
)
from review.domain.account import account_finding
from review.domain.amounts import COAL, KWH, TCE, TCE_EQUIVALENT
from review.domain.competence import yearly_of
from review.domain.consistency import consistency_finding
from review.domain.energy import energy_finding, totals
from review.domain.evaluation import evaluate
from review.domain.review import FilingId, Review
from review.domain.subject import Subject
from review.wire import review_from_wire, review_to_wire
from statute.finding import Disposition, Finding, Verdict, weighed
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, facts_of

DAY = date(2026, 3, 2)
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
RETURN, MANUAL = Disposition.RETURN, Disposition.MANUAL
FLOWS = "dossier.energy.flows"


def flow(carrier: str, use: str, amount: str, unit: str, ncv: str | None = None) -> EnergyFlow:
    return EnergyFlow(carrier, FlowUse(use), Decimal(amount), unit, None if ncv is None else Decimal(ncv))


POWER = flow("electricity", "fuel", "10000000", "kWh")  # 1,229 tce, on the other basis 3,050
COAL_1000 = flow("bituminous", "fuel", "1000", "t", "20934")  # 714.3 tce


def stating(flows: Sequence[EnergyFlow], stated: Mapping[str, str] | None = None, day: date | None = DAY) -> Dossier:
    amounts = {name: Decimal(value) for name, value in (stated or {}).items()}
    return dossier(application_date=day, energy=replace(EnergyUse(flows=tuple(flows)), **amounts))  # type: ignore[arg-type]  # amounts alone


def found(
    policy: PolicyBundle, flows: Sequence[EnergyFlow], stated: Mapping[str, str] | None = None, day: date | None = DAY
) -> Finding:
    return account_finding(Subject(stating(flows, stated, day), policy))


def test_without_flows_the_totals_stand_as_stated(policy: PolicyBundle) -> None:
    finding = found(policy, [], {"tce_calorific": "5000"})

    assert (finding.verdict, finding.leads_to, finding.parts) == (HOLDS, None, ())
    assert "stand as stated" in finding.because.en
    assert "以所填为准" in finding.because.zh


# 1,229 tce with an allowance of 1 %: from 1,216.71 to 1,241.29.
@pytest.mark.parametrize(
    ("tce", "verdict"),
    [
        ("1229", HOLDS),
        ("1241.29", HOLDS),
        ("1241.291", FAILS),
        ("1216.71", HOLDS),
        ("1216.709", FAILS),
        ("0.1229", FAILS),
        ("12290000", FAILS),
        ("0", FAILS),
    ],
)
def test_a_stated_total_may_differ_from_its_flows_by_rounding_alone(
    policy: PolicyBundle, tce: str, verdict: Verdict
) -> None:
    finding = found(policy, [POWER], {"tce_calorific": tce})

    assert (finding.verdict, finding.leads_to) == (verdict, RETURN if verdict is FAILS else None)


@pytest.mark.parametrize(
    ("name", "field", "agrees", "contradicts", "needed"),
    [
        ("tce_calorific", TCE, "1943.3", "2000", "1943.3 tce"),
        ("tce_equivalent", TCE_EQUIVALENT, "3764.3", "1943.3", "3764.3 tce"),
        ("coal_t", COAL, "1000", "1011", "1000 t"),
        ("electricity_kwh", KWH, "10000000", "1000", "10000000 kWh"),
    ],
)
def test_each_total_is_held_against_the_flows_and_the_remedy_states_the_computed_one(
    policy: PolicyBundle, name: str, field: str, agrees: str, contradicts: str, needed: str
) -> None:
    assert found(policy, [POWER, COAL_1000], {name: agrees}).verdict is HOLDS

    finding = found(policy, [POWER, COAL_1000], {name: contradicts})

    assert (finding.verdict, finding.leads_to) == (FAILS, RETURN)
    [remedy] = finding.remedies
    assert (remedy.field, remedy.needed) == (field, needed)
    for words in (finding.because.zh, finding.because.en):
        assert contradicts in words
        assert agrees in words
        assert field in words
    assert found(policy, [POWER, COAL_1000], {name: needed.partition(" ")[0]}).verdict is HOLDS


def test_two_contradictions_have_no_remedy_of_one_input_but_each_total_says_its_own(policy: PolicyBundle) -> None:
    finding = found(policy, [POWER], {"tce_calorific": "1", "coal_t": "1"})

    assert (finding.verdict, finding.remedies) == (FAILS, ())
    assert [part.verdict for part in finding.parts[-4:]] == [FAILS, HOLDS, HOLDS, FAILS]
    assert TCE in finding.because.zh
    assert COAL in finding.because.zh


def test_a_total_that_is_not_stated_is_computed_and_used(policy: PolicyBundle) -> None:
    subject = Subject(stating([POWER, COAL_1000]), policy)

    finding = account_finding(subject)
    used = totals(subject)

    assert (finding.verdict, finding.leads_to) == (HOLDS, None)
    assert "采用" in finding.because.zh
    assert (used.tce_calorific, used.tce_equivalent) == (Decimal("1943.3"), Decimal("3764.3"))
    assert (used.coal_t, used.electricity_kwh) == (Decimal(1000), Decimal(10_000_000))
    assert energy_finding(subject).verdict is HOLDS
    assert yearly_of(subject).after[TCE] == Decimal("1943.3")


def test_what_is_stated_comes_before_what_is_computed(policy: PolicyBundle) -> None:
    used = totals(Subject(stating([POWER], {"tce_calorific": "1230"}), policy))

    assert (used.tce_calorific, used.tce_equivalent) == (Decimal(1230), Decimal(3050))


def test_the_year_before_is_computed_too(policy: PolicyBundle) -> None:
    before = EnergyUse(flows=(flow("electricity", "fuel", "1000000", "kWh"),))
    whole = replace(stating([POWER]), kind=ProjectKind.REBUILD, energy_before=before)

    assert yearly_of(Subject(whole, policy)).before == {
        TCE: Decimal("122.9"),
        TCE_EQUIVALENT: Decimal(305),
        COAL: Decimal(0),
        KWH: Decimal(1_000_000),
    }


def test_without_a_day_no_coefficient_can_be_chosen(policy: PolicyBundle) -> None:
    finding = found(policy, [POWER], day=None)

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, RETURN)
    assert finding.missing == ("dossier.application_date",)


@pytest.mark.parametrize(("day", "verdict"), [(date(2021, 3, 31), UNKNOWN), (date(2021, 4, 1), HOLDS)])
def test_before_the_edition_held_a_person_converts(policy: PolicyBundle, day: date, verdict: Verdict) -> None:
    finding = found(policy, [flow("raw_coal", "fuel", "1", "t")], day=day)

    assert (finding.verdict, finding.leads_to) == (verdict, MANUAL if verdict is UNKNOWN else None)


@pytest.mark.parametrize(
    ("wrong", "leads_to", "missing"),
    [
        (flow("unheard_of", "fuel", "1", "t"), MANUAL, ()),
        (flow("oxygen", "fuel", "1", "m3"), MANUAL, ()),
        (flow("heat", "own_renewable", "1", "GJ"), MANUAL, ()),
        (flow("raw_coal", "fuel", "1", "kWh"), RETURN, (f"{FLOWS}[1].unit",)),
        (flow("anthracite", "fuel", "1", "t"), RETURN, (f"{FLOWS}[1].measured_ncv_kj",)),
        (flow("raw_coal", "fuel", "1", "t", "1"), RETURN, (f"{FLOWS}[1].measured_ncv_kj",)),
    ],
)
def test_a_line_that_cannot_be_converted_is_unknown_and_names_who_can_mend_it(
    policy: PolicyBundle, wrong: EnergyFlow, leads_to: Disposition, missing: tuple[str, ...]
) -> None:
    finding = found(policy, [POWER, wrong], {"tce_calorific": "1229"})

    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, leads_to, missing)
    assert totals(Subject(stating([POWER, wrong]), policy)).tce_calorific is None


def test_a_contradiction_elsewhere_is_told_although_a_line_is_unknown(policy: PolicyBundle) -> None:
    finding = found(policy, [POWER, flow("oxygen", "fuel", "1", "m3")], {"electricity_kwh": "1"})

    assert (finding.verdict, finding.leads_to) == (FAILS, RETURN)


def test_co2_that_cannot_be_told_is_shown_and_does_not_hold_the_project_up(policy: PolicyBundle) -> None:
    finding = found(policy, [flow("raw_coal", "fuel", "1000", "t")], {"tce_calorific": "714.3"})

    assert (finding.verdict, finding.leads_to) == (HOLDS, None)
    untold = [part for part in finding.parts if part.verdict is UNKNOWN]
    assert untold
    assert all(part.leads_to is None for part in untold)
    assert any("lignite" in part.because.en for part in untold)


def test_every_line_is_a_part_that_informs_and_leads_to_nothing(policy: PolicyBundle) -> None:
    flows = [
        POWER,
        COAL_1000,
        flow("blast_furnace_gas", "internal", "5", "m3"),
        flow("electricity", "sold", "1", "MWh"),
    ]
    finding = found(policy, flows)

    lines = [part for part in finding.parts if part.inputs and part.inputs[0][0].startswith(FLOWS)]
    assert [part.inputs[0][0] for part in lines] == [f"{FLOWS}[{number}]" for number in range(4)]
    assert all(part.leads_to is None for part in finding.parts)
    assert "20934 kJ/kg ÷ 29307.6" in lines[1].because.zh
    assert "kgCO2/kWh (2023 年" in lines[0].because.zh


def test_power_sold_or_made_inside_may_be_counted_in_the_stated_electricity_or_not(policy: PolicyBundle) -> None:
    flows = [POWER, flow("electricity", "internal", "500", "MWh"), flow("electricity", "sold", "2000", "MWh")]

    for kwh, verdict in (
        ("7920000", HOLDS),
        ("7919999.999", FAILS),
        ("8000000", HOLDS),
        ("10000000", HOLDS),
        ("10500000", HOLDS),
        ("10605000", HOLDS),
        ("10605000.001", FAILS),
    ):
        assert found(policy, flows, {"electricity_kwh": kwh}).verdict is verdict


# 1,000,000 m3 at 1.1000 to 1.3300 kgce/m3 are 1,100 to 1,330 tce; with the allowance of 1 %, from 1,089 to 1,343.3.
@pytest.mark.parametrize(
    ("tce", "verdict"),
    [("1088.999", FAILS), ("1089", HOLDS), ("1214.3", HOLDS), ("1343.3", HOLDS), ("1343.301", FAILS)],
)
def test_a_total_made_with_any_value_of_a_printed_range_agrees(
    policy: PolicyBundle, tce: str, verdict: Verdict
) -> None:
    gas = flow("natural_gas", "fuel", "1000000", "m3")

    assert found(policy, [gas], {"tce_calorific": tce}).verdict is verdict


def test_a_measured_calorific_value_leaves_no_range(policy: PolicyBundle) -> None:
    measured = flow("natural_gas", "fuel", "1000000", "m3", "35588")  # 1.2143 kgce/m3

    assert found(policy, [measured], {"tce_calorific": "1214.3"}).verdict is HOLDS
    assert found(policy, [measured], {"tce_calorific": "1100"}).verdict is FAILS


def test_a_net_seller_uses_nothing(policy: PolicyBundle) -> None:
    seller = [flow("heat", "sold", "100", "GJ"), flow("electricity", "fuel", "1", "kWh")]

    assert totals(Subject(stating(seller), policy)).tce_calorific == 0
    assert found(policy, seller, {"tce_calorific": "0"}).verdict is HOLDS
    assert found(policy, seller, {"tce_calorific": "0.001"}).verdict is FAILS


def test_energy_sold_explains_power_above_the_total(policy: PolicyBundle) -> None:
    """By the totals alone electricity above the total is an error; the flows say why it is none."""
    flows = [POWER, flow("heat", "sold", "10000", "GJ")]
    without = Subject(stating([], {"tce_calorific": "887.8", "electricity_kwh": "10000000"}), policy)
    with_flows = Subject(stating(flows, {"tce_calorific": "887.8", "electricity_kwh": "10000000"}), policy)

    assert consistency_finding(without).verdict is FAILS
    assert consistency_finding(with_flows).verdict is HOLDS
    assert account_finding(with_flows).verdict is HOLDS


def test_a_total_that_rests_on_an_unverified_coefficient_is_for_a_person(policy: PolicyBundle) -> None:
    verified = found(policy, [flow("coke", "fuel", "1", "t")])
    unverified = found(policy, [flow("petroleum_coke", "fuel", "1", "t")])

    assert weighed(verified) is None
    assert weighed(unverified) is MANUAL


def test_flows_beyond_what_a_dossier_can_state_are_asked_for_again(policy: PolicyBundle) -> None:
    huge = flow("natural_gas", "fuel", "999999999999999.999", "10k_m3")

    finding = found(policy, [huge])

    assert (finding.verdict, finding.missing) == (UNKNOWN, (FLOWS,))
    assert evaluate(stating([huge]), policy).annual_kgce is None


def test_the_account_is_kept_with_the_review_to_its_last_digit(policy: PolicyBundle) -> None:
    whole = replace(
        stating(
            [POWER, COAL_1000, flow("natural_gas", "sold", "1", "m3"), flow("raw_coal", "feedstock", "2", "t")],
            {"tce_calorific": "1944"},
        ),
        products=(Product("虚构产品", capacity=Amount(Decimal(3), "t/a")),),
        process_emissions=(ProcessEmission("limestone", Decimal(10)), ProcessEmission("magic", Decimal(1))),
        facts=facts_of(industrial_value_added_10k_cny="7", green_certificate_kwh="1000"),
    )
    review = Review(FilingId("some-filing"), 1, evaluate(whole, policy))

    message = review_to_wire(review)

    assert review_from_wire(message) == review
    assert [line.flow.carrier for line in message.account.lines] == [
        "electricity",
        "bituminous",
        "natural_gas",
        "raw_coal",
    ]
    [first, second, *_] = message.account.lines
    assert (first.factor_kgce.value, first.factor_kgce_equivalent.value) == ("0.1229", "0.305")
    assert (first.kgce_calorific.value, first.co2_kg.value) == ("1229000", "1796000")
    assert (second.factor_kgce.value, second.document[:14]) == ("0.7143", "GB/T 2589-2020")
    assert message.account.calorific.feedstock_kgce.value == "1428.6"
    assert message.account.green_kwh.value == "1000"
    assert not message.account.HasField("co2")
    assert message.account.indicators


def test_a_review_without_flows_keeps_no_account(policy: PolicyBundle) -> None:
    message = review_to_wire(Review(FilingId("some-filing"), 1, evaluate(stating([], {"tce_calorific": "1"}), policy)))

    assert not message.HasField("account")


CARRIERS = ["raw_coal", "bituminous", "natural_gas", "electricity", "heat", "oxygen", "coke_oven_gas", "x.low", "nil"]
some_flows = st.lists(
    st.builds(
        EnergyFlow,
        carrier=st.sampled_from(CARRIERS),
        use=st.sampled_from(FlowUse),
        amount=st.integers(0, 10**18 - 1).map(lambda thousandths: Decimal(thousandths).scaleb(-3)),
        unit=st.sampled_from(["t", "kg", "m3", "10k_m3", "kWh", "MWh", "GJ", "MJ"]),
        measured_ncv_kj=st.none() | st.decimals("0.000000001", "999999999999999", places=9),
    ),
    max_size=6,
)
by_law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@by_law
@given(flows=some_flows, tce=st.none() | st.integers(0, 10**18 - 1), data=st.data())
def test_no_flows_however_wild_break_the_evaluation_or_pass_silently(
    policy: PolicyBundle, flows: list[EnergyFlow], tce: int | None, data: st.DataObject
) -> None:
    total = {} if tce is None else {"tce_calorific": str(Decimal(tce).scaleb(-3))}
    whole = stating(flows, total)

    evaluation = evaluate(whole, policy)
    finding = account_finding(Subject(whole, policy))
    shuffled = found(policy, data.draw(st.permutations(flows)), total)

    review = Review(FilingId("some-filing"), 1, evaluation)
    assert review_from_wire(review_to_wire(review)) == review
    assert finding.because.zh
    assert finding.because.en
    assert (finding.verdict, finding.leads_to) == (shuffled.verdict, shuffled.leads_to)
    if finding.verdict is UNKNOWN:
        assert finding.leads_to is (RETURN if finding.missing else MANUAL)
