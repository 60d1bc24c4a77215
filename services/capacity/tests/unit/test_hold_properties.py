"""In whatever order filings are amended, announced, used and given back, a lot never gives more than it has."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.domain.evaluation import Decided, Revision, evaluate
from capacity.domain.plan import Plan, PlanStep, PlanStepKind
from capacity.domain.recording import StepOutOfOrder, Way, recorded
from capacity.domain.replacement import (
    FilingId,
    HoldState,
    NoLiveHold,
    Replacement,
    lapse,
    post,
    release,
    reverse,
    same_content,
    void,
    withdrawn,
)
from capacity.domain.signature import signature
from dossier.model import LotUse
from statute.loader import PolicyBundle

DAY = date(2026, 3, 1)
PUBLICITY, ANNOUNCED = date(2025, 1, 6), date(2025, 2, 3)

LOTS = 3
FILINGS = ("f-1", "f-2", "f-3")
ACT = st.one_of(
    st.tuples(
        st.just("amend"),
        st.sampled_from(FILINGS),
        st.integers(1, 4_000),
        st.dictionaries(st.integers(0, LOTS - 1), st.integers(1, 6_000), min_size=1),
    ),
    st.tuples(
        st.sampled_from(["withdraw", "post", "void", "announce", "lapse", "reverse", "again"]), st.sampled_from(FILINGS)
    ),
)


class Registry:
    """All that is on record, with every act done as the service does it: refused as a whole, or done as a whole."""

    def __init__(self, invented: Any, policy: PolicyBundle, quantities: list[int]) -> None:
        self.invented, self.policy = invented, policy
        self.register = invented.register(*(invented.lot(f"lot-{n}", tonnes) for n, tonnes in enumerate(quantities)))
        self.known: dict[str, Replacement] = {}
        self.plans: dict[str, Plan] = {}
        self.stated: dict[str, Revision] = {}
        self.revision = 0

    def act(self, kind: str, filing: str, *arguments: Any) -> None:
        try:
            getattr(self, kind)(filing, *arguments)
        except (NoLiveHold, StepOutOfOrder, KeyError):
            """Refused, or nothing is known of the filing yet."""

    def locked(self, filing: str) -> bool:
        """Whether an amendment must leave what it holds as it is."""
        known = self.known.get(filing)
        if known is None or not known.live or known.withdrawn:
            return False
        announced = self.plans.get(filing, Plan()).announced_on is not None
        return announced or known.hold_state is HoldState.POSTED

    def amend(self, filing: str, capacity: int, drawn: dict[int, int]) -> None:
        known = self.known.get(filing)
        if known is not None and known.withdrawn:
            return
        self.revision += 1
        plan = self.invented.plan(lots=tuple(LotUse(f"lot-{n}", Decimal(t)) for n, t in sorted(drawn.items())))
        dossier = self.invented.dossier(products=(self.invented.product(str(capacity)),), replacement=plan)
        self.stated[filing] = Revision(FilingId(filing), self.revision, dossier)
        made = self._evaluated(filing)
        self._resolve(filing, made.replacement, made.operations)

    def again(self, filing: str) -> None:
        """The same revision, on what has changed since; once more right after that changes nothing."""
        before = self.known[filing]
        if before.withdrawn:
            return
        made = self._evaluated(filing)
        self._resolve(filing, made.replacement, made.operations)
        assert made.replacement.version > before.version
        assert not (before.ended and made.replacement.live)
        twice = self._evaluated(filing)
        assert twice.operations == ()
        assert same_content(twice.evaluation, made.evaluation)
        assert signature(twice.evaluation) == signature(made.evaluation)

    def _evaluated(self, filing: str) -> Decided:
        now = replace(self.register, plan=self.plans.get(filing, Plan()))
        return evaluate(self.stated[filing], self.known.get(filing), now, self.policy, on=DAY)

    def withdraw(self, filing: str) -> None:
        self.revision += 1
        known = self.known.get(filing)
        self.register.book.apply_linked(release(known, on=DAY))
        self.known[filing] = withdrawn(FilingId(filing), self.revision, known)

    def post(self, filing: str) -> None:
        self._resolve(filing, *post(self.known[filing], on=DAY, note="虚构文件"))

    def void(self, filing: str) -> None:
        self._resolve(filing, *void(self.known[filing], on=DAY, note="虚构文件"))

    def announce(self, filing: str) -> None:
        known, at = self.known[filing], datetime(2026, 3, 1, tzinfo=UTC)
        for kind, day in ((PlanStepKind.PUBLICITY, PUBLICITY), (PlanStepKind.ANNOUNCED, ANNOUNCED)):
            if self.plans.get(filing, Plan()).day(kind) is None:
                standing = Way(known, self.plans.get(filing, Plan()), ())
                self.plans[filing] = recorded(standing, PlanStep(kind, day, "虚构文件", at), self.policy)

    def reverse(self, filing: str) -> None:
        self._resolve(filing, *reverse(self.known[filing], on=DAY, signers=("甲", "乙"), note="虚构文件"))

    def lapse(self, filing: str) -> None:
        self._resolve(filing, *lapse(self.known[filing], on=DAY, note=""))

    def _resolve(self, filing: str, after: Replacement, operations: Any) -> None:
        self.register.book.apply_linked(operations)
        self.known[filing] = after


@settings(deadline=None)
@given(quantities=st.lists(st.integers(1, 9_000), min_size=LOTS, max_size=LOTS), acts=st.lists(ACT, max_size=25))
def test_in_whatever_order_a_lot_is_never_reserved_beyond_its_quantity(
    quantities: list[int], acts: list[tuple[Any, ...]], invented: Any, policy: PolicyBundle
) -> None:
    registry = Registry(invented, policy, quantities)

    for kind, filing, *arguments in acts:
        before, locked = registry.known.get(filing), registry.locked(filing)
        registry.act(kind, filing, *arguments)
        if kind in ("amend", "again") and locked:
            assert before is not None
            assert registry.known[filing].holds == before.holds

    standing = [(r.hold_state, hold) for r in registry.known.values() for hold in r.holds]
    for id_, lot in registry.register.lots.items():
        balances = registry.register.book.balances(lot.account)
        held = sum(h.quantity.tonnes for state, h in standing if h.lot == id_ and state is HoldState.HELD)
        used = sum(h.quantity.tonnes for state, h in standing if h.lot == id_ and state is HoldState.POSTED)
        assert (balances.held, balances.posted) == (held, used)
        assert held + used <= lot.quantity.tonnes
