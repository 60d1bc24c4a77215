"""Regions are graded by the method of their year; what is missing is unknown, and never met."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.text import Text
from statute.finding import Verdict
from statute.loader import PolicyBundle, load_bundle
from targets.domain.assessment.assessing import assess, indicators_of, method_on
from targets.domain.assessment.grades import Grade, Method
from targets.domain.assessment.progress import Evidence, Progress, Stated, Statement
from targets.domain.indicators import Aim

END_2025, END_2026 = date(2025, 12, 31), date(2026, 12, 31)
MEASURED = (
    *("carbon_total", "carbon_intensity", "coal_total", "oil_total", "non_fossil_share"),
    *("energy_intensity", "clean_power_share", "forest_stock"),
)
STATED = (
    *("industry_energy_and_carbon", "two_high_replacement_and_review", "building_transition", "transport_transition"),
    *("public_bodies_carbon_intensity", "carbon_market_control"),
)
TRUE = Statement(met=False, document="试验用核查意见")


def progress(indicator: str, actual: str | None = "-13", required: str | None = "-12.5") -> Progress:
    return Progress(
        indicator,
        Text(indicator, indicator),
        "%",
        Aim.AT_MOST,
        target=Decimal("-12.5"),
        required=None if required is None else Decimal(required),
        actual=None if actual is None else Decimal(actual),
        status="final",
    )


def energy(policy: PolicyBundle, one: Progress | None, points: str | None = "40") -> Evidence:
    stated = Stated(measures_points=None if points is None else Decimal(points), measures_document="试验用评分")
    return Evidence(END_2025, {} if one is None else {one.indicator: one}, stated, policy)


def carbon(policy: PolicyBundle, missed: Mapping[str, bool | None], falsified: Statement | None = TRUE) -> Evidence:
    """All is met but what `missed` names: True is missed, None not known."""
    known = {name: missed.get(name, False) for name in (*MEASURED, *STATED)}
    actual = {True: "-12", False: "-13", None: None}
    return Evidence(
        END_2026,
        {name: progress(name, actual[known[name]]) for name in MEASURED},
        Stated(
            {name: Statement(not bad, "试验") for name in STATED if (bad := known[name]) is not None},
            falsified=falsified,
        ),
        policy,
    )


@pytest.mark.parametrize(
    ("day", "method"),
    [
        (date(2020, 12, 31), Method.NONE),
        (date(2021, 12, 31), Method.ENERGY),
        (END_2025, Method.ENERGY),
        (date(2026, 4, 11), Method.NONE),
        (date(2026, 4, 12), Method.DUAL_CARBON),
        (END_2026, Method.DUAL_CARBON),
    ],
)
def test_a_year_is_assessed_by_the_method_in_force_on_its_last_day(
    day: date, method: Method, policy: PolicyBundle
) -> None:
    assert method_on(day, policy) is method


def test_without_a_method_the_grade_is_unknown(policy: PolicyBundle) -> None:
    found = assess(Evidence(date(2020, 12, 31), {}, Stated(), policy))

    assert (found.method, found.grade, found.findings[0].verdict) == (Method.NONE, Grade.UNKNOWN, Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("60", Grade.EXCEEDED),
        ("55", Grade.EXCEEDED),
        ("54.99", Grade.MET),
        ("40", Grade.MET),
        ("39.99", Grade.NEARLY_MET),
        ("20", Grade.NEARLY_MET),
        ("19.99", Grade.MISSED),
        ("0", Grade.MISSED),
    ],
)
def test_the_points_make_the_grade_when_the_intensity_target_is_met(
    points: str, grade: Grade, policy: PolicyBundle
) -> None:
    found = assess(energy(policy, progress("energy_intensity"), points))

    assert found.grade is grade
    assert found.points == 40 + Decimal(points)
    assert not found.missing


@pytest.mark.parametrize(("actual", "grade"), [("-12.5", Grade.EXCEEDED), ("-12.4", Grade.MISSED)])
def test_the_intensity_target_is_a_veto_and_exactly_the_requirement_meets_it(
    actual: str, grade: Grade, policy: PolicyBundle
) -> None:
    assert assess(energy(policy, progress("energy_intensity", actual), "60")).grade is grade


@pytest.mark.parametrize(
    ("one", "points", "missing"),
    [
        (None, "60", ("energy_intensity",)),
        (progress("energy_intensity", actual=None), "60", ("energy_intensity.actual",)),
        (progress("energy_intensity", required=None), "60", ("energy_intensity.required",)),
        (progress("energy_intensity"), None, ("measures_points",)),
    ],
)
def test_what_is_missing_is_listed_and_makes_the_grade_unknown(
    one: Progress | None, points: str | None, missing: tuple[str, ...], policy: PolicyBundle
) -> None:
    found = assess(energy(policy, one, points))

    assert (found.grade, found.missing, found.points) == (Grade.UNKNOWN, missing, None)
    assert found.findings[0].missing == missing


def test_the_grade_of_the_14th_plan_rests_on_what_is_not_verified(policy: PolicyBundle) -> None:
    found = assess(energy(policy, progress("energy_intensity")))

    assert found.basis_unverified
    assert "assessment.energy.points_targets" in {citation.parameter for citation in found.findings[0].under}


@pytest.mark.parametrize(
    ("missed", "grade"),
    [
        ({}, Grade.EXCELLENT),
        ({"transport_transition": True}, Grade.QUALIFIED),
        ({"transport_transition": True, "forest_stock": True}, Grade.QUALIFIED),
        ({"transport_transition": True, "forest_stock": True, "energy_intensity": True}, Grade.UNQUALIFIED),
        ({"oil_total": True}, Grade.UNQUALIFIED),
        ({"transport_transition": None}, Grade.UNKNOWN),
        ({"oil_total": None}, Grade.UNKNOWN),
        ({"oil_total": None, "coal_total": True}, Grade.UNQUALIFIED),
        ({"transport_transition": True, "forest_stock": None}, Grade.QUALIFIED),
        ({"transport_transition": True, "forest_stock": None, "building_transition": None}, Grade.UNKNOWN),
    ],
)
def test_the_number_of_indicators_missed_makes_the_dual_carbon_grade(
    missed: Mapping[str, bool | None], grade: Grade, policy: PolicyBundle
) -> None:
    found = assess(carbon(policy, missed))

    assert found.grade is grade
    assert len(found.missing) == sum(bad is None for bad in missed.values())
    assert not found.basis_unverified or grade is Grade.UNQUALIFIED


@pytest.mark.parametrize(
    ("falsified", "grade"),
    [(Statement(met=True, document="试验"), Grade.UNQUALIFIED), (None, Grade.UNKNOWN), (TRUE, Grade.EXCELLENT)],
)
def test_falsified_data_make_a_region_unqualified_and_data_not_looked_at_leave_it_open(
    falsified: Statement | None, grade: Grade, policy: PolicyBundle
) -> None:
    assert assess(carbon(policy, {}, falsified)).grade is grade


def test_every_indicator_of_the_law_has_a_finding(policy: PolicyBundle) -> None:
    (whole,) = assess(carbon(policy, {})).findings

    named = [dict(part.inputs).get("indicator") for part in whole.parts]
    assert set(named) == {*MEASURED, *STATED, None}
    assert set(indicators_of(END_2026, policy)) == set(MEASURED)
    assert indicators_of(END_2025, policy) == ("energy_intensity",)


@pytest.mark.parametrize(
    ("notice", "until", "provisional"),
    [
        # 30 working days after 2026-05-15, with the Dragon Boat Festival of 19 to 21 June in between.
        (date(2026, 5, 15), date(2026, 6, 29), False),
        (date(2027, 3, 1), date(2027, 4, 12), True),
    ],
)
def test_an_unqualified_region_reports_within_thirty_working_days(
    notice: date, until: date, provisional: bool, policy: PolicyBundle
) -> None:
    evidence = carbon(policy, {"oil_total": True})
    told = replace(evidence, stated=replace(evidence.stated, notice_on=notice))

    found = assess(told)

    assert found.report_by is not None
    assert (found.report_by.day, found.report_by.provisional) == (until, provisional)
    assert found.findings[1].rule == "assessment.report"


def test_without_the_day_of_the_notice_the_day_of_the_report_is_not_known(policy: PolicyBundle) -> None:
    found = assess(carbon(policy, {"oil_total": True}))

    assert found.report_by is None
    assert found.findings[1].missing == ("notice_date",)


LAW = load_bundle("qinghai")
GOODNESS = {
    Grade.UNQUALIFIED: {Grade.UNQUALIFIED},
    Grade.QUALIFIED: {Grade.QUALIFIED},
    Grade.EXCELLENT: {Grade.EXCELLENT},
    Grade.UNKNOWN: {Grade.UNQUALIFIED, Grade.QUALIFIED, Grade.EXCELLENT},
}


@settings(deadline=None, max_examples=30)
@given(
    st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in (*MEASURED, *STATED)}),
    st.data(),
)
def test_a_known_grade_never_changes_when_the_missing_becomes_known(
    missed: dict[str, bool | None], data: st.DataObject
) -> None:
    filled = {name: data.draw(st.booleans()) if bad is None else bad for name, bad in missed.items()}

    before, after = assess(carbon(LAW, missed)).grade, assess(carbon(LAW, filled)).grade

    assert after in GOODNESS[before]
