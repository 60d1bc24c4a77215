"""An opinion in force makes final what is held, once; what became of it undoes that, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kernel.regions import RegionCode
from screening.domain.case import Case, Posted, Reservation, absorb
from screening.domain.deciding import (
    Asking,
    Command,
    Decided,
    Post,
    Reverse,
    Screened,
    Settled,
    Void,
    Waiting,
    decide,
)  # fmt: skip
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    Fact,
    FactVersion,
    FilingFact,
    FilingId,
    OpinionFact,
    QueueFact,
    ReplacementFact,
    ReviewFact,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, RegionFacts, WarningLevel
from statute.finding import Disposition, Outcome, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
XINING, COUNTY = RegionCode("630100"), RegionCode("630104")
SIGNERS = ("甲(虚构)", "乙(虚构)")
REVOKERS = ("丙(虚构)", "丁(虚构)")
FIRST = Reservation(DeductionId("f-1-r1-1"), FilingId("f-1"), 1, COUNTY, 2026, 5_000)
RESERVED, POSTED, VOIDED, REFUSED = (
    DeductionState.RESERVED, DeductionState.POSTED, DeductionState.VOIDED, DeductionState.REFUSED,
)  # fmt: skip


def level(number: int) -> RegionFacts:
    return {XINING: RegionFact(XINING, 1, LevelReading(WarningLevel(number), date(2025, 12, 31), "a bulletin"))}


def facts(revision: int = 1, kgce: int | None = 5_000) -> tuple[Fact, ...]:
    return (
        FilingFact(revision, "a project", COUNTY, DAY, nationally_planned=False),
        ReviewFact(revision, Verdict.HOLDS, kgce),
        ReplacementFact(revision),
    )


def issued(version: int = 1, revision: int = 1, *, passes: bool = True) -> OpinionFact:
    return OpinionFact(version, revision, passes, in_force=True, document=f"文号 {version}", signers=SIGNERS)


def lapsed(opinion: OpinionFact) -> OpinionFact:
    return replace(opinion, version=opinion.version + 1, in_force=False, lapsed=True)


def revoked(opinion: OpinionFact) -> OpinionFact:
    return replace(opinion, version=opinion.version + 1, in_force=False, signers=REVOKERS, reason="弄虚作假")


def answer(state: DeductionState, deduction: str = "f-1-r1-1") -> DeductionFact:
    return DeductionFact(DeductionId(deduction), state)


class Story:
    """One case and all that it ever asked of the budget."""

    def __init__(self, policy: PolicyBundle) -> None:
        self.policy = policy
        self.case = Case(FilingId("f-1"))
        self.commands: list[Command] = []
        self.asked: list[Reservation] = []

    def take(self, *heard: Fact, at_level: int = 3) -> Screened:
        for fact in heard:
            self.case = absorb(self.case, fact)
        screened = decide(self.case, level(at_level), self.policy, DAY)
        self.case = screened.case
        self.commands += screened.commands
        self.asked += [screened.step.reservation] if isinstance(screened.step, Asking) else []
        return screened


@pytest.fixture
def story(policy: PolicyBundle) -> Story:
    return Story(policy)


@pytest.fixture
def approved(story: Story) -> Story:
    """Its energy is held."""
    story.take(*facts())
    screened = story.take(answer(RESERVED))
    assert isinstance(screened.step, Decided)
    assert screened.step.content.outcome is Outcome.APPROVE
    return story


@pytest.fixture
def posted(approved: Story) -> Story:
    approved.take(issued())
    approved.take(answer(POSTED))
    return approved


def test_an_opinion_that_passes_makes_final_what_is_held_and_nothing_is_decided_any_more(approved: Story) -> None:
    assert approved.take(issued()).step == Settled()
    assert approved.take(answer(POSTED)).step == Settled()
    assert approved.take(issued()).step == Settled()
    assert approved.take(at_level=1).step == Settled()

    assert approved.commands == [Post(Posted(FIRST, "文号 1", SIGNERS))]
    assert (approved.case.energy_held, approved.case.is_posted) == (False, True)


def test_an_opinion_that_does_not_pass_gives_back_what_is_held(approved: Story) -> None:
    assert approved.take(issued(passes=False)).step == Settled()

    assert approved.commands == [Void(FIRST)]
    assert approved.case.reservation is None


@pytest.mark.parametrize(
    ("end", "disposition", "verdict", "signers", "reason"),
    [
        (lapsed, Disposition.RETURN, Verdict.FAILS, SIGNERS, "文号 1"),
        (revoked, Disposition.MANUAL, Verdict.UNKNOWN, REVOKERS, "弄虚作假"),
    ],
)
def test_an_opinion_that_ended_is_undone_once_and_the_project_is_decided_anew(
    posted: Story,
    end: Callable[[OpinionFact], OpinionFact],
    disposition: Disposition,
    verdict: Verdict,
    signers: tuple[str, ...],
    reason: str,
) -> None:
    ended = end(issued())
    screened = posted.take(ended)
    posted.take(ended)
    posted.take(answer(VOIDED))

    assert posted.commands[1:] == [Reverse(Posted(FIRST, "文号 1", signers), reason)]
    assert isinstance(screened.step, Decided)
    made = screened.step.content
    assert (made.disposition, made.findings[0].rule, made.findings[0].verdict) == (
        disposition, "screening.opinion", verdict
    )  # fmt: skip
    assert FactVersion("opinion", 2) in made.facts
    assert (posted.case.posted, posted.case.reservation) == (None, None)


def test_after_an_ended_opinion_another_one_on_the_same_revision_takes_energy_anew(posted: Story) -> None:
    posted.take(lapsed(issued()))

    posted.take(issued(version=3))
    posted.take(answer(RESERVED, "f-1-r1-2"))

    assert [type(one) for one in posted.commands] == [Post, Reverse, Post]
    assert posted.asked[-1].deduction == "f-1-r1-2"


def test_a_later_revision_keeps_what_is_final_until_an_opinion_on_it_takes_its_place(posted: Story) -> None:
    posted.take(*facts(revision=2, kgce=7_000))
    posted.take(answer(RESERVED, "f-1-r2-2"))
    assert [type(one) for one in posted.commands] == [Post]

    posted.take(issued(version=2, revision=2))

    _, undone, made_final = posted.commands
    assert undone == Reverse(Posted(FIRST, "文号 1", SIGNERS), "文号 2")
    assert isinstance(made_final, Post)
    assert made_final.posted.reservation.amount_kgce == 7_000


def test_what_becomes_of_an_opinion_on_an_earlier_revision_touches_no_later_one(posted: Story) -> None:
    """It lapses by itself, long after another took its place."""
    posted.take(*facts(revision=2))
    posted.take(answer(RESERVED, "f-1-r2-2"))
    posted.take(issued(version=2, revision=2))
    before = list(posted.commands)

    late = replace(lapsed(issued()), version=3)

    assert posted.take(late).step == Settled()
    assert posted.commands == before
    assert posted.case.opinion == issued(version=2, revision=2)


def test_an_opinion_that_ends_while_a_later_revision_is_open_is_undone(posted: Story) -> None:
    posted.take(*facts(revision=2))

    posted.take(lapsed(issued()))

    assert [type(one) for one in posted.commands] == [Post, Reverse]
    assert posted.case.reserved_for(2)


def test_a_held_reservation_of_another_revision_is_not_made_final(approved: Story) -> None:
    screened = approved.take(issued(version=2, revision=2), *facts(revision=2, kgce=7_000))

    assert isinstance(screened.step, Asking)
    assert screened.step.reservation.amount_kgce == 7_000
    assert approved.commands == [Void(FIRST)]


def test_what_was_given_back_before_the_opinion_was_heard_of_is_asked_for_again(approved: Story) -> None:
    approved.take(at_level=1)
    assert approved.commands == [Void(FIRST)]

    asked = approved.take(issued(), at_level=1)
    waiting = approved.take(at_level=1)
    approved.take(answer(RESERVED, "f-1-r1-2"), at_level=1)

    assert isinstance(asked.step, Asking)
    assert waiting.step == Waiting(("deduction",))
    assert [type(one) for one in approved.commands] == [Void, Post]


def test_what_is_given_back_before_it_could_be_made_final_is_asked_for_again(approved: Story) -> None:
    """Somebody gave it back at the budget while the order to make it final was on its way."""
    approved.take(issued())

    again = approved.take(answer(VOIDED))
    approved.take(answer(RESERVED, "f-1-r1-2"))

    assert isinstance(again.step, Asking)
    assert [one.posted.reservation.deduction for one in approved.commands if isinstance(one, Post)] == [
        "f-1-r1-1", "f-1-r1-2"
    ]  # fmt: skip


def test_what_two_persons_reversed_at_the_budget_is_not_asked_for_again(posted: Story) -> None:
    assert posted.take(answer(VOIDED)).step == Settled()
    assert len(posted.asked) == 1


def test_an_opinion_whose_energy_is_refused_waits_for_it(story: Story) -> None:
    story.take(*facts(), issued())

    assert story.take(answer(REFUSED)).step == Settled()
    assert story.case.waits_on
    story.case = replace(story.case.asking_again(), queue=QueueFact(1, 1, XINING))
    assert story.take().step == Settled()
    story.case = story.case.asking_again()
    assert isinstance(story.take().step, Asking)


def test_an_opinion_on_a_project_without_energy_asks_for_none(story: Story) -> None:
    story.take(*facts(kgce=0))

    assert story.take(issued()).step == Settled()
    assert (story.commands, story.asked) == ([], [])


@pytest.mark.parametrize("state", [POSTED, None])
def test_a_withdrawal_undoes_what_is_final(approved: Story, state: DeductionState | None) -> None:
    approved.take(issued(), *([] if state is None else [answer(state)]))

    approved.take(WithdrawalFact(2))
    approved.take(WithdrawalFact(2))

    assert approved.commands[1:] == [Reverse(Posted(FIRST, "文号 1", SIGNERS), "withdrawn")]
    assert approved.case.posted is None


def test_an_opinion_that_came_before_all_else_waits_for_the_facts(story: Story) -> None:
    assert story.take(issued()).step == Waiting(("filing", "review", "replacement"))

    asked = story.take(*facts())
    story.take(answer(RESERVED))

    assert isinstance(asked.step, Asking)
    assert story.commands == [Post(Posted(FIRST, "文号 1", SIGNERS))]
