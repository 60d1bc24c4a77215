"""Exemption and competence by the order in force on the day of application."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest

from review.domain.competence import competence
from review.domain.dossier import Dossier, EnergyUse, Product, ProjectKind
from review.domain.review import CompetentLevel
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle

ORDER_44_FIRST, ORDER_44_LAST = date(2017, 1, 1), date(2023, 5, 31)
ORDER_2_FIRST, ORDER_2_LAST = date(2023, 6, 1), date(2025, 8, 31)
ORDER_31_FIRST = date(2025, 9, 1)
COAL = "dossier.energy.annual_coal_t"
KWH = "dossier.energy.annual_electricity_kwh"
TCE = "dossier.energy.annual_tce_calorific"
EQUIVALENT = "dossier.energy.annual_tce_equivalent"

PREFECTURE, PROVINCIAL = CompetentLevel.PREFECTURE, CompetentLevel.PROVINCIAL
NATIONAL, EXEMPT = CompetentLevel.NATIONAL, CompetentLevel.EXEMPT


def energy(
    tce: str | None = None, kwh: str | None = None, coal: str | None = None, equivalent: str | None = None
) -> EnergyUse:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return EnergyUse(number(tce), number(equivalent), number(kwh), number(coal))


def filed(day: date | None, use: EnergyUse, kind: ProjectKind | None = ProjectKind.NEW_BUILD) -> Dossier:
    products = (Product("水泥熟料", "clinker"),)
    return Dossier(kind=kind, application_date=day, industry_codes=("3011",), products=products, energy=use)


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


@pytest.mark.parametrize(
    ("day", "kind", "noted"),
    [
        (ORDER_44_LAST, ProjectKind.EXPANSION, True),
        (ORDER_2_FIRST, ProjectKind.EXPANSION, False),
        (ORDER_2_LAST, ProjectKind.TECHNICAL_RENOVATION, False),
        (ORDER_31_FIRST, ProjectKind.TECHNICAL_RENOVATION, True),
        (ORDER_31_FIRST, ProjectKind.NEW_BUILD, False),
        (ORDER_31_FIRST, None, True),
    ],
)
def test_where_the_increment_may_count_the_finding_says_that_the_whole_was_taken(
    policy: PolicyBundle, day: date, kind: ProjectKind | None, *, noted: bool
) -> None:
    told = competence(filed(day, energy("20000", coal="0", equivalent="20000"), kind), policy)
    assert told.level is PROVINCIAL
    assert all(("增量" in finding.because.zh) == noted for finding in told.findings)
