"""Every field that a dossier states is checked; all that is wrong is told at once, in both languages."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from google.protobuf import text_format
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from dossier.checks import checked_dossier
from dossier.model import Dossier
from dossier.wire import dossier_from_wire
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.errors import InvalidRequest, Violation
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle

TODAY = date(2026, 3, 2)
STATED = """
    project_code: "2603-632801-04-01-123451"
    project_name: "【虚构】水泥熟料项目"
    applicant { name: "虚构水泥有限公司" credit_code: "91632801MA7T0X1K6P" }
    region_code: "630121"
    kind: PROJECT_KIND_EXPANSION
    application_date { year: 2026 month: 3 day: 2 }
    industry_codes: "3011"
    products {
        product_id: "clinker" name: "水泥熟料"
        capacity { value { value: "4000" } unit: "t/d" }
        unit_energy { standard: "clinker" value { value: "-0.5" } unit: "kgce/t" }
        facts { fact: "fuel" value: "coal" }
        facts { fact: "water_absorption_pct" value: "0.5" }
    }
    energy {
        annual_tce_calorific { value: "123456.789" }
        annual_tce_equivalent { value: "130000" }
        annual_electricity_kwh { value: "81000000" }
        annual_coal_t { value: "0" }
        flows {
            carrier: "raw_coal" use: FLOW_USE_FUEL amount { value: "1500.125" } unit: "t"
            measured_ncv_kj { value: "20934.5" }
        }
        flows { carrier: "of_no_table" use: FLOW_USE_SOLD amount { value: "0" } unit: "GJ" }
    }
    energy_before { annual_tce_calorific { value: "1" } flows {
        carrier: "electricity" use: FLOW_USE_OWN_RENEWABLE amount { value: "7" } unit: "MWh"
    } }
    process_emissions { process: "clinker_calcination" amount_t { value: "1200000" } }
    annual_co2_t { value: "900000.5" }
    equipment { name: "回转窑" efficiency_grade: 1 advanced_level: true }
    equipment { name: "风机" efficiency_grade: 5 }
    equipment { name: "水泵" }
    facts { fact: "altitude_m" value: "-154.31" }
    facts { fact: "in_national_plan" value: "no" }
    prior_opinion {
        document_number: "虚构发改能审〔2024〕1号"
        issue_date { year: 2024 month: 5 day: 6 }
        change_consent_date { year: 2025 month: 1 day: 2 }
        construction_start_date { year: 2024 month: 5 day: 6 }
        approved_tce_calorific { value: "120000" }
    }
    replacement {
        publicity_date { year: 2026 month: 1 day: 5 }
        restricted_or_cross_province: false
        lots { lot: "lots/lot-a" quantity { value: "6000" } }
    }
    remark: "虚构: 仅供测试"
"""
Change = Callable[[Any], object]


def stated() -> Any:
    """Of no type, so that a table may break it anywhere."""
    return text_format.Parse(STATED, pb.Dossier())


def wrong(dossier: pb.Dossier, policy: PolicyBundle, *, not_after: date | None = TODAY) -> Sequence[Violation]:
    violations = Violations()
    checked = checked_dossier(dossier, violations, policy, not_after=not_after)
    try:
        violations.done()
    except InvalidRequest as refused:
        assert checked is None
        return refused.violations
    assert checked == dossier_from_wire(dossier)
    return ()


def part(message: Any, path: str) -> Any:
    """What stands at the path, e.g. `products.0.capacity`."""
    for name in path.split("."):
        message = message[int(name)] if name.isdigit() else getattr(message, name)
    return message


def set_(path: str, value: object) -> Change:
    def change(message: Any) -> None:
        holder, _, last = path.rpartition(".")
        setattr(part(message, holder) if holder else message, last, value)

    return change


def times(path: str, number: int) -> Change:
    """Repeats the last item of a list until there are `number`."""

    def change(message: Any) -> None:
        items = part(message, path)
        items.extend([items[-1]] * (number - len(items)))

    return change


def clear(path: str, field: str) -> Change:
    return lambda message: part(message, path).ClearField(field)


def test_a_dossier_that_states_everything_well_is_taken_as_it_is(policy: PolicyBundle) -> None:
    assert wrong(stated(), policy) == ()


def test_nothing_stated_is_nothing_wrong(policy: PolicyBundle) -> None:
    assert wrong(pb.Dossier(), policy) == ()
    assert wrong(pb.Dossier(energy=pb.EnergyUse(), replacement=pb.ReplacementPlan()), policy) == ()


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (set_("project_name", "x" * 201), "project_name", "TOO_LONG"),
        (set_("project_name", "a\0"), "project_name", "INVISIBLE_CHARACTER"),
        (set_("applicant.name", " x"), "applicant.name", "BLANK_AT_END"),
        (set_("region_code", "63012"), "region_code", "MALFORMED"),
        (set_("remark", "x" * 2_001), "remark", "TOO_LONG"),
        (set_("kind", 99), "kind", "UNKNOWN_VALUE"),
        (set_("application_date.day", 3), "application_date", "IN_THE_FUTURE"),
        (set_("application_date.month", 13), "application_date", "NO_SUCH_DAY"),
        (set_("application_date.year", 1), "application_date", "OUT_OF_RANGE"),
        (times("industry_codes", 11), "industry_codes", "TOO_MANY"),
        (lambda d: d.industry_codes.append("水泥"), "industry_codes[1]", "MALFORMED"),
        (times("products", 21), "products", "TOO_MANY"),
        (set_("products.0.name", ""), "products[0].name", "REQUIRED"),
        (set_("products.0.product_id", "Clinker"), "products[0].product_id", "MALFORMED"),
        (set_("products.0.capacity.value.value", "-1"), "products[0].capacity.value", "TOO_SMALL"),
        (set_("products.0.capacity.value.value", "1e9"), "products[0].capacity.value", "NOT_A_NUMBER"),
        (clear("products.0.capacity", "value"), "products[0].capacity.value", "REQUIRED"),
        (set_("products.0.capacity.unit", "吨"), "products[0].capacity.unit", "UNKNOWN_UNIT"),
        (times("products.0.unit_energy", 21), "products[0].unit_energy", "TOO_MANY"),
        (set_("products.0.unit_energy.0.standard", ""), "products[0].unit_energy[0].standard", "REQUIRED"),
        (set_("products.0.unit_energy.0.unit", ""), "products[0].unit_energy[0].unit", "REQUIRED"),
        (clear("products.0.unit_energy.0", "value"), "products[0].unit_energy[0].value", "REQUIRED"),
        (
            set_("products.0.unit_energy.0.value.value", "0.1234567891"),
            "products[0].unit_energy[0].value",
            "TOO_PRECISE",
        ),
    ],
)
def test_the_head_and_the_products_are_checked(change: Change, field: str, reason: str, policy: PolicyBundle) -> None:
    dossier = stated()
    change(dossier)

    assert [(v.field, v.reason) for v in wrong(dossier, policy)] == [(f"dossier.{field}", reason)]


@pytest.mark.parametrize("place", ["energy", "energy_before"])
@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (set_("annual_tce_calorific.value", "1.2345"), "annual_tce_calorific", "TOO_PRECISE"),
        (set_("annual_tce_equivalent.value", "-0.001"), "annual_tce_equivalent", "TOO_SMALL"),
        (set_("annual_electricity_kwh.value", "1000000000000000"), "annual_electricity_kwh", "TOO_LARGE"),
        (set_("annual_coal_t.value", "NaN"), "annual_coal_t", "NOT_A_NUMBER"),
        (times("flows", 61), "flows", "TOO_MANY"),
        (set_("flows.0.carrier", "原煤"), "flows[0].carrier", "MALFORMED"),
        (set_("flows.0.carrier", ""), "flows[0].carrier", "REQUIRED"),
        (set_("flows.0.use", 0), "flows[0].use", "REQUIRED"),
        (set_("flows.0.use", 99), "flows[0].use", "UNKNOWN_VALUE"),
        (clear("flows.0", "amount"), "flows[0].amount", "REQUIRED"),
        (set_("flows.0.amount.value", "-0.001"), "flows[0].amount", "TOO_SMALL"),
        (set_("flows.0.amount.value", "0.0001"), "flows[0].amount", "TOO_PRECISE"),
        (set_("flows.0.unit", "tce"), "flows[0].unit", "UNKNOWN_UNIT"),
        (set_("flows.0.measured_ncv_kj.value", "0"), "flows[0].measured_ncv_kj", "TOO_SMALL"),
        (set_("flows.0.measured_ncv_kj.value", "-1"), "flows[0].measured_ncv_kj", "TOO_SMALL"),
        (set_("flows.0.measured_ncv_kj.value", ""), "flows[0].measured_ncv_kj", "NOT_A_NUMBER"),
    ],
)
def test_energy_is_checked_alike_before_and_after(
    change: Change, field: str, reason: str, place: str, policy: PolicyBundle
) -> None:
    dossier = stated()
    change(getattr(dossier, place))

    assert [(v.field, v.reason) for v in wrong(dossier, policy)] == [(f"dossier.{place}.{field}", reason)]


@pytest.mark.parametrize("unit", ["t", "kg", "m3", "10k_m3", "kWh", "MWh", "GJ", "MJ"])
@pytest.mark.parametrize("use", range(1, 6))
def test_a_flow_is_in_one_of_the_units_and_of_one_of_the_uses(use: int, unit: str, policy: PolicyBundle) -> None:
    dossier = stated()
    dossier.energy.flows[0].use = use
    dossier.energy.flows[0].unit = unit

    assert wrong(dossier, policy) == ()


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (times("process_emissions", 21), "process_emissions", "TOO_MANY"),
        (set_("process_emissions.0.process", ""), "process_emissions[0].process", "REQUIRED"),
        (clear("process_emissions.0", "amount_t"), "process_emissions[0].amount_t", "REQUIRED"),
        (set_("process_emissions.0.amount_t.value", "-1"), "process_emissions[0].amount_t", "TOO_SMALL"),
        (set_("annual_co2_t.value", "-0.001"), "annual_co2_t", "TOO_SMALL"),
        (set_("annual_co2_t.value", "0.0001"), "annual_co2_t", "TOO_PRECISE"),
        (times("equipment", 51), "equipment", "TOO_MANY"),
        (set_("equipment.0.name", ""), "equipment[0].name", "REQUIRED"),
        (set_("equipment.0.efficiency_grade", 0), "equipment[0].efficiency_grade", "OUT_OF_RANGE"),
        (set_("equipment.0.efficiency_grade", 6), "equipment[0].efficiency_grade", "OUT_OF_RANGE"),
        (set_("prior_opinion.document_number", ""), "prior_opinion.document_number", "REQUIRED"),
        (set_("prior_opinion.issue_date.day", 32), "prior_opinion.issue_date", "NO_SUCH_DAY"),
        (set_("prior_opinion.change_consent_date.year", 2027), "prior_opinion.change_consent_date", "IN_THE_FUTURE"),
        (
            set_("prior_opinion.construction_start_date.year", 2027),
            "prior_opinion.construction_start_date",
            "IN_THE_FUTURE",
        ),
        (
            set_("prior_opinion.approved_tce_calorific.value", "-1"),
            "prior_opinion.approved_tce_calorific",
            "TOO_SMALL",
        ),
        (set_("replacement.publicity_date.month", 13), "replacement.publicity_date", "NO_SUCH_DAY"),
        (set_("replacement.lots.0.lot", "lot-a"), "replacement.lots[0].lot", "MALFORMED"),
        (clear("replacement.lots.0", "quantity"), "replacement.lots[0].quantity", "REQUIRED"),
        (set_("replacement.lots.0.quantity.value", "-1"), "replacement.lots[0].quantity", "TOO_SMALL"),
        (times("replacement.lots", 2), "replacement.lots[1].lot", "DUPLICATE"),
    ],
)
def test_emissions_equipment_opinion_and_plan_are_checked(
    change: Change, field: str, reason: str, policy: PolicyBundle
) -> None:
    dossier = stated()
    change(dossier)

    assert [(v.field, v.reason) for v in wrong(dossier, policy)] == [(f"dossier.{field}", reason)]


def test_no_more_lots_are_read_than_a_plan_may_name(policy: PolicyBundle) -> None:
    dossier = stated()
    for number in range(50):
        dossier.replacement.lots.add(lot=f"lots/other-{number}").quantity.value = "1"

    assert [(v.field, v.reason) for v in wrong(dossier, policy)] == [("dossier.replacement.lots", "TOO_MANY")]


def test_without_a_last_day_an_event_of_any_day_is_read(policy: PolicyBundle) -> None:
    dossier = stated()
    dossier.application_date.year = dossier.prior_opinion.change_consent_date.year = 2199

    assert wrong(dossier, policy, not_after=None) == ()


def test_all_that_is_wrong_is_told_at_once_in_both_languages(policy: PolicyBundle) -> None:
    dossier = stated()
    for change in (
        set_("region_code", "x"),
        set_("kind", 99),
        set_("products.0.name", ""),
        set_("products.0.facts.0.value", "wood"),
        set_("energy.flows.1.unit", "tce"),
        set_("energy_before.flows.0.use", 0),
        set_("process_emissions.0.amount_t.value", "many"),
        set_("equipment.2.name", ""),
        set_("facts.0.fact", "altitud_m"),
        set_("prior_opinion.document_number", ""),
        set_("replacement.lots.0.lot", "x"),
    ):
        change(dossier)

    found = wrong(dossier, policy)

    assert {v.field.removeprefix("dossier."): v.reason for v in found} == {
        "region_code": "MALFORMED",
        "kind": "UNKNOWN_VALUE",
        "products[0].name": "REQUIRED",
        "products[0].facts[0].value": "UNKNOWN_VALUE",
        "energy.flows[1].unit": "UNKNOWN_UNIT",
        "energy_before.flows[0].use": "REQUIRED",
        "process_emissions[0].amount_t": "NOT_A_NUMBER",
        "equipment[2].name": "REQUIRED",
        "facts[0].fact": "UNKNOWN_FACT",
        "prior_opinion.document_number": "REQUIRED",
        "replacement.lots[0].lot": "MALFORMED",
    }
    assert all(v.text.zh and v.text.en and v.text.zh != v.text.en for v in found)


@given(st.lists(st.tuples(st.integers(0, len(stated().SerializeToString()) - 1), st.integers(0, 255)), max_size=8))
def test_whatever_the_bytes_a_dossier_is_taken_or_something_is_told(
    policy: PolicyBundle, slips: list[tuple[int, int]]
) -> None:
    raw = bytearray(stated().SerializeToString())
    for place, byte in slips:
        raw[place] = byte
    try:
        dossier = pb.Dossier.FromString(bytes(raw))
    except DecodeError:
        return
    violations = Violations()

    checked = checked_dossier(dossier, violations, policy)

    assert isinstance(checked, Dossier) is not violations.any
