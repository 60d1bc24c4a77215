"""The clock of a plan: when it may be announced, by when it lapses, and which step follows on which."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from capacity.domain.deadlines import Due, add_months, earliest_announcement, first_due_if_announced_since, open_dues
from capacity.domain.dismantling import DismantleFirst
from capacity.domain.evidence import EvidenceKind, KnownLot, RecordLimit
from capacity.domain.plan import STEPS_MAX, Plan, PlanStepKind
from capacity.domain.recording import (
    AnnouncedTooEarly,
    PlanLapsed,
    ReplacementSuspended,
    StepOutOfOrder,
    Way,
    recorded,
)
from capacity.domain.replacement import NoLiveHold, Replacement, lapse, void
from statute.loader import PolicyBundle

CLINKER, STEEL = ("clinker",), ("ironmaking", "steelmaking")
ON = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("products", "publicity", "earliest"),
    [
        # Printed periods: Xinjiang 2024-07-24 to 08-06, Mizhi 2023-10-26 to 11-08 (10); Baowu 2022-05-25 to 06-22
        # (20); Lianchuan 2022-07-20 to 08-02 (10).
        (CLINKER, date(2024, 7, 24), date(2024, 8, 7)),
        (CLINKER, date(2023, 10, 26), date(2023, 11, 9)),
        (STEEL, date(2022, 5, 25), date(2022, 6, 23)),
        (("electrolytic_aluminium",), date(2022, 7, 20), date(2022, 8, 3)),
        # Begun on a Saturday, the first working day counts as the first.
        (CLINKER, date(2025, 1, 11), date(2025, 1, 25)),
        # The holidays of spring are in between.
        (CLINKER, date(2026, 2, 9), date(2026, 2, 28)),
        (STEEL, date(2026, 4, 29), date(2026, 5, 29)),
    ],
)
def test_a_plan_may_be_announced_the_day_after_its_publicity(
    products: tuple[str, ...], publicity: date, earliest: date, policy: PolicyBundle
) -> None:
    found = earliest_announcement(products, publicity, policy)

    assert found is not None
    assert (found[0].day, found[0].provisional) == (earliest, False)


def test_a_publicity_that_runs_into_a_year_without_a_notice_is_provisional(policy: PolicyBundle) -> None:
    found = earliest_announcement(CLINKER, date(2026, 12, 25), policy)

    assert found is not None
    assert found[0].provisional


@pytest.mark.parametrize("product", ["flat_glass", "no_such_product"])
def test_how_long_other_plans_are_in_publicity_is_not_on_file(product: str, policy: PolicyBundle) -> None:
    assert earliest_announcement((product,), date(2025, 3, 3), policy) is None


def dues(invented: Any, policy: PolicyBundle, products: tuple[str, ...] = CLINKER, /, **days: date) -> tuple[Due, ...]:
    return open_dues(products, invented.way(**days), policy)


@pytest.mark.parametrize(
    ("announced", "expected"),
    [
        # The day before the measures of 2024: ignited by 2026-12-31, whatever day of the week that is.
        (date(2024, 10, 31), [("ignited", date(2026, 12, 31))]),
        # From their first day on: two and three years, a last day that is off moves on (2026-11-01 is a Sunday).
        (date(2024, 11, 1), [("filing_and_eia_done", date(2026, 11, 2)), ("ignited", date(2027, 11, 1))]),
        (date(2024, 11, 4), [("filing_and_eia_done", date(2026, 11, 4)), ("ignited", date(2027, 11, 4))]),
    ],
)
def test_a_clinker_plan_is_built_in_time_or_lapses(
    announced: date, expected: list[tuple[str, date]], invented: Any, policy: PolicyBundle
) -> None:
    found = dues(invented, policy, publicity=date(2024, 9, 1), announced=announced)

    assert [(due.step.value, due.last_day) for due in found] == expected


def test_a_plan_of_before_2024_that_was_started_by_then_has_no_transition(invented: Any, policy: PolicyBundle) -> None:
    way = {"publicity": date(2023, 9, 1), "announced": date(2023, 10, 9)}

    assert not dues(invented, policy, **way, construction_started=date(2024, 10, 31))
    assert dues(invented, policy, **way, construction_started=date(2024, 11, 1))[0].last_day == date(2026, 12, 31)


def test_a_steel_plan_starts_within_24_months_and_its_last_day_may_still_move(
    invented: Any, policy: PolicyBundle
) -> None:
    found = dues(invented, policy, STEEL, publicity=date(2026, 4, 29), announced=date(2026, 6, 1))

    assert [(due.step.value, due.last_day, due.provisional) for due in found] == [
        ("construction_started", date(2028, 6, 1), True),
        ("filing_and_eia_done", date(2028, 6, 1), True),
    ]


def test_a_step_made_on_its_last_day_is_in_time(invented: Any, policy: PolicyBundle) -> None:
    way = {"publicity": date(2024, 9, 1), "announced": date(2024, 10, 31)}

    assert dues(invented, policy, **way, ignited=date(2026, 12, 31)) == ()
    assert dues(invented, policy, **way, ignited=date(2027, 1, 1)) != ()


@pytest.mark.parametrize("product", ["flat_glass", "electrolytic_aluminium"])
def test_other_industries_have_no_deadline_on_file(product: str, invented: Any, policy: PolicyBundle) -> None:
    assert dues(invented, policy, (product,), publicity=date(2025, 1, 6), announced=date(2025, 2, 3)) == ()


def test_a_month_without_that_day_ends_with_its_last(policy: PolicyBundle) -> None:
    assert add_months(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert add_months(date(2026, 8, 31), 24) == date(2028, 8, 31)
    # Announced the day before the measures or on their first day: the earlier of both ends is what is certain.
    first = first_due_if_announced_since(CLINKER, date(2024, 10, 20), date(2026, 10, 1), policy)
    assert first is not None
    assert first.last_day == date(2026, 11, 2)


# the steps


@pytest.fixture
def held(invented: Any) -> Replacement:
    made: Replacement = invented.decide(invented.dossier()).replacement
    return made


def way(held: Replacement, plan: Plan, *lots: KnownLot) -> Way:
    return Way(held, plan, lots)


def record(invented: Any, policy: PolicyBundle, standing: Way, kind: str, day: date) -> Plan:
    return recorded(standing, invented.step(kind, day), policy)


def test_a_plan_goes_its_way_from_publicity_to_production(
    invented: Any, policy: PolicyBundle, held: Replacement
) -> None:
    lot = KnownLot(invented.lot(), (invented.evidence(EvidenceKind.DISMANTLED, date(2026, 3, 1)),))
    plan = Plan()
    for kind, day in (
        ("publicity", date(2025, 1, 6)),
        ("announced", date(2025, 1, 18)),
        ("filing_and_eia_done", date(2025, 6, 2)),
        ("construction_started", date(2025, 7, 1)),
        ("ignited", date(2026, 3, 2)),
        ("commissioned", date(2026, 3, 2)),
    ):
        plan = record(invented, policy, way(held, plan, lot), kind, day)

    assert [step.kind for step in plan.current] == list(PlanStepKind)


@pytest.mark.parametrize(("day", "refused"), [(date(2025, 1, 17), True), (date(2025, 1, 18), False)])
def test_an_announcement_within_the_publicity_is_refused_by_name(
    day: date,
    refused: bool,
    invented: Any,
    policy: PolicyBundle,
    held: Replacement,  # of the table
) -> None:
    standing = way(held, invented.way(publicity=date(2025, 1, 6)))

    if refused:
        with pytest.raises(AnnouncedTooEarly) as caught:
            record(invented, policy, standing, "announced", day)
        assert caught.value.metadata() == {"announced_on": "2025-01-17", "earliest": "2025-01-18"}
    else:
        assert record(invented, policy, standing, "announced", day).announced_on == day


@pytest.mark.parametrize(
    ("before", "kind", "day"),
    [
        ({}, "announced", date(2025, 2, 3)),
        ({"publicity": date(2025, 1, 6)}, "construction_started", date(2025, 2, 3)),
        ({"publicity": date(2025, 1, 6)}, "publicity", date(2025, 1, 6)),
        ({"publicity": date(2025, 1, 6), "announced": date(2025, 2, 3)}, "announced", date(2025, 2, 4)),
        ({"publicity": date(2025, 1, 6), "announced": date(2025, 2, 3)}, "ignited", date(2025, 2, 2)),
        ({"publicity": date(2025, 1, 6), "announced": date(2025, 2, 3)}, "publicity", date(2025, 3, 3)),
    ],
    ids=["announced unpublicised", "built unannounced", "same publicity", "announced twice", "before", "still holds"],
)
def test_a_step_out_of_order_is_refused_by_name(
    before: dict[str, date], kind: str, day: date, invented: Any, policy: PolicyBundle, held: Replacement
) -> None:
    with pytest.raises(StepOutOfOrder) as caught:
        recorded(way(held, invented.way(**before)), invented.step(kind, day), policy)

    assert caught.value.metadata()["step"] == kind


@pytest.mark.parametrize(
    ("day", "refused"),
    [(date(2024, 8, 22), False), (date(2024, 8, 23), True), (date(2026, 4, 28), True), (date(2026, 4, 29), False)],
)
def test_while_steel_was_suspended_no_plan_is_put_to_publicity_or_announced(
    day: date,
    refused: bool,
    invented: Any,
    policy: PolicyBundle,
    held: Replacement,  # of the table
) -> None:
    steel = _of_steel(held)

    if refused:
        with pytest.raises(ReplacementSuspended):
            record(invented, policy, way(steel, Plan()), "publicity", day)
    else:
        assert record(invented, policy, way(steel, Plan()), "publicity", day).steps


def _of_steel(held: Replacement) -> Replacement:
    assert held.evaluation is not None
    return replace(held, evaluation=replace(held.evaluation, product_ids=("steelmaking",)))


def test_a_plan_without_lots_is_not_announced(invented: Any, policy: PolicyBundle, held: Replacement) -> None:
    free, _ = void(held, on=ON, note="虚构文件")

    with pytest.raises(NoLiveHold):
        record(invented, policy, way(free, invented.way(publicity=date(2025, 1, 6))), "announced", date(2025, 2, 3))


@pytest.mark.parametrize(("day", "refused"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_kiln_of_before_2024_is_lit_by_the_end_of_2026_or_never(
    day: date,
    refused: bool,
    invented: Any,
    policy: PolicyBundle,
    held: Replacement,  # of the table
) -> None:
    standing = way(held, invented.way(publicity=date(2024, 9, 2), announced=date(2024, 10, 31)))

    if refused:
        with pytest.raises(PlanLapsed, match="2027-01-01"):
            record(invented, policy, standing, "ignited", day)
    else:
        assert record(invented, policy, standing, "ignited", day).day(PlanStepKind.IGNITED) == day


def test_what_has_lapsed_makes_no_further_step_but_a_new_publicity(
    invented: Any, policy: PolicyBundle, held: Replacement
) -> None:
    over, _ = lapse(held, on=date(2027, 1, 1), note="")
    standing = way(over, invented.way(publicity=date(2024, 9, 2), announced=date(2024, 10, 31)))

    with pytest.raises(PlanLapsed):
        record(invented, policy, standing, "ignited", date(2026, 12, 31))
    begun = record(invented, policy, standing, "publicity", date(2027, 1, 4))
    assert [step.kind for step in begun.current] == [PlanStepKind.PUBLICITY]


@pytest.mark.parametrize(("gone", "refused"), [(None, True), (date(2026, 3, 3), True), (date(2026, 3, 2), False)])
def test_nothing_produces_before_all_exit_equipment_is_dismantled(
    gone: date | None,
    refused: bool,
    invented: Any,
    policy: PolicyBundle,
    held: Replacement,  # of the table
) -> None:
    first = KnownLot(invented.lot("lot-a"), (invented.evidence(EvidenceKind.DISMANTLED, date(2025, 3, 1)),))
    closed = invented.evidence(EvidenceKind.CLOSED, date(2025, 3, 1))
    shown = () if gone is None else (invented.evidence(EvidenceKind.DISMANTLED, gone),)
    second = KnownLot(invented.lot("lot-b"), (closed, *shown))
    standing = way(held, invented.way(publicity=date(2025, 1, 6), announced=date(2025, 2, 3)), first, second)

    if refused:
        with pytest.raises(DismantleFirst) as caught:
            record(invented, policy, standing, "commissioned", date(2026, 3, 2))
        assert caught.value.lots == "lot-b"
    else:
        assert record(invented, policy, standing, "commissioned", date(2026, 3, 2)).day(PlanStepKind.COMMISSIONED)


def test_under_the_measures_of_2017_a_line_is_shut_first_and_dismantled_later(
    invented: Any, policy: PolicyBundle, held: Replacement
) -> None:
    shut = KnownLot(invented.lot(), (invented.evidence(EvidenceKind.CLOSED, date(2021, 9, 1)),))
    before, after = date(2021, 7, 30), date(2021, 8, 2)

    last = way(held, invented.way(publicity=before, announced=date(2021, 9, 1)), shut)
    first = way(held, invented.way(publicity=after, announced=date(2021, 9, 1)), shut)

    assert record(invented, policy, last, "commissioned", date(2022, 3, 1)).steps
    with pytest.raises(DismantleFirst):
        record(invented, policy, first, "commissioned", date(2022, 3, 1))


def test_one_plan_has_a_bounded_number_of_steps(invented: Any, policy: PolicyBundle, held: Replacement) -> None:
    steps = tuple(invented.way(publicity=date(2025, 1, 6)).steps * STEPS_MAX)

    with pytest.raises(RecordLimit):
        record(invented, policy, way(held, Plan(steps)), "publicity", date(2025, 3, 3))
