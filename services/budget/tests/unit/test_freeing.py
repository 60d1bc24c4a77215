"""Whoever waits for budget is told which accounts can take more than before, and of no others."""

from collections.abc import Iterable

import pytest
from services.budget.tests.support.budgets import COUNTY, LATER, LEVELS, PREFECTURE, PROVINCE, Budget

from budget.application.commands import Command, Expire, Post, Reverse, Void
from budget.domain.deductions import DeductionId, DeductionReserved, DeductionVoided, Phase
from budget.domain.envelopes import CARBON, ENERGY, account_id
from budget.domain.periods.carried import carried_id
from budget.domain.reservation import hold_id
from budget.wire.accounts import freed_to_wire
from dualcontrol.budget.v1.budget_events_pb2 import Freed
from kernel.regions import RegionCode
from ledger.accounts import AccountId
from ledger.operations import Hold
from ledger.operations import Void as VoidHold
from statute.loader import PolicyBundle

D1 = DeductionId("d1")
Freeing = tuple[int, str]
"""The year and the instrument in which every level is freed."""
ALL: list[Freeing] = [(2026, CARBON), (2026, ENERGY), (2027, ENERGY)]


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """d1 holds 300 kgce and 900 kgCO2 in 2026, and 200 kgce in 2027."""
    made = Budget(policy).grant(1_000).grant(1_000, year=2027).grant(5_000, instrument=CARBON)
    made.reserve("d1", Phase(2026, 300, 900), Phase(2027, 200))
    return made


def freed(budget: Budget) -> tuple[AccountId, ...]:
    event = budget.events[-1]
    assert not isinstance(event, DeductionReserved)
    return event.freed  # type: ignore[union-attr]  # a refusal would fail here


def at_every_level(freeings: Iterable[Freeing], levels: Iterable[RegionCode] = LEVELS) -> set[AccountId]:
    where = tuple(levels)
    return {account_id(level, year, instrument) for year, instrument in freeings for level in where}


@pytest.mark.parametrize("ending", [Void(D1), Void(D1, "f-1"), Expire(D1)], ids=["void", "command", "expire"])
def test_what_was_held_is_free_at_every_level_year_and_instrument(budget: Budget, ending: Command) -> None:
    budget.do(ending)

    assert set(freed(budget)) == at_every_level(ALL)


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ((), []),
        ((Phase(2026, 300, 900), Phase(2027, 200)), []),
        ((Phase(2026, 299, 900), Phase(2027, 200)), [(2026, ENERGY)]),
        ((Phase(2026, 300, 899), Phase(2027, 200)), [(2026, CARBON)]),
        ((Phase(2026, 300), Phase(2027, 200)), [(2026, CARBON)]),
        ((Phase(2026, 300, 900),), [(2027, ENERGY)]),
    ],
)
def test_of_what_is_posted_only_what_is_not_used_is_free(
    budget: Budget, used: tuple[Phase, ...], expected: list[Freeing]
) -> None:
    budget.do(Post(D1, "批复", used))

    assert set(freed(budget)) == at_every_level(expected)


def test_a_reversal_frees_what_was_posted_and_nothing_else(budget: Budget) -> None:
    budget.do(Post(D1, "批复", (Phase(2026, 250),)))
    budget.do(Reverse(D1, ("甲", "乙"), "误扣"))

    assert set(freed(budget)) == at_every_level([(2026, ENERGY)])


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ([Phase(2026, 300, 900), Phase(2027, 200)], []),
        ([Phase(2026, 301, 900), Phase(2027, 201)], []),
        ([Phase(2026, 299, 900), Phase(2027, 201)], [(2026, ENERGY)]),
        ([Phase(2027, 200)], [(2026, ENERGY), (2026, CARBON)]),
    ],
    ids=["the same", "more", "less of one year", "another year"],
)
def test_one_that_gives_way_frees_only_where_the_other_takes_less(
    budget: Budget, phases: list[Phase], expected: list[Freeing]
) -> None:
    budget.reserve("d2", *phases, replaces="d1")

    assert isinstance(budget.events[-1], DeductionVoided)
    assert set(freed(budget)) == at_every_level(expected)


def test_a_smaller_region_s_own_accounts_are_free_when_the_project_is_counted_above_it(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 300, 900), Phase(2027, 200), region=PREFECTURE, replaces="d1")

    assert set(freed(budget)) == at_every_level(ALL, [COUNTY])


def test_what_a_closing_carried_on_is_free_in_the_year_where_it_stood_last(budget: Budget) -> None:
    old = budget.book.transfers[hold_id(D1)]
    moved = {account_id(level, 2027): 500 for level in LEVELS}
    budget.book.apply_linked([VoidHold(old.id, LATER), Hold(carried_id(old.id, 2026), moved, LATER)])
    budget.days_later(366)

    budget.do(Void(D1))

    assert set(freed(budget)) == at_every_level([(2027, ENERGY)])


def test_only_budgets_of_regions_are_told(budget: Budget) -> None:
    saving = AccountId("retrofit-1", "saving_kgce")

    told = freed_to_wire([saving, account_id(PROVINCE, 2026), account_id(COUNTY, 2027, CARBON)])

    assert told == [
        Freed(region_code="630000", year=2026, instrument="energy"),
        Freed(region_code="630121", year=2027, instrument="carbon"),
    ]
