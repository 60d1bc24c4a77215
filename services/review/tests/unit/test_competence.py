"""Exemption and competence by the order in force on the day of application."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from dossier.model import Dossier, EnergyUse, ProjectKind
from review.domain.competence import Competence, yearly_of
from review.domain.competence import competence as told_by
from review.domain.review import CompetentLevel
from review.domain.subject import Subject
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy, facts_of

ORDER_44_FIRST, ORDER_44_LAST = date(2017, 1, 1), date(2023, 5, 31)
ORDER_2_FIRST, ORDER_2_LAST = date(2023, 6, 1), date(2025, 8, 31)
ORDER_31_FIRST = date(2025, 9, 1)
COAL = "dossier.energy.annual_coal_t"
KWH = "dossier.energy.annual_electricity_kwh"
TCE = "dossier.energy.annual_tce_calorific"
EQUIVALENT = "dossier.energy.annual_tce_equivalent"

PREFECTURE, PROVINCIAL = CompetentLevel.PREFECTURE, CompetentLevel.PROVINCIAL
NATIONAL, EXEMPT = CompetentLevel.NATIONAL, CompetentLevel.EXEMPT


def filed(day: date | None, use: EnergyUse, kind: ProjectKind | None = ProjectKind.NEW_BUILD) -> Dossier:
    return dossier(application_date=day, energy=use, kind=kind)


def competence(filed: Dossier, policy: PolicyBundle) -> Competence:
    subject = Subject(filed, policy)
    return told_by(subject, yearly_of(subject))


@pytest.mark.parametrize("day", [ORDER_44_FIRST, ORDER_44_LAST, ORDER_2_FIRST, ORDER_2_LAST])
@pytest.mark.parametrize(
    ("tce", "kwh", "exempt"),
    [
        ("999.999", "4999999.999", True),
        ("1000", "4999999.999", False),
        ("1000.001", "4999999.999", False),
        ("999.999", "5000000", False),
        ("999.999", "5000000.001", False),
        ("0", "0", True),
    ],
)
def test_the_older_orders_exempt_below_the_energy_and_the_electricity_line(
    policy: PolicyBundle, day: date, tce: str, kwh: str, *, exempt: bool
) -> None:
    told = competence(filed(day, energy(tce, kwh)), policy)
    finding = told.findings[0]
    assert finding.verdict is (Verdict.HOLDS if exempt else Verdict.FAILS)
    assert finding.leads_to is (Disposition.EXEMPT if exempt else None)
    assert (told.level is EXEMPT) == exempt


@pytest.mark.parametrize(
    ("tce", "coal", "exempt"),
    [
        ("999.999", "999.999", True),
        ("1000", "999.999", False),
        ("999.999", "1000", False),
        ("1000.001", "0", False),
        ("0", "1000.001", False),
    ],
)
def test_order_31_exempts_below_the_energy_and_the_coal_line_whatever_the_electricity(
    policy: PolicyBundle, tce: str, coal: str, *, exempt: bool
) -> None:
    told = competence(filed(ORDER_31_FIRST, energy(tce, "9000000", coal)), policy)
    assert told.findings[0].verdict is (Verdict.HOLDS if exempt else Verdict.FAILS)
    assert told.level is (EXEMPT if exempt else PREFECTURE)


@pytest.mark.parametrize(
    ("day", "use", "missing"),
    [
        (ORDER_44_LAST, energy("999"), (KWH,)),
        (ORDER_2_LAST, energy("999", coal="5"), (KWH,)),
        (ORDER_31_FIRST, energy("999", "5"), (COAL,)),
        (ORDER_31_FIRST, energy(), (TCE, COAL)),
        (ORDER_2_LAST, energy(kwh="100"), (TCE,)),
    ],
)
def test_what_could_still_lift_the_exemption_is_asked_for(
    policy: PolicyBundle, day: date, use: EnergyUse, missing: tuple[str, ...]
) -> None:
    told = competence(filed(day, use), policy)
    assert told.level is None
    for finding in told.findings:
        assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.RETURN)
        assert finding.missing == missing


def test_electricity_above_its_line_decides_without_the_energy(policy: PolicyBundle) -> None:
    exempt, competent = competence(filed(ORDER_2_LAST, energy(kwh="5000000")), policy).findings
    assert exempt.verdict is Verdict.FAILS
    assert competent.missing == (TCE,)


@pytest.mark.parametrize(
    ("day", "tce", "level"),
    [
        (ORDER_44_FIRST, "4999.999", PREFECTURE),
        (ORDER_44_FIRST, "5000", PROVINCIAL),
        (ORDER_44_LAST, "5000.001", PROVINCIAL),
        (ORDER_44_LAST, "9999", PROVINCIAL),
        (ORDER_2_FIRST, "5000", PREFECTURE),
        (ORDER_2_FIRST, "9999.999", PREFECTURE),
        (ORDER_2_LAST, "10000", PROVINCIAL),
        (ORDER_2_LAST, "10000.001", PROVINCIAL),
        (ORDER_2_LAST, "600000", PROVINCIAL),
    ],
)
def test_the_older_orders_send_energy_at_the_line_to_the_province(
    policy: PolicyBundle, day: date, tce: str, level: CompetentLevel
) -> None:
    told = competence(filed(day, energy(tce)), policy)
    assert told.level is level
    assert (told.findings[1].verdict, told.findings[1].leads_to) == (Verdict.HOLDS, None)


@pytest.mark.parametrize(
    ("tce", "coal", "level"),
    [
        ("9999.999", "9999.999", PREFECTURE),
        ("10000", None, PROVINCIAL),
        ("10000", "9999.999", PROVINCIAL),
        ("10000.001", "0", PROVINCIAL),
        ("9999.999", "10000", PROVINCIAL),
        ("1000", "10000.001", PROVINCIAL),
    ],
)
def test_order_31_sends_energy_or_coal_at_the_line_to_the_province(
    policy: PolicyBundle, tce: str, coal: str | None, level: CompetentLevel
) -> None:
    told = competence(filed(ORDER_31_FIRST, energy(tce, coal=coal, equivalent="20000")), policy)
    assert told.level is level
    assert told.findings[1].verdict is Verdict.HOLDS


def test_below_the_energy_line_of_order_31_the_coal_is_asked_for(policy: PolicyBundle) -> None:
    told = competence(filed(ORDER_31_FIRST, energy("9999.999")), policy)
    assert told.level is None
    assert told.findings[1].missing == (COAL,)
    assert told.findings[1].leads_to is Disposition.RETURN


def test_the_day_before_order_31_coal_does_not_matter(policy: PolicyBundle) -> None:
    assert competence(filed(ORDER_2_LAST, energy("5000")), policy).level is PREFECTURE


@pytest.mark.parametrize(
    ("tce", "equivalent", "coal", "reached"),
    [
        ("499999.999", "499999.999", "499999.999", False),
        ("500000", "0", "0", True),
        ("10000", "500000", "0", True),
        ("10000", "500000.001", "0", True),
        ("10000", "10000", "500000", True),
        ("500000", None, None, True),
    ],
)
def test_at_the_national_line_a_person_decides_while_the_key_fields_are_not_known(
    policy: PolicyBundle, tce: str, equivalent: str | None, coal: str | None, *, reached: bool
) -> None:
    told = competence(filed(ORDER_31_FIRST, energy(tce, coal=coal, equivalent=equivalent)), policy)
    finding = told.findings[1]
    assert told.level is (None if reached else PROVINCIAL)
    assert finding.leads_to is (Disposition.MANUAL if reached else None)
    assert any(c.parameter == "review.ndrc.key_fields" for c in finding.under) == reached


def test_at_the_provincial_line_the_other_basis_is_asked_for_because_it_may_reach_the_nation(
    policy: PolicyBundle,
) -> None:
    told = competence(filed(ORDER_31_FIRST, energy("250000", coal="0")), policy)
    assert told.level is None
    assert told.findings[1].missing == (EQUIVALENT,)
    assert told.findings[1].leads_to is Disposition.RETURN


@pytest.mark.parametrize(
    ("fields", "level", "leads_to"),
    [
        (("building_materials", "steel"), NATIONAL, Disposition.REFER_UP),
        (("steel",), PROVINCIAL, None),
    ],
)
def test_once_the_key_fields_are_known_the_nation_reviews_those_and_no_others(
    policy: PolicyBundle, fields: tuple[str, ...], level: CompetentLevel, leads_to: Disposition | None
) -> None:
    name = "review.ndrc.key_fields"
    noted = policy.parameter(name)
    listed = replace(noted, versions=tuple(replace(version, value=fields) for version in noted.versions))
    informed = replace(policy, parameters=MappingProxyType({**policy.parameters, name: listed}))
    told = competence(filed(ORDER_31_FIRST, energy("500000", coal="0", equivalent="500000")), informed)
    assert told.level is level
    assert told.findings[1].leads_to is leads_to


def test_before_the_first_order_held_a_person_decides(policy: PolicyBundle) -> None:
    told = competence(filed(date(2016, 12, 31), energy("20000", "0", "0", "20000")), policy)
    assert told.level is None
    assert [f.leads_to for f in told.findings] == [Disposition.MANUAL, Disposition.MANUAL]


def test_without_a_day_of_application_it_is_asked_for(policy: PolicyBundle) -> None:
    told = competence(filed(None, energy("20000", "0", "0", "20000")), policy)
    assert told.level is None
    for finding in told.findings:
        assert finding.missing == ("dossier.application_date",)
        assert finding.leads_to is Disposition.RETURN


BEFORE_TCE = "dossier.energy_before.annual_tce_calorific"
UNCHANGED = "dossier.facts[place_process_equipment_unchanged]"
REBUILD, EXPANSION, RENOVATION = ProjectKind.REBUILD, ProjectKind.EXPANSION, ProjectKind.TECHNICAL_RENOVATION
WHOLE, INCREMENT = PROVINCIAL, PREFECTURE


# 12,000 tce after and 7,001 tce before: in full at the province, by the increment of 4,999 tce below it.
@pytest.mark.parametrize(
    ("day", "kind", "unchanged", "level"),
    [
        (ORDER_44_LAST, EXPANSION, None, INCREMENT),
        (ORDER_44_LAST, REBUILD, "no", INCREMENT),
        (ORDER_44_LAST, RENOVATION, None, WHOLE),
        (ORDER_44_LAST, ProjectKind.NEW_BUILD, None, WHOLE),
        (ORDER_2_FIRST, EXPANSION, "yes", WHOLE),
        (ORDER_2_FIRST, REBUILD, "yes", INCREMENT),
        (ORDER_2_FIRST, REBUILD, "no", WHOLE),
        (ORDER_2_LAST, RENOVATION, "yes", WHOLE),
        (ORDER_31_FIRST, RENOVATION, "yes", INCREMENT),
        (ORDER_31_FIRST, RENOVATION, "no", WHOLE),
        (ORDER_31_FIRST, REBUILD, "yes", INCREMENT),
        (ORDER_31_FIRST, EXPANSION, "yes", WHOLE),
    ],
)
def test_the_order_in_force_says_who_counts_by_the_increment(
    policy: PolicyBundle, day: date, kind: ProjectKind, unchanged: str | None, level: CompetentLevel
) -> None:
    facts = facts_of(**({} if unchanged is None else {"place_process_equipment_unchanged": unchanged}))
    after, before = energy("12000", "0", "0", "12000"), energy("7001", "0", "0", "7001")
    told = competence(replace(filed(day, after, kind), energy_before=before, facts=facts), policy)

    assert told.level is level


@pytest.mark.parametrize(
    ("kind", "facts", "before", "missing"),
    [
        (None, {}, None, ("dossier.kind", BEFORE_TCE)),
        (REBUILD, {}, energy("7001", equivalent="7001", coal="0"), (UNCHANGED,)),
        (REBUILD, {"place_process_equipment_unchanged": "yes"}, None, (BEFORE_TCE,)),
        (REBUILD, {}, energy("1", equivalent="1", coal="0"), ()),
    ],
)
def test_what_would_tell_how_it_counts_is_asked_for_only_where_it_matters(
    policy: PolicyBundle,
    kind: ProjectKind | None,
    facts: dict[str, str],
    before: EnergyUse | None,
    missing: tuple[str, ...],
) -> None:
    after = filed(ORDER_31_FIRST, energy("12000", coal="0", equivalent="12000"), kind)
    told = competence(replace(after, energy_before=before, facts=facts_of(**facts)), policy)

    asked = told.findings[0].missing or told.findings[1].missing
    assert asked == missing
    assert (told.level is None) == bool(missing)


@pytest.mark.parametrize(("before", "leads_to"), [("500", None), ("501", Disposition.MANUAL)])
def test_coal_on_both_sides_of_a_line_is_for_a_person_while_its_counting_is_open(
    policy: PolicyBundle, before: str, leads_to: Disposition | None
) -> None:
    after = filed(ORDER_31_FIRST, energy("900", coal="1500", equivalent="900"), RENOVATION)
    facts = facts_of(place_process_equipment_unchanged="yes")
    told = competence(replace(after, energy_before=energy("800", coal=before, equivalent="800"), facts=facts), policy)

    assert told.findings[0].leads_to is leads_to


@pytest.mark.parametrize(
    ("facts", "day", "level", "leads_to"),
    [
        ({"state_secret": "yes"}, ORDER_31_FIRST, EXEMPT, Disposition.EXEMPT),
        ({"state_secret": "no"}, ORDER_31_FIRST, PROVINCIAL, None),
        ({"state_secret": "yes"}, ORDER_44_LAST, PROVINCIAL, None),
        ({"exempt_industry": "wind_power"}, ORDER_31_FIRST, EXEMPT, Disposition.EXEMPT),
    ],
)
def test_a_secret_and_an_industry_of_the_list_are_exempt_by_name(
    policy: PolicyBundle, facts: dict[str, str], day: date, level: CompetentLevel, leads_to: Disposition | None
) -> None:
    large = filed(day, energy("20000", "0", "0", "20000"))
    told = competence(replace(large, facts=facts_of(**facts)), policy)

    assert told.level is level
    assert told.findings[0].leads_to is leads_to


def test_the_list_of_exempt_industries_is_not_verified(policy: PolicyBundle) -> None:
    large = filed(ORDER_31_FIRST, energy("20000", coal="0", equivalent="20000"))
    told = competence(replace(large, facts=facts_of(exempt_industry="wind_power")), policy)

    assert told.findings[0].rests_on_unverified_figure


def test_a_project_approved_by_the_state_is_reviewed_by_the_province(policy: PolicyBundle) -> None:
    small = filed(ORDER_31_FIRST, energy("2000", coal="0"))

    assert competence(small, policy).level is PREFECTURE
    assert competence(replace(small, facts=facts_of(approved_by_state="yes")), policy).level is PROVINCIAL


def test_two_high_below_the_province_never_goes_to_a_county(policy: PolicyBundle) -> None:
    told = competence(filed(ORDER_31_FIRST, energy("2000", coal="0")), policy)

    assert told.level is PREFECTURE
    assert "不得下放县级" in told.findings[1].because.zh
    assert any(c.parameter == "review.county_two_high" for c in told.findings[1].under)
