"""Every order, duplicate and delay of facts ends in the same decision, with energy held or used for it exactly once."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.regions import RegionCode, province_of
from kernel.text import Text
from screening.domain.case import Case, Reservation, absorb
from screening.domain.deciding import Asking, Command, Decided, Post, Reverse, Settled, Void, decide
from screening.domain.decision import Content
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    Fact,
    FilingFact,
    FilingId,
    OpinionFact,
    OverrideFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    Shortage,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel, newest
from screening.domain.told import told
from statute.finding import Disposition, Finding, Outcome, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
BUDGET_KGCE = 10_000
COUNTIES = [RegionCode("630104"), RegionCode("630202")]
REGIONS = [RegionCode("630100"), RegionCode("630200"), RegionCode("630000")]
LAW: list[PolicyBundle] = []
SIGNERS = ("甲(虚构)", "乙(虚构)")


@pytest.fixture(autouse=True, scope="module")
def law(policy: PolicyBundle) -> None:
    """No argument of the tests: what fails is shown with all its arguments, and the law is long."""
    LAW[:] = [policy]


def objection(leads_to: Disposition, rule: str) -> Finding:
    return Finding(rule, Text("标题", "a title"), Verdict.FAILS, Text("因为", "because"), leads_to=leads_to)


@dataclass
class Budget:
    """Answers as the budget service does: each id once, commands of one province in order."""

    held: dict[DeductionId, int] = field(default_factory=dict)
    used: dict[DeductionId, int] = field(default_factory=dict)
    known: set[DeductionId] = field(default_factory=set)

    def reserve(self, asked: Reservation) -> DeductionFact | None:
        if asked.deduction in self.known:
            return None
        self.known.add(asked.deduction)
        if asked.amount_kgce > BUDGET_KGCE:
            short = told([objection(Disposition.DEFER, "budget.available")])
            return DeductionFact(asked.deduction, DeductionState.REFUSED, short, (Shortage(asked.region, fits=False),))
        self.held[asked.deduction] = asked.amount_kgce
        return DeductionFact(asked.deduction, DeductionState.RESERVED)

    def obey(self, command: Command) -> DeductionFact | None:
        if isinstance(command, Void):
            return self.void(command.reservation.deduction)
        deduction = command.posted.reservation.deduction
        if isinstance(command, Post):
            if deduction not in self.held:
                return None
            self.used[deduction] = self.held.pop(deduction)
            return DeductionFact(deduction, DeductionState.POSTED)
        assert isinstance(command, Reverse)
        assert len(set(command.posted.signers)) == 2
        assert command.reason
        if self.used.pop(deduction, None) is None:
            return None
        return DeductionFact(deduction, DeductionState.VOIDED)

    def void(self, deduction: DeductionId) -> DeductionFact | None:
        self.known.add(deduction)
        if self.held.pop(deduction, None) is None:
            return None
        return DeductionFact(deduction, DeductionState.VOIDED)


@dataclass
class World:
    """The pure functions with everything on its way in memory; `choose` picks what arrives next."""

    choose: Callable[[int], int]
    case: Case = field(default_factory=lambda: Case(FilingId("f-1")))
    regions: dict[RegionCode, RegionFact] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    commands: dict[RegionCode, deque[Callable[[], DeductionFact | None]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    decisions: list[Content] = field(default_factory=list)
    posts: list[DeductionId] = field(default_factory=list)
    settled: bool = False
    voids_left: int = 1

    def take(self, fact: Fact | RegionFact) -> None:
        if isinstance(fact, RegionFact):
            self.regions[fact.code] = newest(self.regions.get(fact.code), fact)
            self.screen(self.case)
        else:
            absorbed = absorb(self.case, fact)
            if absorbed is not self.case:
                self.screen(absorbed)

    def take_all(self, facts: Sequence[Fact | RegionFact]) -> None:
        case = self.case
        for fact in facts:
            if isinstance(fact, RegionFact):
                self.regions[fact.code] = newest(self.regions.get(fact.code), fact)
            else:
                case = absorb(case, fact)
        self.screen(case)

    def screen(self, case: Case) -> None:
        screened = decide(case, self.regions, LAW[0], DAY)
        self.case = screened.case
        for command in screened.commands:
            reservation = command.reservation if isinstance(command, Void) else command.posted.reservation
            self.send(reservation, lambda command=command: self.budget.obey(command))  # type: ignore[misc]
            self.posts += [reservation.deduction] if isinstance(command, Post) else []
        if isinstance(step := screened.step, Asking):
            self.send(step.reservation, lambda: self.budget.reserve(step.reservation))
        if isinstance(step, Decided) and self.decisions[-1:] != [step.content]:
            self.decisions.append(step.content)
        self.settled = isinstance(step, Settled)

    def send(self, reservation: Reservation, command: Callable[[], DeductionFact | None]) -> None:
        self.commands[province_of(reservation.region)].append(command)

    def run(self, facts: Sequence[Fact | RegionFact], *, duplicates: bool) -> None:
        """Answers of the budget are in order for one deduction; all else arrives in any order.

        Once on the way somebody gives back, at the budget itself, what is held.
        """
        coming: list[Fact | RegionFact] = list(facts)
        answers: deque[DeductionFact] = deque()
        while coming or answers or any(self.commands.values()):
            if duplicates and self.budget.held and self.voids_left and self.choose(8) == 7:
                self.voids_left -= 1
                answer = self.budget.void(next(iter(self.budget.held)))
                answers += [answer] if answer is not None else []
            waiting = [queue for queue in self.commands.values() if queue]
            chosen = self.choose(len(coming) + len(waiting) + bool(answers))
            again = duplicates and self.choose(4) == 3
            if chosen < len(coming):
                self.take(coming[chosen] if again else coming.pop(chosen))
            elif chosen < len(coming) + len(waiting):
                answer = waiting[chosen - len(coming)].popleft()()
                answers += [answer] if answer is not None else []
            else:
                self.take(answers[0] if again else answers.popleft())

    @property
    def final(self) -> Content | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def energy(self) -> tuple[list[int], list[int]]:
        """What is held, and what is used."""
        return sorted(self.budget.held.values()), sorted(self.budget.used.values())


KGCE = st.sampled_from([5_000, 6_000, 7_000, 5_500, 6_500, 20_000, 0, None])


@st.composite
def revision_facts(
    draw: st.DrawFn, revision: int, versions: dict[str, int], kgce: st.SearchStrategy[int | None]
) -> list[Fact]:
    """A revision with one to three evaluations by review and replacement each; most are approvable."""
    county, planned = draw(st.sampled_from(COUNTIES)), draw(st.sampled_from([None, True, False]))
    facts: list[Fact] = [FilingFact(revision, f"revision {revision}", county, DAY, planned)]
    for _ in range(draw(st.integers(1, 3))):
        objections = draw(st.sampled_from([(), (), (), (), (), (), (Disposition.RETURN,), (Disposition.MANUAL,)]))
        found = told(objection(leads_to, "access.baseline") for leads_to in objections)
        two_high = draw(st.sampled_from([Verdict.HOLDS, Verdict.HOLDS, Verdict.FAILS, Verdict.FAILS, Verdict.UNKNOWN]))
        versions["review"] += 1
        facts.append(ReviewFact(revision, two_high, draw(kgce), findings=found, version=versions["review"]))
    for _ in range(draw(st.integers(1, 2))):
        objections = draw(st.sampled_from([(), (), (), (), (), (), (Disposition.DEFER,)]))
        found = told(objection(leads_to, "capacity.lots") for leads_to in objections)
        versions["replacement"] += 1
        facts.append(ReplacementFact(revision, found, version=versions["replacement"]))
    return facts


@st.composite
def filings(draw: st.DrawFn) -> list[Fact]:
    """One or two revisions, perhaps a withdrawal."""
    count, versions = draw(st.integers(1, 2)), {"review": 0, "replacement": 0}
    facts: list[Fact] = []
    for revision in range(1, count + 1):
        facts += draw(revision_facts(revision, versions, KGCE))
    return [*facts, WithdrawalFact(count + 1)] if draw(st.integers(0, 7)) == 7 else facts


@st.composite
def savings(draw: st.DrawFn) -> list[Fact]:
    """Holds of savings, some posted, some given back."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 3))):
        held = SavingFact(f"s-{number}", 1, True, draw(st.sampled_from([2_500, 5_000, 7_000])), draw(st.booleans()))
        facts.append(held)
        if draw(st.booleans()):
            facts.append(replace(held, version=2, live=draw(st.booleans())))
    return facts


RULES = st.lists(
    st.sampled_from(["access.baseline", "capacity.lots", "region.intensity_level", "screening.energy_demand"]),
    min_size=1, max_size=3, unique=True,
).map(tuple)  # fmt: skip


@st.composite
def persons(draw: st.DrawFn) -> list[Fact]:
    """Rulings and overrides, on whichever revision; some ended, some over."""
    rulings = [
        RulingFact(
            number, draw(st.integers(1, 3)), draw(st.sampled_from([Disposition.APPROVE, Disposition.NOT_PASS])),
            draw(RULES), "甲(虚构)", "第九条", "因",
        )
        for number in range(1, draw(st.sampled_from([0, 0, 1, 2])) + 1)
    ]  # fmt: skip
    facts: list[Fact] = [*rulings]
    for number in range(draw(st.sampled_from([0, 0, 1, 2]))):
        until = draw(st.sampled_from([DAY, date(2026, 3, 3), date(2026, 9, 1)]))
        made = OverrideFact(str(number), 1, draw(st.integers(1, 3)), draw(RULES), until, SIGNERS, "因", "文号")
        facts += [made, replace(made, version=2, ended=True)] if draw(st.booleans()) else [made]
    return facts


@st.composite
def region_levels(draw: st.DrawFn) -> list[RegionFact]:
    """Up to three versions of the levels of each region."""
    return [
        RegionFact(
            code,
            version,
            LevelReading(
                draw(st.sampled_from([*[WarningLevel.THREE] * 3, WarningLevel.TWO, WarningLevel.ONE])),
                date(2025, 12, 31),
                f"bulletin {version}",
            ),
        )
        for code in REGIONS
        for version in range(1, draw(st.integers(0, 3)) + 1)
    ]


@st.composite
def recovering_levels(draw: st.DrawFn) -> list[RegionFact]:
    """Levels that end well."""
    end = LevelReading(WarningLevel.THREE, date(2026, 3, 1), "the newest bulletin")
    return [*draw(region_levels()), *(RegionFact(code, 9, end) for code in REGIONS)]


def worlds(coming: Sequence[Fact | RegionFact], random: Random) -> tuple[World, World]:
    """All at once, as in one batch, and all in any order, doubled and delayed."""
    at_once = World(choose=lambda _: 0)
    shuffled = World(choose=random.randrange)
    at_once.take_all(coming)
    at_once.run((), duplicates=False)
    shuffled.run(coming, duplicates=True)
    return at_once, shuffled


@settings(max_examples=250, deadline=None)
@given(
    facts=filings(),
    held=savings(),
    decided=persons(),
    levels=region_levels() | recovering_levels(),
    random=st.randoms(use_true_random=True),
)
def test_every_order_duplicate_and_delay_ends_in_the_same_decision(
    facts: list[Fact],
    held: list[Fact],
    decided: list[Fact],
    levels: list[RegionFact],
    random: Random,
) -> None:
    at_once, shuffled = worlds([*facts, *held, *decided, *levels], random)

    assert shuffled.final == at_once.final
    assert shuffled.energy == at_once.energy
    final, standing = shuffled.final, shuffled.case.reservation
    assert final is not None
    assert set(shuffled.budget.held) == ({standing.deduction} if standing and shuffled.case.energy_held else set())
    if final.outcome is Outcome.APPROVE and any(known.fact == "deduction" for known in final.facts):
        assert len(shuffled.budget.held) == 1


@st.composite
def opinions(draw: st.DrawFn) -> list[Fact]:
    """One filing's revisions with the opinions on them: each was issued, and then may have lapsed or been taken back.

    What is asked for is one amount a revision: an opinion fixes the evaluation that it rests on. None on an earlier
    revision is left in force: whether its energy was used before the next one was filed is a matter of order.
    """
    count, versions, number = draw(st.integers(1, 2)), {"review": 0, "replacement": 0}, 0
    facts: list[Fact] = []
    for revision in range(1, count + 1):
        facts += draw(revision_facts(revision, versions, st.just(draw(st.sampled_from([5_000, 6_000, 7_000])))))
        for _ in range(draw(st.integers(0, 2))):
            issued = OpinionFact(
                number + 1, revision, passes=True, in_force=True, document=f"文号 {number}", signers=SIGNERS
            )
            facts.append(issued)
            number += 2
            end = draw(st.sampled_from(["lapsed", "revoked"] if revision < count else ["none", "lapsed", "revoked"]))
            if end == "none":
                return [*facts, *_ends_late(issued)] if count > 1 and draw(st.booleans()) else facts
            facts.append(_ended(issued, number, lapsed=end == "lapsed"))
    return [*facts, WithdrawalFact(count + 1)] if draw(st.integers(0, 7)) == 7 else facts


def _ended(issued: OpinionFact, version: int, *, lapsed: bool) -> OpinionFact:
    return replace(issued, version=version, in_force=False, lapsed=lapsed, reason="" if lapsed else "因")


def _ends_late(issued: OpinionFact) -> list[Fact]:
    """An opinion on the revision before lapses when this one is long in force."""
    before = replace(issued, revision=issued.revision - 1, document="前一版")
    return [_ended(before, issued.version + 1, lapsed=True)]


@settings(max_examples=250, deadline=None)
@given(facts=opinions(), levels=recovering_levels(), random=st.randoms(use_true_random=True))
def test_energy_is_used_once_for_the_opinion_in_force_whatever_came_first(
    facts: list[Fact], levels: list[RegionFact], random: Random
) -> None:
    at_once, shuffled = worlds([*facts, *levels], random)

    assert shuffled.settled == at_once.settled
    assert shuffled.energy == at_once.energy
    assert len(set(shuffled.posts)) == len(shuffled.posts)
    if shuffled.settled:
        assert len(shuffled.budget.used) == 1
        assert shuffled.budget.held == {}
    else:
        assert shuffled.final == at_once.final
