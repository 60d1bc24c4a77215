"""How a quantity becomes standard coal: exact, by the law's factor, with errors that never add up."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.domain.offsets.amounts import Sums, amount_finding, booked, exact_kgce, whole
from budget.domain.offsets.claims import CertificateRange, Certificates, Claim, Measure
from budget.domain.offsets.deductibles import Offset, OffsetId, OffsetState, Revocation
from budget.domain.offsets.headings import CertificateKind, CertificateOrigin, EnergyKind, Heading, law_day
from budget.domain.offsets.refusals import OffsetRefused
from kernel.quantities import Basis
from kernel.regions import RegionCode
from statute.finding import Verdict
from statute.loader import PolicyBundle

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
SIGNED = Revocation(date(2026, 11, 24), NOW, ("甲 (虚构)", "乙 (虚构)"), "计量有误")


def claim(measure: Measure, amount: str, basis: Basis = Basis.CALORIFIC, year: int = 2024) -> Claim:
    count = int(amount) if measure is Measure.CERTIFICATES else 1
    held = Certificates(
        CertificateRange("GEC-W", 1, count), CertificateKind.WIND_POWER, CertificateOrigin.OWN, date(2024, 5, 1), False
    )
    return Claim(
        region=RegionCode("630121"),
        year=year,
        assessed_on=date(2025, 6, 30),
        heading=Heading.NON_FOSSIL_ALL,
        basis=basis,
        energy=EnergyKind.WIND_POWER,
        measure=measure,
        amount=Decimal(amount),
        documents=("试验文件",),
        certificates=(held,),
    )


@pytest.mark.parametrize(
    ("measure", "amount", "basis", "year", "kgce"),
    [
        (Measure.TCE, "1.2345", Basis.CALORIFIC, 2024, "1234.5"),
        (Measure.KWH, "1000", Basis.CALORIFIC, 2024, "122.9"),
        (Measure.KWH, "1000", Basis.EQUIVALENT, 2024, "305"),
        (Measure.KWH, "1000", Basis.EQUIVALENT, 2021, "302.5"),
        (Measure.CERTIFICATES, "1", Basis.CALORIFIC, 2024, "122.9"),
        (Measure.CERTIFICATES, "3", Basis.EQUIVALENT, 2024, "915"),
        (Measure.KWH, "1000", Basis.CALORIFIC, 2020, None),
    ],
)
def test_a_quantity_converts_exactly_by_the_factor_of_its_year(
    measure: Measure, amount: str, basis: Basis, year: int, kgce: str | None, policy: PolicyBundle
) -> None:
    exact = exact_kgce(claim(measure, amount, basis, year), policy.at(law_day(year)))

    assert exact == (None if kgce is None else Decimal(kgce))


def test_a_year_without_a_factor_is_unknown_and_never_zero(policy: PolicyBundle) -> None:
    law = policy.at(law_day(2020))

    assert amount_finding(claim(Measure.KWH, "1000", year=2020), law, Sums()).verdict is Verdict.UNKNOWN


def test_an_amount_that_no_account_can_hold_fails(policy: PolicyBundle) -> None:
    law = policy.at(law_day(2024))

    finding = amount_finding(claim(Measure.TCE, "999999999999999"), law, Sums(booked=1_000))

    assert finding.verdict is Verdict.FAILS


@pytest.mark.parametrize(("exact", "kgce"), [("0.4999", 0), ("0.5", 1), ("1.5", 2), ("122.9", 123), ("2.4999999", 2)])
def test_half_a_kgce_and_more_counts_as_one(exact: str, kgce: int) -> None:
    assert whole(Decimal(exact)) == kgce


def test_thirds_of_a_certificate_come_to_the_certificate_and_not_to_three_rounding_errors(policy: PolicyBundle) -> None:
    law = policy.at(law_day(2024))
    sums = Sums()
    for kwh in ("333.333333333", "333.333333333", "333.333333334"):
        exact = exact_kgce(claim(Measure.KWH, kwh), law)
        assert exact is not None
        sums = Sums(sums.exact + exact, sums.booked + booked(exact, sums))

    assert sums.exact == Decimal("122.9")
    assert sums.booked == 123


def test_ten_certificates_one_by_one_book_as_much_as_ten_at_once(policy: PolicyBundle) -> None:
    law = policy.at(law_day(2024))
    one, ten = exact_kgce(claim(Measure.CERTIFICATES, "1"), law), exact_kgce(claim(Measure.CERTIFICATES, "10"), law)
    assert one is not None
    assert ten is not None
    sums = Sums()
    for _ in range(10):
        sums = Sums(sums.exact + one, sums.booked + booked(one, sums))

    assert sums.booked == booked(ten, Sums()) == 1229


AMOUNTS = st.decimals(min_value="0.000000001", max_value="100000", places=9)


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_what_is_booked_is_always_the_rounded_exact_sum(amounts: list[Decimal]) -> None:
    sums = Sums()
    for exact in amounts:
        grows = booked(exact, sums)
        assert grows >= 0
        sums = Sums(sums.exact + exact, sums.booked + grows)

    assert sums.booked == whole(sum(amounts, Decimal(0)))


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=2, max_size=20), st.data())
def test_after_revocations_nothing_is_booked_below_zero_and_the_sum_is_within_a_kgce_a_revocation(
    amounts: list[Decimal], data: st.DataObject
) -> None:
    sums, standing, revoked = Sums(), [], 0
    for exact in amounts:
        grows = booked(exact, sums)
        assert grows >= 0
        standing.append((exact, grows))
        if data.draw(st.booleans()):
            standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            revoked += 1
        sums = Sums(sum((e for e, _ in standing), Decimal(0)), sum(g for _, g in standing))

    assert abs(sums.booked - sums.exact) <= Decimal("0.5") + revoked


def test_a_fraction_of_a_kgce_books_nothing_yet_and_is_kept() -> None:
    kept = Offset(OffsetId("o1"), claim(Measure.TCE, "0.0004"), True, (), "", NOW, Decimal("0.4"))

    assert kept.grant() is None
    assert booked(Decimal("0.4"), Sums(Decimal("0.4"), 0)) == 1


def test_a_revocation_takes_the_grant_back_once_and_a_second_changes_nothing() -> None:
    offset = Offset(OffsetId("o1"), claim(Measure.TCE, "5"), True, (), "", NOW, Decimal(5_000), 5_000)

    revoked, event = offset.revoke(SIGNED)
    again, nothing = revoked.revoke(replace(SIGNED, reason="再次"))

    assert event is not None
    assert revoked.state is OffsetState.REVOKED
    reversal = revoked.reversal()
    assert reversal is not None
    assert (reversal.signers, reversal.note) == (SIGNED.signers, "计量有误")
    assert (again, nothing) == (revoked, None)


def test_what_was_revoked_later_was_still_recorded_before() -> None:
    offset = Offset(OffsetId("o1"), claim(Measure.TCE, "5"), True, (), "", NOW, Decimal(5_000), 5_000)
    revoked, _ = offset.revoke(SIGNED)

    assert revoked.as_known(datetime(2026, 11, 24, 3, 59, tzinfo=UTC)).state is OffsetState.RECORDED
    assert revoked.as_known(NOW).state is OffsetState.REVOKED


def test_a_refused_claim_cannot_be_revoked() -> None:
    refused = Offset(OffsetId("o1"), claim(Measure.TCE, "5"), False, (), "", NOW, Decimal(5_000))

    with pytest.raises(OffsetRefused):
        refused.revoke(SIGNED)


def test_a_revocation_needs_two_persons() -> None:
    with pytest.raises(AssertionError):
        Revocation(date(2026, 11, 24), NOW, ("甲", "甲"), "计量有误")
