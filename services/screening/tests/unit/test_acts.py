"""What persons may decide of a case, and what nobody may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kernel.regions import RegionCode
from screening.domain.acts import (
    Override,
    OverrideState,
    Step,
    check_open,
    check_set_aside,
    end,
    latest_end,
    rules_for_a_person,
    sign,
)
from screening.domain.case import Case, Reservation
from screening.domain.deciding import Decided, decide
from screening.domain.decision import Decision
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    FilingId,
    OpinionFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    WithdrawalFact,
)
from screening.domain.refusals import (
    DecisionChanged,
    NotAgainstTheProject,
    NotForAPerson,
    NotToBeOverridden,
    OpinionInForce,
    OverrideNotOpen,
    SamePerson,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.domain.told import told
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

MakeFinding = Callable[..., Finding]

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
FILING, COUNTY, XINING = FilingId("f-1"), RegionCode("630104"), RegionCode("630100")
GREEN = {XINING: RegionFact(XINING, 1, LevelReading(WarningLevel.THREE, date(2025, 12, 31), "a bulletin"))}


def a_case(*findings: Finding, revision: int = 1) -> Case:
    return Case(
        FILING,
        filing=FilingFact(revision, "a project", COUNTY, DAY, nationally_planned=False),
        review=ReviewFact(revision, Verdict.HOLDS, 5_000, findings=told(findings)),
        replacement=ReplacementFact(revision),
    )


def answered(case: Case, *findings: Finding) -> Case:
    asked = Reservation(DeductionId("f-1-r1-1"), FILING, 1, COUNTY, 2026, 5_000)
    answer = DeductionFact(asked.deduction, DeductionState.REFUSED, told(findings))
    return replace(case, reservation=asked, deduction=answer)


def decision_on(case: Case, policy: PolicyBundle) -> Decision:
    step = decide(case, GREEN, policy, DAY).step
    assert isinstance(step, Decided)
    return Decision(FILING, 1, step.content, DAY, NOW)


def proposal(**changed: object) -> Override:
    made = Override(
        filing=FILING,
        number=1,
        revision=1,
        decision=1,
        rules=("access.baseline",),
        reason="原因",
        evidence="文号",
        until=date(2026, 4, 1),
        proposed=Step("虚构人甲", NOW),
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # by the names of its fields


def test_a_ruling_decides_just_the_rules_that_wait_for_a_person(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(
        finding(Disposition.MANUAL, "access.baseline"),
        finding(Disposition.RETURN, "access.norms"),
        finding(None, "review.competence"),
        finding(Disposition.MANUAL, "review.two_high"),
    )

    rules = rules_for_a_person(decision_on(case, policy), case)

    assert sorted(rules) == ["access.baseline", "review.two_high"]


def test_a_later_ruling_decides_again_what_an_earlier_one_decided(policy: PolicyBundle, finding: MakeFinding) -> None:
    earlier = RulingFact(1, 1, Disposition.DEFER, ("access.baseline",), "虚构人甲", "第八条", "缓办")
    case = replace(
        a_case(finding(Disposition.MANUAL, "access.baseline"), finding(Disposition.MANUAL, "review.two_high")),
        ruling=earlier,
    )

    rules = rules_for_a_person(decision_on(case, policy), case)

    assert sorted(rules) == ["access.baseline", "review.two_high"]


def test_nobody_rules_where_nothing_waits_for_a_person(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.RETURN))

    with pytest.raises(NotForAPerson) as refused:
        rules_for_a_person(decision_on(case, policy), case)

    assert (refused.value.decision, refused.value.budget) == ("filings/f-1/decisions/1", "")


def test_nobody_rules_that_there_is_budget(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = answered(a_case(), finding(Disposition.MANUAL, "budget.envelope"))

    with pytest.raises(NotForAPerson) as refused:
        rules_for_a_person(decision_on(case, policy), case)

    assert refused.value.budget == "budget.envelope"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"withdrawal": WithdrawalFact(2)}, DecisionChanged),
        ({"filing": FilingFact(2, "a project", COUNTY)}, DecisionChanged),
        ({"opinion": OpinionFact(1, 1, passes=True, in_force=True, document="文号")}, OpinionInForce),
        ({"opinion": OpinionFact(2, 1, passes=True, in_force=False)}, None),
    ],
)
def test_persons_decide_only_of_the_revision_that_stands_and_while_no_opinion_does(
    change: dict[str, object], refusal: type[Exception] | None
) -> None:
    case = replace(a_case(), **change)  # type: ignore[arg-type]  # by the names of its fields

    if refusal is None:
        check_open(case, 1, "filings/f-1/decisions/1")
    else:
        with pytest.raises(refusal):
            check_open(case, 1, "filings/f-1/decisions/1")


@pytest.mark.parametrize(
    "asks", [Disposition.RETURN, Disposition.NOT_PASS, Disposition.MANUAL, Disposition.DEFER, Disposition.RESTRICT]
)
def test_what_stands_against_a_project_may_be_set_aside(
    policy: PolicyBundle, finding: MakeFinding, asks: Disposition
) -> None:
    case = a_case(finding(asks, "access.baseline"))

    check_set_aside(["access.baseline"], decision_on(case, policy), case, policy)


def test_what_is_prohibited_is_set_aside_by_nobody(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(
        finding(Disposition.PROHIBIT, "industry.prohibited"),
        finding(Disposition.RETURN, "access.norms"),
        finding(Disposition.PROHIBIT, "access.norms"),
        finding(Disposition.RETURN, "access.baseline"),
    )

    with pytest.raises(NotToBeOverridden) as refused:
        check_set_aside(
            ["industry.prohibited", "access.baseline", "access.norms"], decision_on(case, policy), case, policy
        )

    assert refused.value.rules == "industry.prohibited, access.norms"


@pytest.mark.parametrize(
    "rule", ["budget.available", "screening.queue", "screening.energy_demand", "screening.opinion"]
)
def test_the_budget_and_the_queue_are_set_aside_by_nobody(
    policy: PolicyBundle, finding: MakeFinding, rule: str
) -> None:
    case = answered(a_case(), finding(Disposition.DEFER, "budget.available"))

    with pytest.raises(NotToBeOverridden) as refused:
        check_set_aside([rule], decision_on(case, policy), case, policy)

    assert refused.value.rules == rule


@pytest.mark.parametrize("asks", [None, Disposition.CONDITIONAL, Disposition.EXEMPT])
def test_what_does_not_stand_against_a_project_is_not_set_aside(
    policy: PolicyBundle, finding: MakeFinding, asks: Disposition | None
) -> None:
    case = a_case(finding(Disposition.RETURN, "access.baseline"), finding(asks, "access.norms"))

    with pytest.raises(NotAgainstTheProject) as refused:
        check_set_aside(["access.norms", "access.baseline", "access.nowhere"], decision_on(case, policy), case, policy)

    assert refused.value.rules == "access.norms, access.nowhere"


def test_the_longest_time_is_the_policys(policy: PolicyBundle) -> None:
    assert latest_end(policy, DAY) == date(2027, 3, 2)
    assert latest_end(policy, date(2016, 12, 31)) is None


@pytest.mark.parametrize(
    ("override", "day", "state"),
    [
        (proposal(), date(2026, 3, 31), OverrideState.PROPOSED),
        (proposal(), date(2026, 4, 1), OverrideState.LAPSED),
        (proposal(signed=Step("虚构人乙", LATER)), date(2026, 3, 31), OverrideState.STANDING),
        (proposal(signed=Step("虚构人乙", LATER)), date(2026, 4, 1), OverrideState.LAPSED),
        (
            proposal(signed=Step("虚构人乙", LATER), ended=Step("虚构人丙", LATER)),
            date(2026, 3, 31),
            OverrideState.ENDED,
        ),
        (proposal(ended=Step("虚构人丙", LATER)), date(2026, 5, 1), OverrideState.ENDED),
    ],
)
def test_an_override_stands_from_the_second_signature_until_its_day(
    override: Override, day: date, state: OverrideState
) -> None:
    assert override.state(day) is state


@pytest.mark.parametrize("signer", ["虚构人甲", " 虚构人 甲", ""])
def test_the_proposer_does_not_sign_under_any_spelling(signer: str) -> None:
    with pytest.raises(SamePerson):
        sign(proposal(), Step(signer, LATER), DAY)


def test_two_persons_let_an_override_stand_and_one_ends_it() -> None:
    signed = sign(proposal(), Step("虚构人乙", LATER), DAY)
    ended = end(signed, Step("虚构人甲", LATER, "不再需要"), DAY)

    assert (signed.fact.version, signed.fact.signers, signed.fact.ended) == (1, ("虚构人甲", "虚构人乙"), False)
    assert signed.fact.stands(1, DAY)
    assert (ended.fact.version, ended.fact.id, ended.fact.ended) == (2, "1", True)
    assert not ended.fact.stands(1, DAY)


@pytest.mark.parametrize(
    ("override", "day"),
    [
        (proposal(signed=Step("虚构人乙", LATER)), DAY),
        (proposal(ended=Step("虚构人乙", LATER)), DAY),
        (proposal(), date(2026, 4, 1)),
    ],
)
def test_only_an_open_proposal_is_signed(override: Override, day: date) -> None:
    with pytest.raises(OverrideNotOpen):
        sign(override, Step("虚构人丙", LATER), day)


@pytest.mark.parametrize(
    ("override", "day"), [(proposal(ended=Step("虚构人乙", LATER)), DAY), (proposal(), date(2026, 4, 1))]
)
def test_what_is_over_is_not_ended_again(override: Override, day: date) -> None:
    with pytest.raises(OverrideNotOpen):
        end(override, Step("虚构人丙", LATER, "原因"), day)
