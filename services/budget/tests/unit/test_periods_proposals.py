"""A derived envelope: two persons, one grant, and corrections that never cut into what is used."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.domain.periods.derivation import Asked, Derivation, Derived
from budget.domain.periods.instruments import Instrument, Measure, account_of
from budget.domain.periods.proposals import Proposal, ProposalState
from budget.domain.periods.refusals import (
    CorrectionBelowUsed,
    PeriodIsClosed,
    ProposalDecided,
    ProposalNotAdoptable,
    RevisionChangesNothing,
    RevisionMismatch,
    SamePerson,
)
from kernel.pace import Pace
from kernel.regions import RegionCode
from kernel.text import Text
from ledger.accounts import Balances
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Hold
from statute.finding import Finding, Verdict

PROVINCE = RegionCode("630000")
ACCOUNT = account_of(Instrument.ENERGY, PROVINCE, 2022)
DAY = date(2022, 3, 1)
AT = datetime(2022, 3, 1, 4, tzinfo=UTC)


def proposal(id_: str, amount: int | None, *, verdict: Verdict = Verdict.HOLDS, year: int = 2022) -> Proposal:
    derivation = Derivation(None, Pace.LINEAR, None, None, None, None, None, None, amount, None)
    title = Text("题", "title")
    finding = Finding("budget.period.envelope", title, verdict, title, missing=() if amount else ("expected_gdp_cny",))
    asked = Asked(PROVINCE, year, Instrument.ENERGY, Measure.TOTAL)
    return Proposal(id_, asked, Derived(derivation, (finding,)), "hash", "甲", AT)


def adopted(amount: int) -> tuple[Proposal, Book]:
    made, grant = proposal("p1", amount).adopt("乙", "虚构下达文件", None, on=DAY, at=AT)
    book = Book()
    book.apply(grant)
    return made, book


def test_what_was_proposed_is_granted_once_another_person_adopts_it() -> None:
    made, book = adopted(1_000)

    assert (made.state, made.adopters) == (ProposalState.ADOPTED, ("乙",))
    assert book.balances(ACCOUNT).granted == 1_000


@pytest.mark.parametrize("adopter", ["甲", " 甲 ", "", "　甲"])
def test_who_proposed_it_does_not_adopt_it(adopter: str) -> None:
    with pytest.raises(SamePerson):
        proposal("p1", 1_000).adopt(adopter, "文件", None, on=DAY, at=AT)


@pytest.mark.parametrize(
    ("amount", "verdict"), [(None, Verdict.UNKNOWN), (0, Verdict.FAILS), (-5, Verdict.FAILS), (5, Verdict.UNKNOWN)]
)
def test_what_is_not_settled_is_not_granted(amount: int | None, verdict: Verdict) -> None:
    with pytest.raises(ProposalNotAdoptable):
        proposal("p1", amount, verdict=verdict).adopt("乙", "文件", None, on=DAY, at=AT)


def test_a_proposal_is_adopted_once_and_never_into_a_closed_year() -> None:
    made, _ = adopted(1_000)

    with pytest.raises(ProposalDecided):
        made.adopt("乙", "文件", None, on=DAY, at=AT)
    with pytest.raises(PeriodIsClosed):
        proposal("p2", 5).adopt("乙", "文件", Balances(closed=True), on=DAY, at=AT)


@given(before=st.integers(1, 10**12), used=st.integers(0, 10**12), after=st.integers(1, 10**12))
def test_a_revision_leaves_the_new_amount_or_refuses_by_name_and_never_cuts_into_what_is_used(
    before: int, used: int, after: int
) -> None:
    made, book = adopted(before)
    used = min(used, before)
    if used:
        book.apply(Hold(TransferId("deductions/d"), {ACCOUNT: used}, DAY))
    replacement = proposal("p2", after)

    def revise() -> None:
        revision = made.revise(
            replacement, book.balances(ACCOUNT), signers=("丙", "丁"), reason="修订数", on=DAY, at=AT
        )
        book.apply_linked(revision.operations)
        assert revision.difference == after - before
        assert revision.new.replaces == made.id

    if after == before:
        with pytest.raises(RevisionChangesNothing):
            revise()
    elif after < used:
        with pytest.raises(CorrectionBelowUsed):
            revise()
    else:
        revise()
    expected = after if after >= used else before
    # The sign flip that keeps the old credit would leave before + after here.
    assert book.balances(ACCOUNT) == Balances(granted=expected, held=used)


@pytest.mark.parametrize("signers", [(), ("甲",), ("甲", "甲"), ("Wang", " wang"), ("甲", ""), ("甲", "乙", "丙")])
def test_two_signatures_are_two_persons(signers: tuple[str, ...]) -> None:
    made, book = adopted(1_000)

    with pytest.raises(SamePerson):
        made.revise(proposal("p2", 900), book.balances(ACCOUNT), signers=signers, reason="r", on=DAY, at=AT)


def test_only_the_adopted_is_replaced_and_only_by_its_like() -> None:
    made, book = adopted(1_000)

    def revise(one: Proposal, other: Proposal) -> None:
        one.revise(other, book.balances(ACCOUNT), signers=("丙", "丁"), reason="r", on=DAY, at=AT)

    with pytest.raises(RevisionMismatch):
        revise(made, proposal("p2", 900, year=2023))
    with pytest.raises(ProposalDecided):
        revise(proposal("p3", 900), proposal("p2", 900))
    with pytest.raises(ProposalDecided):
        revise(made, made)


def test_a_proposal_as_known_tells_nothing_of_what_came_later() -> None:
    later, latest = AT + timedelta(days=1), AT + timedelta(days=2)
    whole = replace(
        proposal("p1", 5), state=ProposalState.REPLACED, adopters=("乙",), adopted_at=later, replaced_at=latest
    )

    states = [whole.as_known(AT + timedelta(hours=hours)) for hours in (-1, 0, 23, 24, 47, 48)]

    assert [one.state.value if one else None for one in states] == [
        None, "proposed", "proposed", "adopted", "adopted", "replaced",
    ]  # fmt: skip
    assert [one.adopters for one in states if one] == [(), (), ("乙",), ("乙",), ("乙",)]
