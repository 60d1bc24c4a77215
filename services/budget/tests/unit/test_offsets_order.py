"""The order of deductions: each on what is left of the consumption at every level, never below zero."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.domain.offsets.amounts import Sums
from budget.domain.offsets.claims import Claim, Feedstock, FeedstockProduct, Measure, Stated, Use
from budget.domain.offsets.deductibles import Offset, OffsetId, Revocation, findings_on, record
from budget.domain.offsets.headings import EnergyKind, Heading, account
from budget.domain.offsets.situation import Situation, laws_for
from kernel.quantities import Basis
from kernel.regions import RegionCode, lineage
from ledger.book import Book
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle, load_bundle

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
COUNTY, PREFECTURE, PROVINCE = RegionCode("630121"), RegionCode("630100"), RegionCode("630000")
PLENTY = {level: Stated(Decimal(10_000_000), "统计年鉴 (虚构)") for level in (COUNTY, PREFECTURE, PROVINCE)}
FEEDSTOCK = Claim(
    region=COUNTY,
    year=2024,
    assessed_on=date(2025, 6, 30),
    heading=Heading.FEEDSTOCK,
    basis=Basis.CALORIFIC,
    energy=EnergyKind.COAL,
    measure=Measure.TCE,
    amount=Decimal(500),
    documents=("试验文件",),
    metering_records=("meter-2024",),
    feedstock=Feedstock(Use.RAW_MATERIAL, FeedstockProduct.OLEFINS),
    consumption=PLENTY,
)


def found(claim: Claim, policy: PolicyBundle, situation: Situation) -> dict[str, Finding]:
    findings = findings_on(claim, situation, laws_for(claim, policy, date(2026, 11, 24)))
    return {finding.rule.removeprefix("budget.offset."): finding for finding in findings}


def consuming(county: str) -> dict[RegionCode, Stated]:
    return {**PLENTY, COUNTY: Stated(Decimal(county), "统计年鉴 (虚构)")}


@pytest.mark.parametrize(
    ("county", "booked", "verdict"),
    [
        ("500", {}, HOLDS),
        ("499.999", {}, FAILS),
        ("600", {Heading.NATIONAL_MAJOR_PROJECT: 100_000}, HOLDS),
        ("600", {Heading.NATIONAL_MAJOR_PROJECT: 100_001}, FAILS),
        ("600", {Heading.NON_FOSSIL_ALL: 100_001}, FAILS),
        ("600", {Heading.RENEWABLE_INCREMENT: 600_000}, HOLDS),
        ("0", {}, FAILS),
    ],
)
def test_consumption_never_falls_below_zero(
    county: str, booked: dict[Heading, int], verdict: Verdict, policy: PolicyBundle
) -> None:
    claim = replace(FEEDSTOCK, consumption=consuming(county))

    finding = found(claim, policy, Situation(booked={COUNTY: booked}))["order"]

    assert finding.verdict is verdict


def test_a_later_step_that_stands_in_the_way_is_named_and_the_most_is_offered(policy: PolicyBundle) -> None:
    claim = replace(FEEDSTOCK, consumption=consuming("600"))

    finding = found(claim, policy, Situation(booked={COUNTY: {Heading.NON_FOSSIL_ALL: 300_000}}))["order"]

    assert finding.verdict is FAILS
    assert "all non-fossil energy" in finding.because.en
    assert [remedy.needed for remedy in finding.remedies] == ["300000 kgce"]


def test_a_level_whose_consumption_is_not_stated_is_unknown_and_not_zero(policy: PolicyBundle) -> None:
    finding = found(replace(FEEDSTOCK, consumption={COUNTY: PLENTY[COUNTY]}), policy, Situation())["order"]

    assert finding.verdict is UNKNOWN
    assert (PREFECTURE in finding.because.en, PROVINCE in finding.because.en) == (True, True)


def test_the_statistics_on_file_serve_where_nothing_is_stated(policy: PolicyBundle) -> None:
    claim = replace(FEEDSTOCK, consumption={})

    finding = found(claim, policy, Situation(consumption=PLENTY))["order"]

    assert finding.verdict is HOLDS
    assert ("regions/630121.consumption", "10000000 tce, 统计年鉴 (虚构)") in finding.inputs


def test_a_stated_consumption_that_contradicts_the_statistics_is_for_a_person(policy: PolicyBundle) -> None:
    on_file = {COUNTY: Stated(Decimal("9999999.999"), "统计年鉴 (虚构)")}

    finding = found(FEEDSTOCK, policy, Situation(consumption=on_file))["order"]

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.MANUAL)
    assert COUNTY in finding.because.zh


def test_a_prefecture_that_is_full_refuses_what_its_county_could_still_take(policy: PolicyBundle) -> None:
    full = {PREFECTURE: {Heading.FEEDSTOCK: int(PLENTY[PREFECTURE].tce * 1_000)}}

    findings = found(FEEDSTOCK, policy, Situation(booked=full))

    assert [rule for rule, finding in findings.items() if finding.verdict is not HOLDS] == ["order"]
    assert PREFECTURE in findings["order"].because.zh


COUNTIES = (COUNTY, RegionCode("630123"), RegionCode("632801"))
LIMIT_KGCE = 3_000
POLICY = load_bundle("qinghai")


def booked_at(book: Book, region: RegionCode) -> dict[Heading, int]:
    ids = {heading: account(region, 2024, heading, Basis.CALORIFIC) for heading in Heading}
    return {heading: book.balances(id_).granted for heading, id_ in ids.items() if id_ in book.accounts}


def recorded(claim: Claim, book: Book, standing: list[Offset]) -> Offset:
    """Judged on what stands, as the service does."""
    same = [o for o in standing if o.claim.region == claim.region and o.revocation is None]
    sums = Sums(sum((o.exact_kgce or Decimal(0) for o in same), Decimal(0)), sum(o.booked_kgce for o in same))
    booked = {level: booked_at(book, level) for level in lineage(claim.region)}
    id_ = OffsetId(f"o{len(standing)}")
    return record(id_, claim, Situation(sums, booked), POLICY, now=NOW, on=date(2026, 11, 24))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(COUNTIES), st.decimals("0.0001", "2", places=4), st.booleans()),
        min_size=1,
        max_size=15,
    )
)
def test_levels_add_up_and_never_pass_the_consumption_whatever_is_recorded_and_revoked(
    asked: list[tuple[RegionCode, Decimal, bool]],
) -> None:
    book, standing = Book(), list[Offset]()
    for region, tce, revoked_after in asked:
        levels = {level: Stated(Decimal(LIMIT_KGCE) / 1_000, "统计年鉴 (虚构)") for level in lineage(region)}
        offset = recorded(replace(FEEDSTOCK, region=region, amount=tce, consumption=levels), book, standing)
        if (grant := offset.grant()) is not None:
            book.apply(grant)
        if revoked_after and offset.accepted:
            offset, _ = offset.revoke(Revocation(date(2026, 11, 24), NOW, ("甲", "乙"), "计量有误"))
            if (reversal := offset.reversal()) is not None:
                book.apply(reversal)
        standing.append(offset)

    counties = {county: sum(booked_at(book, county).values()) for county in COUNTIES}
    assert sum(booked_at(book, PROVINCE).values()) == sum(counties.values())
    assert sum(booked_at(book, PREFECTURE).values()) == counties[COUNTY] + counties[COUNTIES[1]]
    assert all(0 <= amount <= LIMIT_KGCE for amount in counties.values())
    assert sum(counties.values()) <= LIMIT_KGCE
