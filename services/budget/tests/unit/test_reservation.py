"""One reservation: all levels or none, and findings that a reviewer can check."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.domain.deductions import (
    Answer,
    Asked,
    DeductionId,
    DeductionRefused,
    DeductionReserved,
    DeductionState,
    demand_of,
)
from budget.domain.envelopes import account_id
from budget.domain.refusals import EnvelopeNotSet, InsufficientBudget
from budget.domain.reservation import Decided, hold_id, refusal_error, reserve
from kernel.regions import RegionCode
from ledger.accounts import Balances
from ledger.book import Book
from ledger.operations import Void
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle

COUNTY, PREFECTURE, PROVINCE = RegionCode("630121"), RegionCode("630100"), RegionCode("630000")
YEAR, DAY = 2026, date(2026, 3, 1)


def book(**granted: int) -> Book:
    """Envelopes of 2026 by level; a level that is not named has none."""
    levels = {"county": COUNTY, "prefecture": PREFECTURE, "province": PROVINCE}
    return Book({account_id(levels[name], YEAR): Balances(kgce) for name, kgce in granted.items()})


def asked(amount: int, *, region: RegionCode = COUNTY, id_: str = "d1", year: int = YEAR) -> Asked:
    return Asked(DeductionId(id_), "f-1", demand_of(region, year, amount))


def answer_of(decided: Decided) -> Answer:
    answer = decided.deduction.answer
    assert answer is not None
    return answer


def available(of: Book) -> dict[str, int]:
    return {id_.owner: balances.available for id_, balances in of.accounts.items()}


def test_a_reservation_takes_the_amount_from_the_region_and_from_all_above_it(policy: PolicyBundle) -> None:
    made = book(county=500, prefecture=900, province=2_000)

    decided = reserve(asked(400), made, policy, on=DAY)

    assert isinstance(decided.event, DeductionReserved)
    assert decided.deduction.state is DeductionState.RESERVED
    assert available(made) == {COUNTY: 100, PREFECTURE: 500, PROVINCE: 1_600}


@pytest.mark.parametrize(
    ("region", "levels"), [(COUNTY, 3), (PREFECTURE, 2), (PROVINCE, 1)], ids=["county", "prefecture", "province"]
)
def test_a_region_has_the_levels_above_it(region: RegionCode, levels: int, policy: PolicyBundle) -> None:
    made = book(county=9, prefecture=9, province=9)

    reserve(asked(1, region=region), made, policy, on=DAY)

    assert [len(entry.legs) for entry in made.entries] == [levels]


@pytest.mark.parametrize(
    ("envelopes", "reserved"),
    [
        ({"county": 401, "prefecture": 400, "province": 400}, True),
        ({"county": 400, "prefecture": 400, "province": 400}, True),
        ({"county": 399, "prefecture": 400, "province": 400}, False),
        ({"county": 400, "prefecture": 399, "province": 400}, False),
        ({"county": 400, "prefecture": 400, "province": 399}, False),
    ],
)
def test_every_level_must_cover_the_last_kilogram(
    envelopes: dict[str, int], reserved: bool, policy: PolicyBundle
) -> None:
    made = book(**envelopes)

    decided = reserve(asked(400), made, policy, on=DAY)

    assert isinstance(decided.event, DeductionReserved) is reserved
    assert bool(made.entries) is reserved
    assert available(made) == {
        owner: kgce - 400 * reserved
        for owner, kgce in zip((COUNTY, PREFECTURE, PROVINCE), envelopes.values(), strict=True)
    }


def test_a_short_level_is_named_with_what_was_asked_and_what_it_had(policy: PolicyBundle) -> None:
    decided = reserve(asked(400), book(county=500, prefecture=399, province=500), policy, on=DAY)

    envelope, covered = answer_of(decided).findings
    assert (envelope.rule, envelope.verdict, envelope.leads_to) == ("budget.envelope", Verdict.HOLDS, None)
    assert (covered.rule, covered.verdict, covered.leads_to) == ("budget.available", Verdict.FAILS, Disposition.DEFER)
    assert "630100" in covered.because.zh
    assert "399" in covered.because.zh
    assert "400" in covered.because.en
    error = refusal_error(decided.deduction)
    assert isinstance(error, InsufficientBudget)
    assert error.levels == "regions/630100/accounts/2026: 399"


def test_a_level_without_an_envelope_is_unknown_and_asks_for_a_person(policy: PolicyBundle) -> None:
    decided = reserve(asked(400), book(county=500, province=500), policy, on=DAY)

    envelope, covered = answer_of(decided).findings
    assert isinstance(decided.event, DeductionRefused)
    assert (envelope.verdict, envelope.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert envelope.missing == ("regions/630100/accounts/2026",)
    assert covered.verdict is Verdict.UNKNOWN
    assert isinstance(refusal_error(decided.deduction), EnvelopeNotSet)


def test_an_envelope_of_another_year_is_no_envelope(policy: PolicyBundle) -> None:
    decided = reserve(asked(1, year=2027), book(county=9, prefecture=9, province=9), policy, on=DAY)

    assert isinstance(refusal_error(decided.deduction), EnvelopeNotSet)


def test_an_envelope_used_up_is_short_and_not_unknown(policy: PolicyBundle) -> None:
    used_up = Book({account_id(PROVINCE, YEAR): Balances(granted=10, held=10)})

    decided = reserve(asked(1, region=PROVINCE), used_up, policy, on=DAY)

    assert isinstance(refusal_error(decided.deduction), InsufficientBudget)


def test_a_level_that_is_short_is_told_even_when_another_has_no_envelope(policy: PolicyBundle) -> None:
    decided = reserve(asked(400), book(county=399, province=500), policy, on=DAY)

    envelope, covered = answer_of(decided).findings
    assert (envelope.verdict, covered.verdict) == (Verdict.UNKNOWN, Verdict.FAILS)


def test_findings_that_hold_show_what_each_level_had_and_has_left(policy: PolicyBundle) -> None:
    decided = reserve(asked(400), book(county=500, prefecture=900, province=2_000), policy, on=DAY)

    answer = answer_of(decided)
    assert [f.verdict for f in answer.findings] == [Verdict.HOLDS, Verdict.HOLDS]
    assert answer.bundle_hash == policy.bundle_hash
    for had, left in (("500", "100"), ("900", "500"), ("2000", "1600")):
        assert had in answer.findings[1].because.zh
        assert left in answer.findings[1].because.en
    assert ("regions/630121/accounts/2026.available_kgce_calorific", "500") in answer.findings[1].inputs
    assert all(finding.under for finding in answer.findings)


AMOUNTS = st.integers(1, 1_000)
REGIONS = st.sampled_from([PROVINCE, PREFECTURE, COUNTY, RegionCode("630102"), RegionCode("632800")])


@given(
    envelopes=st.dictionaries(REGIONS, AMOUNTS),
    steps=st.lists(st.tuples(REGIONS, AMOUNTS, st.booleans()), max_size=20),
)
def test_no_level_is_ever_overdrawn_and_held_is_what_stands(
    policy: PolicyBundle, envelopes: dict[RegionCode, int], steps: list[tuple[RegionCode, int, bool]]
) -> None:
    now = Book({account_id(region, YEAR): Balances(kgce) for region, kgce in envelopes.items()})
    standing = []

    for number, (region, amount, given_back) in enumerate(steps):
        decided = reserve(asked(amount, region=region, id_=f"d{number}"), now, policy, on=DAY)
        if decided.deduction.state is not DeductionState.RESERVED:
            continue
        if given_back:
            now.apply(Void(hold_id(decided.deduction.id), DAY))
        else:
            standing.append((region, amount))

    for id_, balances in now.accounts.items():
        below = id_.owner.rstrip("0")
        assert balances.available >= 0
        assert balances.granted == envelopes[RegionCode(id_.owner)]
        assert balances.held == sum(amount for region, amount in standing if region.startswith(below))


@pytest.mark.parametrize(("county", "needed"), [(250, "0.25 tce"), (0, None)])
def test_the_remedy_of_a_short_budget_is_the_most_that_every_level_covers(
    policy: PolicyBundle, county: int, needed: str | None
) -> None:
    decided = reserve(asked(400), book(county=county, prefecture=300, province=2_000), policy, on=DAY)

    (finding,) = [f for f in answer_of(decided).findings if f.verdict is Verdict.FAILS]
    assert [remedy.needed for remedy in finding.remedies] == ([needed] if needed else [])
    if county:
        smaller = reserve(asked(county), book(county=county, prefecture=300, province=2_000), policy, on=DAY)
        assert isinstance(smaller.event, DeductionReserved)
