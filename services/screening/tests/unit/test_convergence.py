"""Every order, duplicate and delay of facts ends in the same decision, with energy held for it exactly once."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.case import Case, Reservation, absorb
from screening.domain.deciding import Decided, Reserve, decide
from screening.domain.decision import Content
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    Fact,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel, newest
from statute.finding import Disposition, Finding, Outcome, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
BUDGET_KGCE = 10_000
COUNTIES = [RegionCode("630104"), RegionCode("630202")]
REGIONS = [RegionCode("630100"), RegionCode("630200"), RegionCode("630000")]


def objection(leads_to: Disposition, rule: str) -> Finding:
    return Finding(rule, Text("标题", "a title"), Verdict.FAILS, Text("因为", "because"), leads_to=leads_to)


@dataclass
class Budget:
    """Answers as the budget service does: each id once, commands of one region in order."""

    held: set[DeductionId] = field(default_factory=set)
    known: set[DeductionId] = field(default_factory=set)

    def reserve(self, asked: Reservation) -> DeductionFact | None:
        if asked.deduction in self.known:
            return None
        self.known.add(asked.deduction)
        if asked.amount_kgce > BUDGET_KGCE:
            short = objection(Disposition.DEFER, "budget.available")
            return DeductionFact(asked.deduction, DeductionState.REFUSED, (short,))
        self.held.add(asked.deduction)
        return DeductionFact(asked.deduction, DeductionState.RESERVED)

    def void(self, asked: Reservation) -> DeductionFact | None:
        self.known.add(asked.deduction)
        if asked.deduction not in self.held:
            return None
        self.held.remove(asked.deduction)
        return DeductionFact(asked.deduction, DeductionState.VOIDED)


@dataclass
class World:
    """The pure functions with everything on its way in memory; `choose` picks what arrives next."""

    policy: PolicyBundle
    choose: Callable[[int], int]
    case: Case = field(default_factory=lambda: Case(FilingId("f-1")))
    regions: dict[RegionCode, RegionFact] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    commands: dict[RegionCode, deque[Callable[[], DeductionFact | None]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    decisions: list[Content] = field(default_factory=list)

    def take(self, fact: Fact | RegionFact) -> None:
        if isinstance(fact, RegionFact):
            self.regions[fact.code] = newest(self.regions.get(fact.code), fact)
            self.screen(self.case)
        else:
            absorbed = absorb(self.case, fact)
            if absorbed != self.case:
                self.screen(absorbed)

    def screen(self, case: Case) -> None:
        screened = decide(case, self.regions, self.policy, DAY)
        self.case = screened.case
        if (void := screened.void) is not None:
            self.commands[void.region].append(lambda: self.budget.void(void))
        if isinstance(step := screened.step, Reserve):
            self.commands[step.reservation.region].append(lambda: self.budget.reserve(step.reservation))
        if isinstance(step, Decided) and self.decisions[-1:] != [step.content]:
            self.decisions.append(step.content)

    def run(self, facts: Sequence[Fact | RegionFact], *, duplicates: bool) -> Content | None:
        coming = list(facts)
        while coming or any(self.commands.values()):
            waiting = [queue for queue in self.commands.values() if queue]
            chosen = self.choose(len(coming) + len(waiting))
            if chosen >= len(coming):
                answer = waiting[chosen - len(coming)].popleft()()
                coming += [answer] if answer is not None else []
                continue
            again = duplicates and self.choose(4) == 3
            self.take(coming[chosen] if again else coming.pop(chosen))
        return self.decisions[-1] if self.decisions else None


@st.composite
def revisions(draw: st.DrawFn) -> list[Fact]:
    """One to three revisions, each with its review and replacement, and perhaps a withdrawal; most are approvable."""
    count = draw(st.integers(1, 3))
    facts: list[Fact] = []
    for revision in range(1, count + 1):
        county, planned = draw(st.sampled_from(COUNTIES)), draw(st.sampled_from([None, True, False]))
        objections = draw(st.sampled_from([(), (), (), (), (Disposition.RETURN,), (Disposition.NOT_PASS,)]))
        kgce = draw(st.sampled_from([5_000, 6_000, 7_000, 20_000, 0, None]))
        found = tuple(objection(leads_to, "access.baseline") for leads_to in objections)
        facts += [
            FilingFact(revision, f"revision {revision}", county, DAY, planned),
            ReviewFact(
                revision,
                draw(st.sampled_from([Verdict.HOLDS, Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN])),
                kgce,
                findings=found,
            ),
            ReplacementFact(revision),
        ]
    return [*facts, WithdrawalFact(count + 1)] if draw(st.integers(0, 4)) == 0 else facts


@st.composite
def region_levels(draw: st.DrawFn) -> list[RegionFact]:
    """Up to three versions of the levels of each region."""
    return [
        RegionFact(
            code,
            version,
            LevelReading(
                draw(st.sampled_from([WarningLevel.THREE, WarningLevel.THREE, WarningLevel.TWO, WarningLevel.ONE])),
                date(2025, 12, 31),
                f"bulletin {version}",
            ),
        )
        for code in REGIONS
        for version in range(1, draw(st.integers(0, 3)) + 1)
    ]


@settings(max_examples=400, deadline=None)
@given(facts=revisions(), levels=region_levels(), random=st.randoms(use_true_random=True))
def test_every_order_duplicate_and_delay_ends_in_the_same_decision(
    policy: PolicyBundle, facts: list[Fact], levels: list[RegionFact], random: Random
) -> None:
    in_order = World(policy, choose=lambda _: 0)
    shuffled = World(policy, choose=random.randrange)
    coming = [*facts, *levels]

    expected = in_order.run(coming, duplicates=False)
    final = shuffled.run(coming, duplicates=True)

    assert final == expected
    assert final is not None
    standing = shuffled.case.reservation
    assert shuffled.budget.held == ({standing.deduction} if standing and shuffled.case.energy_held else set())
    if final.outcome is Outcome.APPROVE and any(known.fact == "deduction" for known in final.facts):
        assert len(shuffled.budget.held) == 1
