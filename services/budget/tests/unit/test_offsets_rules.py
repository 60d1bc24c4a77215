"""What the rules of deductions find: the year, the day of assessment, the energy, the evidence, the order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from budget.domain.offsets.amounts import Sums
from budget.domain.offsets.claims import (
    CertificateRange,
    Certificates,
    Claim,
    Feedstock,
    FeedstockProduct,
    MajorProject,
    Measure,
    Stated,
    Use,
)
from budget.domain.offsets.deductibles import OffsetId, OffsetState, findings_on, record
from budget.domain.offsets.headings import CertificateKind, CertificateOrigin, EnergyKind, Heading
from budget.domain.offsets.situation import EarlierUse, Situation, laws_for
from kernel.quantities import Basis
from kernel.regions import RegionCode
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
COUNTY, PREFECTURE, PROVINCE = RegionCode("630121"), RegionCode("630100"), RegionCode("630000")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
PLENTY = {level: Stated(Decimal(10_000_000), "统计年鉴 (虚构)") for level in (COUNTY, PREFECTURE, PROVINCE)}


def certificates(first: int = 1, last: int = 1_000, **changes: Any) -> Certificates:
    held = Certificates(
        range=CertificateRange("GEC-W", first, last),
        kind=CertificateKind.WIND_POWER,
        origin=CertificateOrigin.OWN,
        generated_in=date(2024, 5, 1),
    )
    return replace(held, **changes)


WIND = Claim(
    region=COUNTY,
    year=2024,
    assessed_on=date(2025, 6, 30),
    heading=Heading.NON_FOSSIL_ALL,
    basis=Basis.CALORIFIC,
    energy=EnergyKind.WIND_POWER,
    measure=Measure.KWH,
    amount=Decimal(1_000_000),
    documents=("试验文件",),
    certificates=(certificates(),),
    metering_records=("meter-2024",),
    consumption=PLENTY,
)
FEEDSTOCK = replace(
    WIND,
    heading=Heading.FEEDSTOCK,
    energy=EnergyKind.COAL,
    measure=Measure.TCE,
    amount=Decimal(500),
    certificates=(),
    feedstock=Feedstock(Use.RAW_MATERIAL, FeedstockProduct.OLEFINS),
)
PROJECT = replace(
    WIND,
    heading=Heading.NATIONAL_MAJOR_PROJECT,
    energy=EnergyKind.COAL,
    measure=Measure.TCE,
    amount=Decimal(500),
    certificates=(),
    major_project=MajorProject("2405-630121-04-01-123456", True, True, False, True),
)
TRADED = replace(
    WIND,
    measure=Measure.CERTIFICATES,
    amount=Decimal(1_000),
    certificates=(certificates(origin=CertificateOrigin.TRADED_ACROSS_PROVINCES, counted_physically=False),),
    metering_records=(),
    saving_needed_tce=Decimal(1_000),
)


def found(claim: Claim, policy: PolicyBundle, situation: Situation | None = None) -> dict[str, Finding]:
    findings = findings_on(claim, situation or Situation(), laws_for(claim, policy, TODAY))
    return {finding.rule.removeprefix("budget.offset."): finding for finding in findings}


def not_holding(findings: dict[str, Finding]) -> Iterator[tuple[str, Verdict]]:
    return ((rule, finding.verdict) for rule, finding in findings.items() if finding.verdict is not HOLDS)


@pytest.mark.parametrize("claim", [WIND, FEEDSTOCK, PROJECT, TRADED])
def test_a_claim_that_meets_every_rule_is_booked_on_every_level_under_its_document(
    claim: Claim, policy: PolicyBundle
) -> None:
    offset = record(OffsetId("o1"), claim, Situation(), policy, now=NOW, on=TODAY)

    assert offset.state is OffsetState.RECORDED
    grant = offset.grant()
    assert grant is not None
    assert {account.owner for account in grant.legs} == {COUNTY, PREFECTURE, PROVINCE}
    assert {account.instrument for account in grant.legs} == {f"offset_{claim.heading.value}_calorific_kgce"}
    assert {account.period for account in grant.legs} == {"2024"}
    assert set(grant.legs.values()) == {offset.booked_kgce}
    assert (grant.note, grant.effective_on) == ("试验文件", claim.assessed_on)


def test_what_breaks_a_rule_is_refused_with_its_findings_and_books_nothing(policy: PolicyBundle) -> None:
    offset = record(OffsetId("o1"), replace(WIND, metering_records=()), Situation(), policy, now=NOW, on=TODAY)

    assert offset.state is OffsetState.REFUSED
    assert offset.grant() is None
    assert offset.booked_kgce == 0
    assert len(offset.findings) == 11


@pytest.mark.parametrize("heading", list(Heading))
@pytest.mark.parametrize(("year", "verdict"), [(2020, UNKNOWN), (2021, HOLDS), (2025, HOLDS), (2026, UNKNOWN)])
def test_a_heading_is_in_force_for_the_years_of_the_14th_plan_and_unknown_outside(
    heading: Heading, year: int, verdict: Verdict, policy: PolicyBundle
) -> None:
    finding = found(replace(WIND, heading=heading, year=year), policy)["period"]

    assert finding.verdict is verdict
    assert (finding.leads_to is Disposition.MANUAL) is (verdict is UNKNOWN)


def test_the_years_from_2026_are_neither_carried_on_nor_zero(policy: PolicyBundle) -> None:
    claim = replace(WIND, year=2026, assessed_on=date(2026, 10, 1))

    offset = record(OffsetId("o1"), claim, Situation(), policy, now=NOW, on=TODAY)

    assert offset.state is OffsetState.REFUSED
    period = offset.findings[0]
    assert period.verdict is UNKNOWN
    assert "2026" in period.because.zh
    assert [citation.verification for citation in period.under] == ["not_found"]


@pytest.mark.parametrize(
    ("heading", "assessed_on", "verdict"),
    [
        (Heading.RENEWABLE_INCREMENT, date(2024, 2, 1), HOLDS),
        (Heading.RENEWABLE_INCREMENT, date(2024, 2, 2), FAILS),
        (Heading.NON_FOSSIL_ALL, date(2024, 2, 1), FAILS),
        (Heading.NON_FOSSIL_ALL, date(2024, 2, 2), HOLDS),
    ],
)
def test_the_day_of_assessment_chooses_the_increment_or_the_whole_never_both(
    heading: Heading, assessed_on: date, verdict: Verdict, policy: PolicyBundle
) -> None:
    finding = found(replace(WIND, year=2023, heading=heading, assessed_on=assessed_on), policy)["heading"]

    assert finding.verdict is verdict
    assert any(citation.value == "2024-02-02" for citation in finding.under)


@pytest.mark.parametrize(
    ("heading", "energy", "verdict"),
    [
        (Heading.FEEDSTOCK, EnergyKind.COAL, HOLDS),
        (Heading.FEEDSTOCK, EnergyKind.WIND_POWER, FAILS),
        (Heading.NON_FOSSIL_ALL, EnergyKind.NUCLEAR_POWER, HOLDS),
        (Heading.NON_FOSSIL_ALL, EnergyKind.RENEWABLE_HEAT, HOLDS),
        (Heading.NON_FOSSIL_ALL, EnergyKind.NATURAL_GAS, FAILS),
        (Heading.RENEWABLE_INCREMENT, EnergyKind.GEOTHERMAL_POWER, HOLDS),
        (Heading.RENEWABLE_INCREMENT, EnergyKind.NUCLEAR_POWER, FAILS),
        (Heading.RENEWABLE_INCREMENT, EnergyKind.RENEWABLE_HEAT, FAILS),
        (Heading.RENEWABLE_INCREMENT, EnergyKind.BIOFUEL, FAILS),
        (Heading.NATIONAL_MAJOR_PROJECT, EnergyKind.COKE, HOLDS),
    ],
)
def test_a_heading_takes_its_own_kinds_of_energy(
    heading: Heading, energy: EnergyKind, verdict: Verdict, policy: PolicyBundle
) -> None:
    assert found(replace(WIND, heading=heading, energy=energy), policy)["energy"].verdict is verdict


@pytest.mark.parametrize(
    ("stated", "energy", "verdict"),
    [
        (None, EnergyKind.COAL, UNKNOWN),
        (Feedstock(Use.RAW_MATERIAL), EnergyKind.COAL, UNKNOWN),
        (Feedstock(Use.RAW_MATERIAL, FeedstockProduct.AMMONIA), EnergyKind.COAL, HOLDS),
        (Feedstock(Use.RAW_MATERIAL, FeedstockProduct.ALKYNES), EnergyKind.COKE, HOLDS),
        (Feedstock(Use.RAW_MATERIAL, FeedstockProduct.ENERGY_PRODUCTS), EnergyKind.COAL, FAILS),
        (Feedstock(Use.RAW_MATERIAL, FeedstockProduct.OTHER_NON_ENERGY), EnergyKind.OIL, UNKNOWN),
        (Feedstock(Use.FUEL_OR_POWER, FeedstockProduct.OLEFINS), EnergyKind.COAL, FAILS),
        (Feedstock(Use.REDUCTANT), EnergyKind.COKE, FAILS),
        (Feedstock(Use.REDUCTANT), EnergyKind.COAL, UNKNOWN),
    ],
)
def test_feedstock_is_raw_material_of_products_that_are_no_energy(
    stated: Feedstock | None, energy: EnergyKind, verdict: Verdict, policy: PolicyBundle
) -> None:
    assert found(replace(FEEDSTOCK, feedstock=stated, energy=energy), policy)["feedstock"].verdict is verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, HOLDS),
        ({"approved_by_state": False}, FAILS),
        ({"in_operation": False}, FAILS),
        ({"approved_by_state": None}, UNKNOWN),
        ({"listed_by_ndrc": None}, UNKNOWN),
        ({"listed_by_ndrc": False}, UNKNOWN),
        ({"two_high": None}, UNKNOWN),
        ({"two_high": True}, UNKNOWN),
        ({"two_high": True, "national_plan": True, "benchmark_efficiency": True}, HOLDS),
        ({"two_high": True, "national_plan": True, "benchmark_efficiency": False}, UNKNOWN),
    ],
)
def test_a_major_project_is_listed_by_what_is_confirmed_and_a_person_weighs_the_rest(
    changes: dict[str, Any], verdict: Verdict, policy: PolicyBundle
) -> None:
    assert PROJECT.major_project is not None
    claim = replace(PROJECT, major_project=replace(PROJECT.major_project, **changes))

    assert found(claim, policy)["major_project"].verdict is verdict


@pytest.mark.parametrize(
    ("generated_in", "assessed_on", "verdict"),
    [
        (date(2024, 3, 1), date(2026, 2, 28), HOLDS),
        (date(2024, 3, 1), date(2026, 3, 1), FAILS),
        (date(2024, 1, 1), date(2025, 12, 31), HOLDS),
        (date(2024, 1, 1), date(2026, 1, 1), FAILS),
        (date(2023, 12, 1), date(2025, 12, 31), HOLDS),
        (date(2023, 12, 1), date(2026, 1, 1), FAILS),
        (date(2021, 6, 1), date(2025, 12, 31), HOLDS),
        (date(2021, 6, 1), date(2026, 1, 1), FAILS),
        (date(2025, 7, 1), date(2025, 6, 30), FAILS),
    ],
)
def test_a_certificate_is_valid_two_years_from_its_month_and_older_ones_to_the_end_of_2025(
    generated_in: date, assessed_on: date, verdict: Verdict, policy: PolicyBundle
) -> None:
    claim = replace(WIND, assessed_on=assessed_on, certificates=(certificates(generated_in=generated_in),))

    assert found(claim, policy)["certificate"].verdict is verdict


@pytest.mark.parametrize(
    ("kind", "origin", "energy", "verdict"),
    [
        (CertificateKind.WIND_POWER, CertificateOrigin.TRADED_WITHIN_PROVINCE, EnergyKind.WIND_POWER, HOLDS),
        (CertificateKind.OLDER_HYDROPOWER, CertificateOrigin.OWN, EnergyKind.HYDROPOWER, HOLDS),
        (CertificateKind.OLDER_HYDROPOWER, CertificateOrigin.TRADED_WITHIN_PROVINCE, EnergyKind.HYDROPOWER, FAILS),
        (CertificateKind.NEW_MARKET_HYDROPOWER, CertificateOrigin.TRADED_WITHIN_PROVINCE, EnergyKind.HYDROPOWER, HOLDS),
        (CertificateKind.SELF_CONSUMED, CertificateOrigin.OWN, EnergyKind.SOLAR_POWER, HOLDS),
        (CertificateKind.SELF_CONSUMED, CertificateOrigin.TRADED_ACROSS_PROVINCES, EnergyKind.SOLAR_POWER, FAILS),
        (CertificateKind.STAND_ALONE_STORAGE, CertificateOrigin.OWN, EnergyKind.SOLAR_POWER, FAILS),
        (CertificateKind.SOLAR_POWER, CertificateOrigin.OWN, EnergyKind.WIND_POWER, FAILS),
    ],
)
def test_certificates_that_are_not_traded_serve_their_own_power_only(
    kind: CertificateKind, origin: CertificateOrigin, energy: EnergyKind, verdict: Verdict, policy: PolicyBundle
) -> None:
    claim = replace(WIND, energy=energy, certificates=(certificates(kind=kind, origin=origin),))

    assert found(claim, policy)["certificate"].verdict is verdict


@pytest.mark.parametrize(("counted", "verdict"), [(False, HOLDS), (True, FAILS), (None, UNKNOWN)])
def test_power_that_counts_physically_never_counts_again_by_its_certificate(
    counted: bool | None, verdict: Verdict, policy: PolicyBundle
) -> None:
    held = replace(TRADED.certificates[0], counted_physically=counted)

    finding = found(replace(TRADED, certificates=(held,)), policy)["certificate"]

    assert finding.verdict is verdict
    assert bool(finding.missing) is (counted is None)


@pytest.mark.parametrize(
    ("needed", "before", "verdict"),
    [
        # 1,000 certificates are 122,900 kgce; half of 245.8 tce is just that.
        (Decimal("245.8"), Decimal(0), HOLDS),
        (Decimal("245.799"), Decimal(0), FAILS),
        (Decimal(491), Decimal(122_600), HOLDS),
        (Decimal(491), Decimal(122_601), FAILS),
        (None, Decimal(0), UNKNOWN),
    ],
)
def test_certificates_of_other_provinces_count_up_to_half_of_the_saving_needed(
    needed: Decimal | None, before: Decimal, verdict: Verdict, policy: PolicyBundle
) -> None:
    claim = replace(TRADED, saving_needed_tce=needed)

    finding = found(claim, policy, Situation(across_provinces_kgce=before))["certificate_share"]

    assert finding.verdict is verdict
    assert finding.missing == (("claim.saving_needed_tce",) if needed is None else ())


@pytest.mark.parametrize(
    ("kwh", "held", "verdict"),
    [("1000000", 1_000, HOLDS), ("1000999", 1_000, HOLDS), ("1001000", 1_000, UNKNOWN), ("999", 1, HOLDS)],
)
def test_renewable_power_needs_a_certificate_for_every_whole_megawatt_hour(
    kwh: str, held: int, verdict: Verdict, policy: PolicyBundle
) -> None:
    claim = replace(WIND, amount=Decimal(kwh), certificates=(certificates(1, held),))

    assert found(claim, policy)["evidence"].verdict is verdict


def test_nuclear_power_gets_no_certificate_and_needs_its_metering_only(policy: PolicyBundle) -> None:
    nuclear = replace(WIND, energy=EnergyKind.NUCLEAR_POWER, certificates=())

    assert found(nuclear, policy)["evidence"].verdict is HOLDS
    assert found(replace(nuclear, metering_records=()), policy)["evidence"].missing == ("claim.metering_records",)


def test_evidence_used_before_is_refused_with_who_used_it_first(policy: PolicyBundle) -> None:
    first = EarlierUse("certificate", "GEC-W 40-60", "offsets/first", RegionCode("632801"), date(2025, 3, 31))

    finding = found(WIND, policy, Situation(used=(first,)))["once"]

    assert finding.verdict is FAILS
    for language in (finding.because.zh, finding.because.en):
        assert all(word in language for word in ("GEC-W 40-60", "offsets/first", "632801", "2025-03-31"))


def test_a_quantity_that_nothing_identifies_is_unknown(policy: PolicyBundle) -> None:
    finding = found(replace(FEEDSTOCK, metering_records=()), policy)["once"]

    assert finding.verdict is UNKNOWN
    assert finding.missing


@pytest.mark.parametrize(("year", "state"), [(2023, OffsetState.REFUSED), (2024, OffsetState.RECORDED)])
def test_what_rests_on_a_factor_that_nobody_checked_is_not_booked_without_a_person(
    year: int, state: OffsetState, policy: PolicyBundle
) -> None:
    # The 等价 factor of 2023 is unverified; that of 2024 is the platform's own.
    claim = replace(WIND, basis=Basis.EQUIVALENT, year=year)

    offset = record(OffsetId("o1"), claim, Situation(sums=Sums()), policy, now=NOW, on=TODAY)

    assert list(not_holding(found(claim, policy))) == []
    assert offset.state is state


def test_every_finding_is_bilingual_and_cites_what_it_rests_on(policy: PolicyBundle) -> None:
    for claim in (WIND, FEEDSTOCK, PROJECT, TRADED):
        for rule, finding in found(claim, policy).items():
            assert finding.because.zh, rule
            assert finding.because.en, rule
            assert "{" not in finding.because.zh + finding.because.en, rule
            assert finding.under, rule
