"""Savings: where they come from, when they were made, and how they are held for a project."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.domain.offsets.claims import CertificateRange
from budget.domain.offsets.refusals import InsufficientSaving, ReplacementTooSmall, SavingHoldClosed, SavingUnfit
from budget.domain.offsets.saving_holds import Asked, HoldId, HoldState, Mode, legs, reserve
from budget.domain.offsets.savings import Judged, Saving, SavingId, SavingSource, Statement, judge
from budget.domain.offsets.situation import EarlierUse
from kernel.quantities import Basis
from kernel.regions import RegionCode
from ledger.accounts import Balances
from ledger.book import Book
from ledger.operations import Grant, Hold
from ledger.refusals import InsufficientBalance
from statute.finding import Verdict
from statute.loader import PolicyBundle, load_bundle

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
RETROFIT = Statement(
    id=SavingId("retrofit-1"),
    source=SavingSource.RETROFIT,
    region=RegionCode("630121"),
    made_on=date(2024, 6, 30),
    plan_year=2025,
    basis=Basis.CALORIFIC,
    amount_kgce=1_000_000,
    acceptance="acceptance-2024-1",
)
SHUTDOWN = replace(
    RETROFIT, id=SavingId("shut-1"), source=SavingSource.SHUTDOWN, eliminated_by_order=False, lot="lot-1"
)
ASKED = Asked(
    filing="f-1",
    region=RegionCode("630123"),
    year=2025,
    basis=Basis.CALORIFIC,
    energy_kgce=1_000_000,
    mode=Mode.EQUAL,
    shares={RETROFIT.id: 1_000_000},
)


def registered(*statements: Statement, held: int = 0) -> dict[SavingId, Saving]:
    return {s.id: Saving(s, Balances(granted=s.amount_kgce, held=held), NOW) for s in statements}


def verdicts(judged: Judged) -> tuple[Verdict, ...]:
    """Of source, window and use."""
    return tuple(finding.verdict for finding in judged.findings)


def test_a_saving_with_its_evidence_from_the_plan_period_is_registered(policy: PolicyBundle) -> None:
    for statement in (RETROFIT, SHUTDOWN):
        judged = judge(statement, (), policy)

        assert judged.accepted
        assert all(finding.basis_unverified for finding in judged.findings[:1])  # flagged, but it may decide


@pytest.mark.parametrize(
    ("statement", "verdict", "missing"),
    [
        (replace(RETROFIT, acceptance=""), UNKNOWN, ("saving.acceptance",)),
        (replace(SHUTDOWN, eliminated_by_order=None), UNKNOWN, ("saving.eliminated_by_order",)),
        (replace(SHUTDOWN, eliminated_by_order=True), FAILS, ()),
        (replace(RETROFIT, source=SavingSource.ENERGY_USE_RIGHT, acceptance=""), UNKNOWN, ("saving.acceptance",)),
        (
            replace(RETROFIT, source=SavingSource.FUEL_CHANGE, acceptance=""),
            UNKNOWN,
            ("saving.metering_records", "saving.certificates"),
        ),
        (
            replace(
                RETROFIT,
                source=SavingSource.FUEL_CHANGE,
                acceptance="",
                metering_records=("m-1",),
                certificates=(CertificateRange("GEC-W", 1, 9),),
            ),
            HOLDS,
            (),
        ),
    ],
)
def test_each_source_asks_for_its_own_evidence(
    statement: Statement, verdict: Verdict, missing: tuple[str, ...], policy: PolicyBundle
) -> None:
    source = judge(statement, (), policy).findings[0]

    assert (source.verdict, source.missing) == (verdict, missing)


@pytest.mark.parametrize(
    ("made_on", "plan_year", "verdict"),
    [
        (date(2020, 12, 31), 2021, FAILS),
        (date(2021, 1, 1), 2021, HOLDS),
        (date(2025, 12, 31), 2021, HOLDS),
        (date(2026, 1, 1), 2025, FAILS),
        (date(2025, 12, 31), 2026, FAILS),
        (date(2026, 1, 1), 2026, HOLDS),
        (date(2031, 1, 1), 2031, UNKNOWN),
    ],
)
def test_a_saving_serves_the_plan_period_in_which_it_was_made(
    made_on: date, plan_year: int, verdict: Verdict, policy: PolicyBundle
) -> None:
    assert judge(replace(RETROFIT, made_on=made_on, plan_year=plan_year), (), policy).findings[1].verdict is verdict


def test_a_saving_used_before_is_refused_with_who_was_first(policy: PolicyBundle) -> None:
    used = EarlierUse("lot", "lot-1", "savings/shut-0", RegionCode("630121"), date(2024, 1, 1))

    judged = judge(SHUTDOWN, (used,), policy)

    assert verdicts(judged) == (HOLDS, HOLDS, FAILS)
    assert "savings/shut-0" in judged.findings[2].because.zh
    assert not judged.accepted


@pytest.mark.parametrize(
    ("mode", "offered", "required"),
    [
        (Mode.EQUAL, 1_000_000, 1_000_000),
        (Mode.EQUAL, 999_999, None),
        (Mode.REDUCED, 1_100_000, 1_100_000),
        (Mode.REDUCED, 1_099_999, None),
    ],
)
def test_the_savings_meet_the_ratio_to_the_kilogram(
    mode: Mode, offered: int, required: int | None, policy: PolicyBundle
) -> None:
    savings = registered(replace(RETROFIT, amount_kgce=2_000_000))
    asked = replace(ASKED, mode=mode, shares={RETROFIT.id: offered})

    if required is None:
        with pytest.raises(ReplacementTooSmall):
            reserve(HoldId("h1"), asked, savings, policy)
        return
    hold = reserve(HoldId("h1"), asked, savings, policy)
    assert (hold.required_kgce, hold.state) == (required, HoldState.RESERVED)
    assert [citation.parameter for citation in hold.findings[0].under][1] == mode.value


def test_what_is_required_is_rounded_up(policy: PolicyBundle) -> None:
    asked = replace(ASKED, mode=Mode.REDUCED, energy_kgce=7, shares={RETROFIT.id: 8})

    assert reserve(HoldId("h1"), asked, registered(RETROFIT), policy).required_kgce == 8


@pytest.mark.parametrize(
    ("statement", "asked", "because"),
    [
        (RETROFIT, replace(ASKED, year=2026), "WINDOW"),
        (RETROFIT, replace(ASKED, year=2031), "RULE_NOT_ON_FILE"),
        (replace(RETROFIT, basis=Basis.EQUIVALENT), ASKED, "BASIS"),
        (replace(SHUTDOWN, id=RETROFIT.id), replace(ASKED, region=RegionCode("632801")), "REGION"),
    ],
)
def test_a_saving_that_cannot_serve_the_filing_is_refused_by_name(
    statement: Statement, asked: Asked, because: str, policy: PolicyBundle
) -> None:
    with pytest.raises(SavingUnfit) as refused:
        reserve(HoldId("h1"), asked, registered(statement), policy)

    assert refused.value.because == because


def test_capacity_shut_down_serves_a_project_of_its_prefecture(policy: PolicyBundle) -> None:
    asked = replace(ASKED, shares={SHUTDOWN.id: 1_000_000})

    assert reserve(HoldId("h1"), asked, registered(SHUTDOWN), policy).asked == asked


def test_what_others_hold_is_not_there(policy: PolicyBundle) -> None:
    with pytest.raises(InsufficientSaving) as refused:
        reserve(HoldId("h1"), ASKED, registered(RETROFIT, held=1), policy)

    assert (refused.value.requested_kgce, refused.value.available_kgce) == (1_000_000, 999_999)


def test_a_hold_is_posted_or_voided_once(policy: PolicyBundle) -> None:
    hold = reserve(HoldId("h1"), ASKED, registered(RETROFIT), policy)

    posted = hold.resolved(HoldState.POSTED)

    assert posted.resolved(HoldState.POSTED) == posted
    with pytest.raises(SavingHoldClosed):
        posted.resolved(HoldState.VOIDED)
    with pytest.raises(SavingHoldClosed):
        hold.resolved(HoldState.VOIDED).resolved(HoldState.POSTED)


POLICY = load_bundle("qinghai")


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["s1", "s2"]), st.integers(1, 60)), min_size=1, max_size=12))
def test_holds_of_a_saving_never_exceed_its_quantity(asked: list[tuple[str, int]]) -> None:
    statements = [replace(RETROFIT, id=SavingId(name), amount_kgce=100) for name in ("s1", "s2")]
    book, taken = Book(), {"s1": 0, "s2": 0}
    for statement in statements:
        book.apply(statement.grant())
    for number, (name, amount) in enumerate(asked):
        savings = {s.id: Saving(s, book.balances(s.account), NOW) for s in statements}
        one = replace(ASKED, energy_kgce=amount, shares={SavingId(name): amount})
        try:
            hold = reserve(HoldId(f"h{number}"), one, savings, POLICY)
        except InsufficientSaving:
            continue
        book.apply(Hold(hold.transfer, legs(hold, savings), NOW.date()))
        taken[name] += amount

    assert all(amount <= 100 for amount in taken.values())
    assert {name: book.balances(s.account).held for name, s in zip(taken, statements, strict=True)} == taken


def test_the_ledger_itself_refuses_more_than_the_saving(policy: PolicyBundle) -> None:
    book = Book()
    grant = RETROFIT.grant()
    book.apply(grant)

    with pytest.raises(InsufficientBalance):
        book.apply(Hold(HoldId("h"), {RETROFIT.account: 1_000_001}, NOW.date()))  # type: ignore[arg-type]
    assert isinstance(grant, Grant)
    assert Decimal(book.balances(RETROFIT.account).available) == RETROFIT.amount_kgce
