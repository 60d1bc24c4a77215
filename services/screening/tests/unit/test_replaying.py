"""A decision is made again from the facts that it names alone, and comes out the same; or the missing fact is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.case import Case, absorb
from screening.domain.deciding import Asking, Decided, Screened, decide
from screening.domain.decision import Content
from screening.domain.facts import (
    DeductionFact,
    DeductionState,
    Fact,
    FactVersion,
    FilingFact,
    FilingId,
    OpinionFact,
    OverrideFact,
    QueueFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    Shortage,
    WithdrawalFact,
)
from screening.domain.naming import KINDS
from screening.domain.refusals import FactNotKept
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.domain.replaying import AnyFact, Kept, made_again
from screening.domain.told import told
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

MakeFinding = Callable[..., Finding]

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FILING = FilingId("f-1")
COUNTY, XINING = RegionCode("630104"), RegionCode("630100")


def level(number: int, version: int = 1) -> RegionFact:
    return RegionFact(XINING, version, LevelReading(WarningLevel(number), date(2025, 12, 31), f"bulletin {version}"))


def filed(revision: int = 1) -> FilingFact:
    return FilingFact(revision, f"revision {revision}", COUNTY, DAY, nationally_planned=False)


def kept(content: Content, attempt: int = 1) -> Kept:
    return Kept(FILING, 1, DAY, NOW, (), attempt, content.facts, content.bundle_hash)


def named(fact: AnyFact, case: Case) -> FactVersion:
    """As a decision names it."""
    if isinstance(fact, RegionFact):
        return FactVersion(f"region/{fact.code}", fact.version)
    if isinstance(fact, QueueFact):
        return FactVersion("queue", fact.version)
    if isinstance(fact, DeductionFact):
        assert case.reservation is not None
        return FactVersion("deduction", case.reservation.revision)
    kind = KINDS[type(fact)]
    return FactVersion(f"{kind}/{fact.key}" if isinstance(fact, SavingFact | OverrideFact) else kind, fact.version)


def held(case: Case, *regions: RegionFact) -> dict[FactVersion, AnyFact]:
    single = (case.filing, case.withdrawal, case.review, case.replacement, case.opinion, case.ruling, case.queue)
    facts = (*single, case.deduction, *case.savings, *case.overrides, *regions)
    return {named(fact, case): fact for fact in facts if fact is not None}


def content(screened: Screened) -> Content:
    assert isinstance(screened.step, Decided)
    return screened.step.content


def a_case(*findings: Finding, kgce: int = 5_000) -> Case:
    review = ReviewFact(1, Verdict.HOLDS, kgce, findings=told(findings))
    return Case(FILING, filed(), review=review, replacement=ReplacementFact(1))


def test_a_withdrawn_filing_is_decided_again_with_the_revision_that_was_there(policy: PolicyBundle) -> None:
    case = absorb(Case(FILING, filing=filed(2)), WithdrawalFact(4))
    archive = held(case) | {FactVersion("filing", 3): filed(3)}
    decided = content(decide(case, {}, policy, DAY))

    again = made_again(kept(decided, attempt=0), archive, policy)

    assert decided.facts == (FactVersion("filing", 2), FactVersion("withdrawal", 4))
    assert again is not None
    assert (again.content, again.content.project_name) == (decided, "revision 2")


def test_a_fact_that_is_not_kept_is_named(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.RETURN))
    decided = content(decide(case, {XINING: level(3)}, policy, DAY))
    archive = held(case, level(3))
    for gone in (FactVersion("review", 1), FactVersion("region/630100", 1)):
        del archive[gone]

    with pytest.raises(FactNotKept) as refused:
        made_again(kept(decided), archive, policy)

    assert (refused.value.decision, refused.value.facts) == ("filings/f-1/decisions/1", "review@1, region/630100@1")


def test_a_fact_that_was_changed_shows(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.RETURN))
    decided = content(decide(case, {XINING: level(3)}, policy, DAY))

    again = made_again(kept(decided), held(case, level(1)), policy)

    assert again is not None
    assert again.content != decided


def test_facts_on_which_nothing_would_be_decided_make_no_decision(policy: PolicyBundle) -> None:
    facts = {FactVersion("filing", 1): filed()}
    nothing = Kept(FILING, 1, DAY, NOW, (), 0, (FactVersion("filing", 1),), policy.bundle_hash)

    assert made_again(nothing, facts, policy) is None


def test_an_answer_to_a_demand_that_the_facts_do_not_make_is_no_answer(policy: PolicyBundle) -> None:
    answer = DeductionFact(next_id := a_case().next_deduction, DeductionState.RESERVED)
    case = a_case(kgce=0)
    facts = held(case, level(3)) | {FactVersion("deduction", 1): answer}
    stated = Kept(FILING, 1, DAY, NOW, (), 1, tuple(facts), policy.bundle_hash)

    again = made_again(stated, facts, policy)

    assert next_id == "f-1-r1-1"
    assert again is not None
    assert FactVersion("deduction", 1) not in again.content.facts


def objection(leads_to: Disposition, rule: str) -> Finding:
    verdict = Verdict.UNKNOWN if leads_to is Disposition.MANUAL else Verdict.FAILS
    return Finding(rule, Text("标题", "a title"), verdict, Text("因为", "because"), leads_to=leads_to)


@st.composite
def heard(draw: st.DrawFn) -> list[Fact]:
    """What may be heard of one filing in its time, in some order."""
    facts: list[Fact] = []
    for revision in range(1, draw(st.integers(1, 2)) + 1):
        asked = draw(st.sampled_from([(), (), (Disposition.MANUAL,), (Disposition.RETURN,)]))
        found = told(objection(one, "access.baseline") for one in asked)
        kgce = draw(st.sampled_from([None, 0, 4_000, 5_000]))
        two_high = draw(st.sampled_from([Verdict.HOLDS, Verdict.FAILS]))
        facts += [filed(revision), ReplacementFact(revision), ReviewFact(revision, two_high, kgce, findings=found)]
        facts += [ReviewFact(revision, two_high, kgce and kgce + 1, version=revision + 5)] * draw(st.integers(0, 1))
        signers = ("虚构人甲", "虚构人乙")
        ended = OpinionFact(
            revision, revision, passes=True, in_force=False, lapsed=draw(st.booleans()), signers=signers
        )
        rules, until = ("access.baseline", "screening.opinion"), date(2026, 3, draw(st.integers(2, 3)))
        ruling = RulingFact(revision, revision, Disposition.APPROVE, rules, "虚构人甲", "第八条", "核实")
        override = OverrideFact(str(revision), 1, revision, rules[:1], until, signers, "原因", "文号")
        facts += [one for one in (ended, ruling, override) if draw(st.booleans())]
    facts += [SavingFact("s-1", v, v == 1, 5_000, calorific=True) for v in range(1, draw(st.integers(0, 2)) + 1)]
    facts += [WithdrawalFact(3)] * draw(st.integers(0, 1))
    return draw(st.permutations(facts))


ANSWERS = (DeductionState.RESERVED, DeductionState.REFUSED, DeductionState.POSTED)


@settings(max_examples=300, deadline=None)
@given(facts=heard(), number=st.sampled_from([1, 2, 3]), random=st.randoms(use_true_random=False))
def test_every_decision_on_the_way_is_made_again_from_what_it_names(
    policy: PolicyBundle, facts: list[Fact], number: int, random: Random
) -> None:
    case, region = Case(FILING), level(number)
    archive: dict[FactVersion, AnyFact] = {}
    coming = list(facts)
    while coming:
        case = absorb(case, coming.pop(0))
        screened = decide(case, {XINING: region}, policy, DAY)
        case = screened.case
        archive |= held(case, region)
        if isinstance(screened.step, Asking) and random.random() < 0.3:
            waiting = case.without_reservation().waiting_as(case, XINING)
            screened = decide(waiting, {XINING: region}, policy, DAY)
            case = screened.case
            archive |= held(case, region)
        elif isinstance(screened.step, Asking):
            short = told((objection(Disposition.DEFER, "budget.available"),))
            state = random.choice(ANSWERS)
            refused = state is DeductionState.REFUSED
            coming.insert(
                0,
                DeductionFact(
                    screened.step.reservation.deduction,
                    state,
                    short if refused else (),
                    (Shortage(XINING, fits=True),) if refused else (),
                ),
            )
        if isinstance(screened.step, Decided):
            again = made_again(kept(screened.step.content, case.attempt), archive, policy)
            assert again is not None
            assert again.content == screened.step.content


def test_the_words_of_a_kept_decision_go_over_unchanged(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(finding(Disposition.RETURN))
    decided = content(decide(case, {XINING: level(3)}, policy, DAY))
    occasion = replace(kept(decided), number=7, attempt=0)

    again = made_again(occasion, held(case, level(3)), policy)

    assert again is not None
    assert (again.number, again.day, again.at, again.name) == (7, DAY, NOW, "filings/f-1/decisions/7")
