"""What is stated of inputs beside the stated total."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review.domain.consistency import consistency_finding
from review.domain.subject import Subject
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy

DAY = date(2026, 3, 2)
TOTAL = "dossier.energy.annual_tce_calorific"
KWH = "dossier.energy.annual_electricity_kwh"
COAL = "dossier.energy.annual_coal_t"
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
REMARK = "Remark"


def found(
    policy: PolicyBundle, tce: str | None, kwh: str | None = None, coal: str | None = None, day: date | None = DAY
) -> Finding:
    return consistency_finding(Subject(dossier(application_date=day, energy=energy(tce, kwh, coal)), policy))


# 10,100,000 kWh are 1,241,290 kgce: the total of 1,229 tce with its allowance for rounding of 1 %.
@pytest.mark.parametrize(
    ("tce", "kwh", "verdict"),
    [
        ("1241.290", "10100000", HOLDS),
        ("1229.001", "10100000", HOLDS),
        ("1229", "10100000", HOLDS),
        ("1228.999", "10100000", FAILS),
        ("1229", "10099991.8", HOLDS),
        ("1229", "10100000.001", FAILS),
        ("1229", "10100008.2", FAILS),
        ("0", "0", HOLDS),
        ("0", "0.001", FAILS),
        ("0.482", "13293800", FAILS),
        ("1633.80", "13293800", HOLDS),
    ],
)
def test_electricity_may_not_be_more_than_the_total_with_its_allowance(
    policy: PolicyBundle, tce: str, kwh: str, verdict: Verdict
) -> None:
    finding = found(policy, tce, kwh)

    assert finding.verdict is verdict
    assert finding.leads_to is (Disposition.RETURN if verdict is FAILS else None)
    assert REMARK not in finding.because.en


# 1,010 t of raw coal are 721,443 kgce: the total of 714.3 tce with its allowance.
@pytest.mark.parametrize(
    ("tce", "kwh", "coal", "remarked"),
    [
        ("714.301", None, "1010", False),
        ("714.3", None, "1010", False),
        ("714.299", None, "1010", True),
        ("714.3", "0", "1010", False),
        ("714.3", "0.001", "1010", True),
        ("714.3", None, "1010.001", True),
    ],
)
def test_coal_above_the_total_is_remarked_but_does_not_fail(
    policy: PolicyBundle, tce: str, kwh: str | None, coal: str, remarked: bool
) -> None:
    finding = found(policy, tce, kwh, coal)

    assert (finding.verdict, finding.leads_to) == (HOLDS, None)
    assert (REMARK in finding.because.en) is remarked
    assert ("注意" in finding.because.zh) is remarked


def test_tonnes_written_for_ten_thousands_of_tonnes_are_caught_with_both_numbers_and_the_fields(
    policy: PolicyBundle,
) -> None:
    finding = found(policy, "7.595", "42625000", "99000")

    assert (finding.verdict, finding.leads_to) == (FAILS, Disposition.RETURN)
    for words in (finding.because.zh, finding.because.en):
        for part in ("42625000 kWh × 0.1229 kgce/kWh = 5238612.5 kgce (当量)", "99000000 kg × 0.7143", "7.595 tce"):
            assert part in words
        for part in (KWH, TOTAL, "GB/T 2589-2020"):
            assert part in words
    assert dict(finding.inputs)[KWH] == "42625000 kWh"


def test_the_finding_cites_the_factors_the_methods_and_the_allowance(policy: PolicyBundle) -> None:
    finding = found(policy, "75950", "42625000", "99000")

    assert [citation.parameter for citation in finding.under] == [
        "rule.review.energy_consistent",
        "energy.calorific.electricity",
        "energy.calorific.raw_coal",
        "energy.counting.boundary",
        "energy.counting.sold_energy",
        "review.energy_consistent.allowance",
    ]
    assert not finding.rests_on_unverified_figure


@pytest.mark.parametrize(
    ("tce", "kwh", "coal", "day"),
    [
        (None, "1", "1", DAY),
        ("1", None, None, DAY),
        (None, None, None, DAY),
        (None, "1", None, None),
        ("1", None, None, date(2018, 1, 1)),
    ],
)
def test_what_is_not_stated_contradicts_nothing(
    policy: PolicyBundle, tce: str | None, kwh: str | None, coal: str | None, day: date | None
) -> None:
    finding = found(policy, tce, kwh, coal, day)

    assert (finding.verdict, finding.leads_to, finding.missing) == (HOLDS, None, ())
    assert "nothing to compare" in finding.because.en


def test_without_a_day_no_factor_can_be_chosen(policy: PolicyBundle) -> None:
    finding = found(policy, "1", "1", day=None)

    assert (finding.verdict, finding.missing) == (UNKNOWN, ("dossier.application_date",))


@pytest.mark.parametrize(("day", "verdict"), [(date(2021, 3, 31), UNKNOWN), (date(2021, 4, 1), HOLDS)])
def test_before_the_edition_held_a_person_compares(policy: PolicyBundle, day: date, verdict: Verdict) -> None:
    finding = found(policy, "1", "1", day=day)

    assert finding.verdict is verdict
    assert finding.leads_to is (Disposition.MANUAL if verdict is UNKNOWN else None)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(thousandths=st.integers(0, 10**18 - 1), kwh=st.integers(0, 10**18 - 1))
def test_the_comparison_is_exact_up_to_the_largest_figures_that_the_interface_takes(
    policy: PolicyBundle, thousandths: int, kwh: int
) -> None:
    finding = found(policy, str(Decimal(thousandths).scaleb(-3)), str(Decimal(kwh).scaleb(-3)), "999999999999999.999")

    above = Fraction(kwh, 1000) * Fraction("0.1229") > thousandths * Fraction("1.01")
    assert finding.verdict is (FAILS if above else HOLDS)
