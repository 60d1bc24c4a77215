"""What persons set aside or decide counts for the headline, is shown, and never makes energy or lifts a prohibition."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kernel.regions import RegionCode
from screening.domain.case import Case, absorb
from screening.domain.deciding import Asking, Decided, decide
from screening.domain.decision import Content
from screening.domain.facts import (
    DeductionFact,
    DeductionState,
    FactVersion,
    FilingFact,
    FilingId,
    OverrideFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.domain.told import told
from statute.finding import Disposition, Finding, Outcome, Verdict
from statute.loader import PolicyBundle

MakeFinding = Callable[..., Finding]

DAY = date(2026, 3, 2)
XINING = RegionCode("630100")
GREEN = {XINING: RegionFact(XINING, 1, LevelReading(WarningLevel.THREE, date(2025, 12, 31), "a bulletin"))}
DUTY, BASELINE = "access.duty", "access.baseline"
OVERRIDE = OverrideFact("1", 1, 1, (DUTY,), date(2026, 9, 1), ("甲(虚构)", "乙(虚构)"), "应急保供", "文号 7")
RULING = RulingFact(1, 1, Disposition.APPROVE, (DUTY,), "丙(虚构)", "第九条", "已核实")


def a_case(*findings: Finding, kgce: int = 0) -> Case:
    return Case(
        FilingId("f-1"),
        filing=FilingFact(1, "a project", RegionCode("630104"), DAY, nationally_planned=False),
        review=ReviewFact(1, Verdict.HOLDS, kgce, findings=told(findings)),
        replacement=ReplacementFact(1),
    )


def content(case: Case, policy: PolicyBundle, day: date = DAY) -> Content:
    step = decide(case, GREEN, policy, day).step
    assert isinstance(step, Decided)
    return step.content


@pytest.mark.parametrize(
    ("day", "disposition"),
    [
        (date(2026, 8, 31), Disposition.APPROVE),
        (date(2026, 9, 1), Disposition.NOT_PASS),
        (date(2026, 9, 2), Disposition.NOT_PASS),
    ],
)
def test_an_override_counts_until_the_day_before_its_end(
    policy: PolicyBundle, finding: MakeFinding, day: date, disposition: Disposition
) -> None:
    case = absorb(a_case(finding(Disposition.NOT_PASS, DUTY)), OVERRIDE)

    made = content(case, policy, day)

    stands = disposition is Disposition.APPROVE
    assert made.disposition is disposition
    assert made.set_aside == ((DUTY,) if stands else ())
    assert (FactVersion("override/1", 1) in made.facts) is stands


def test_what_is_set_aside_is_shown_with_who_signed_it_and_why(policy: PolicyBundle, finding: MakeFinding) -> None:
    made = content(absorb(a_case(finding(Disposition.NOT_PASS, DUTY)), OVERRIDE), policy)

    said = {one.rule: one for one in made.findings}
    assert said[DUTY].asks is Disposition.NOT_PASS
    whole = said["screening.override"].whole
    assert isinstance(whole, Finding)
    for words in ("甲(虚构)", "乙(虚构)", DUTY, "应急保供", "2026-09-01"):
        assert words in whole.because.zh
    assert dict(whole.inputs)["evidence"] == "文号 7"


@pytest.mark.parametrize("change", [{"revision": 2}, {"version": 2, "ended": True}, {"rules": (BASELINE,)}])
def test_an_override_of_something_else_changes_nothing(
    policy: PolicyBundle, finding: MakeFinding, change: dict[str, object]
) -> None:
    other = replace(OVERRIDE, **change)  # type: ignore[arg-type]  # by the names of its fields
    case = absorb(absorb(a_case(finding(Disposition.NOT_PASS, DUTY)), OVERRIDE), other)
    case = replace(case, overrides=(other,))

    assert content(case, policy).disposition is Disposition.NOT_PASS


def test_an_ended_override_counts_no_more_whichever_came_first(policy: PolicyBundle, finding: MakeFinding) -> None:
    ended, case = replace(OVERRIDE, version=2, ended=True), a_case(finding(Disposition.NOT_PASS, DUTY))

    for order in ((OVERRIDE, ended), (ended, OVERRIDE)):
        assert content(absorb(absorb(case, order[0]), order[1]), policy).disposition is Disposition.NOT_PASS


def test_what_is_prohibited_stays_prohibited(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = absorb(a_case(finding(Disposition.PROHIBIT, DUTY)), OVERRIDE)

    assert (content(case, policy).disposition, content(case, policy).set_aside) == (Disposition.PROHIBIT, ())


def test_a_prohibition_is_not_set_aside_with_another_finding_of_its_rule(
    policy: PolicyBundle, finding: MakeFinding
) -> None:
    """A rule gives a finding for every product; one of them may be prohibited."""
    case = absorb(a_case(finding(Disposition.NOT_PASS, DUTY), finding(Disposition.PROHIBIT, DUTY)), OVERRIDE)

    assert content(case, policy).disposition is Disposition.PROHIBIT


def test_two_overrides_add_up(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.NOT_PASS, DUTY), finding(Disposition.DEFER, BASELINE))
    for override in (OVERRIDE, replace(OVERRIDE, id="2", rules=(BASELINE,))):
        case = absorb(case, override)

    assert (content(case, policy).disposition, content(case, policy).set_aside) == (
        Disposition.APPROVE, (BASELINE, DUTY)
    )  # fmt: skip


def test_no_override_makes_energy(policy: PolicyBundle, finding: MakeFinding) -> None:
    everything = replace(OVERRIDE, rules=("budget.available", "screening.energy_demand", "screening.queue"))
    asked = decide(absorb(a_case(kgce=5_000), everything), GREEN, policy, DAY)
    assert isinstance(asked.step, Asking)
    short = told([finding(Disposition.DEFER, "budget.available")])

    refused = absorb(asked.case, DeductionFact(asked.step.reservation.deduction, DeductionState.REFUSED, short))

    assert content(refused, policy).disposition is Disposition.DEFER


@pytest.mark.parametrize(
    ("disposition", "outcome", "verdict"),
    [
        (Disposition.APPROVE, Outcome.APPROVE, Verdict.HOLDS),
        (Disposition.CONDITIONAL, Outcome.APPROVE, Verdict.HOLDS),
        (Disposition.NOT_PASS, Outcome.BLOCK, Verdict.FAILS),
        (Disposition.PROHIBIT, Outcome.BLOCK, Verdict.FAILS),
        (Disposition.RETURN, Outcome.DEFER, Verdict.FAILS),
        (Disposition.DEFER, Outcome.DEFER, Verdict.FAILS),
    ],
)
def test_a_person_decides_what_the_law_leaves_to_a_person(
    policy: PolicyBundle, finding: MakeFinding, disposition: Disposition, outcome: Outcome, verdict: Verdict
) -> None:
    case = a_case(finding(Disposition.MANUAL, DUTY))
    assert content(case, policy).disposition is Disposition.MANUAL

    made = content(absorb(case, replace(RULING, disposition=disposition)), policy)

    assert (made.disposition, made.outcome, made.set_aside) == (disposition, outcome, (DUTY,))
    said = {one.rule: one for one in made.findings}
    assert said["screening.ruling"].verdict is verdict
    assert FactVersion("ruling", 1) in made.facts


def test_a_ruling_decides_only_what_waits_for_a_person(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = absorb(a_case(finding(Disposition.NOT_PASS, DUTY)), RULING)

    assert content(case, policy).disposition is Disposition.NOT_PASS


@pytest.mark.parametrize("change", [{"revision": 2}, {"rules": (BASELINE,)}])
def test_a_ruling_on_something_else_leaves_it_to_a_person(
    policy: PolicyBundle, finding: MakeFinding, change: dict[str, object]
) -> None:
    other = replace(RULING, **change)  # type: ignore[arg-type]  # by the names of its fields

    assert content(absorb(a_case(finding(Disposition.MANUAL, DUTY)), other), policy).disposition is Disposition.MANUAL


def test_no_ruling_approves_what_the_budget_refused(policy: PolicyBundle, finding: MakeFinding) -> None:
    """Whoever rules on all that waits for a person, again and again."""
    rules = ("budget.envelope", "screening.energy_demand", DUTY)
    case = absorb(a_case(finding(Disposition.MANUAL, DUTY), kgce=5_000), replace(RULING, rules=rules))
    asked = decide(case, GREEN, policy, DAY)
    assert isinstance(asked.step, Asking)
    absent = told([finding(Disposition.MANUAL, "budget.envelope")])

    refused = absorb(asked.case, DeductionFact(asked.step.reservation.deduction, DeductionState.REFUSED, absent))

    made = content(refused, policy)
    assert (made.disposition, made.findings[0].rule) == (Disposition.MANUAL, "screening.energy_demand")
    assert made.set_aside == (DUTY, "budget.envelope")


def test_the_newest_ruling_counts(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.MANUAL, DUTY))
    newer = replace(RULING, version=2, disposition=Disposition.NOT_PASS)

    for order in ((RULING, newer), (newer, RULING)):
        assert content(absorb(absorb(case, order[0]), order[1]), policy).disposition is Disposition.NOT_PASS
