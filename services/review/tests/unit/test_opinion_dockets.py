"""Whatever persons and decisions do, in whatever order: one draft, one opinion in force, two persons."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from services.review.tests.support.opinion_cases import DISPOSITIONS, FILING, ISSUED_ON, LAPSE, wording

from kernel.errors import DomainError
from kernel.persons import key_of
from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.docket import Docket, Turn
from review.domain.opinions.opinion import Lapse, Opinion, OpinionState
from statute.finding import Outcome

PERSONS = strategies.sampled_from(["甲", "乙", "丙", " 甲"])
RESULTS = strategies.sampled_from(list(Result))
ENDS = (OpinionState.RETURNED, OpinionState.LAPSED, OpinionState.REVOKED, OpinionState.OVERTAKEN)
NEXT = {
    OpinionState.DRAFT: {OpinionState.DRAFT, OpinionState.RETURNED, OpinionState.ISSUED, OpinionState.OVERTAKEN},
    OpinionState.ISSUED: {OpinionState.ISSUED, OpinionState.LAPSED, OpinionState.REVOKED, OpinionState.OVERTAKEN},
}


class Dockets(RuleBasedStateMachine):
    """One filing: screening decides, persons draft, sign, take back; the days go by."""

    def __init__(self) -> None:
        super().__init__()
        self.docket = Docket(FILING, Decided(1, Outcome.APPROVE, DISPOSITIONS[Outcome.APPROVE], 1))
        self.all: dict[int, Opinion] = {}
        self.announced: list[int] = []
        self.today = ISSUED_ON

    def take(self, turn: Turn | None) -> None:
        if turn is None:
            return
        for change in turn.changes:
            one, before = change.opinion, self.all.get(change.opinion.number)
            assert before is None or one.state in NEXT[before.state]
            assert one.version > max((known.version for known in self.all.values()), default=0)
            self.all[one.number] = one
        if turn.event is not None:
            assert turn.event.opinion == turn.opinion
            self.announced.append(turn.opinion.version)
        self.docket = turn.docket

    def known(self, number: int) -> Opinion | None:
        return self.all.get(number)

    @rule(
        step=strategies.integers(-1, 2),
        outcome=strategies.sampled_from(list(Outcome)),
        newer_revision=strategies.booleans(),
    )
    def screen(self, step: int, outcome: Outcome, *, newer_revision: bool) -> None:
        """An older decision that comes late is not taken."""
        standing = self.docket.decision
        assert standing is not None
        if step > 0:
            revision = standing.revision + newer_revision
            decision = Decided(standing.number + step, outcome, DISPOSITIONS[outcome], revision)
            self.docket = replace(self.docket, decision=decision)
            self.take(self.docket.reconciled())

    @rule(drafter=PERSONS, result=RESULTS, behind=strategies.integers(0, 1))
    def draft(self, drafter: str, result: Result, behind: int) -> None:
        standing = self.docket.decision
        assert standing is not None
        number, revision = standing.number - behind, standing.revision
        with suppress(DomainError):
            self.take(self.docket.draft(wording(result, drafter), number, newest_revision=revision))

    @rule(number=strategies.integers(1, 6), signer=PERSONS, known=strategies.booleans())
    def sign(self, number: int, signer: str, *, known: bool) -> None:
        draft, standing = self.known(number), self.docket.decision
        assert standing is not None
        if draft is not None:
            lapse = replace(LAPSE, day=self.today + timedelta(days=30)) if known and draft.passes else None
            self.attempt_issue(draft, signer, lapse, standing.revision)

    def attempt_issue(self, draft: Opinion, signer: str, lapse: Lapse | None, revision: int) -> None:
        try:
            self.take(self.docket.issue(draft, signer, "某文件", lapse, on=self.today, newest_revision=revision))
        except DomainError:
            return
        assert self.all[draft.number].decision == self.docket.decision

    @rule(number=strategies.integers(1, 6))
    def send_back(self, number: int) -> None:
        if (draft := self.known(number)) is not None:
            with suppress(DomainError):
                self.take(self.docket.send_back(draft, "丙", "补充"))

    @rule(number=strategies.integers(1, 6), one=PERSONS, other=PERSONS)
    def take_back(self, number: int, one: str, other: str) -> None:
        if (opinion := self.known(number)) is not None:
            try:
                self.take(self.docket.revoke(opinion, (one, other), "依据有误"))
            except DomainError:
                return
            assert key_of(one) != key_of(other)

    @rule(number=strategies.integers(1, 6), back=strategies.integers(0, 40))
    def start(self, number: int, back: int) -> None:
        if (opinion := self.known(number)) is not None:
            with suppress(DomainError):
                self.take(self.docket.start(opinion, self.today - timedelta(days=back), "开工报告"))

    @rule(days=strategies.integers(1, 40))
    def days_go_by(self, days: int) -> None:
        self.today += timedelta(days=days)
        for one in self.docket.live:
            self.take(self.docket.lapse(one.number, on=self.today))

    @rule()
    def withdraw(self) -> None:
        """Seldom: nothing is drafted any more after it."""
        if self.docket.numbered >= len(ENDS):
            self.docket = replace(self.docket, withdrawn=True)
            self.take(self.docket.reconciled())

    @invariant()
    def at_most_one_draft_and_it_rests_on_what_stands(self) -> None:
        drafts = [one for one in self.all.values() if one.state is OpinionState.DRAFT]
        assert len(drafts) <= 1
        assert all(one.decision == self.docket.decision and not self.docket.withdrawn for one in drafts)

    @invariant()
    def in_force_at_most_one_of_a_revision_and_one_that_passes(self) -> None:
        in_force = [one for one in self.all.values() if one.in_force]
        assert len({one.revision for one in in_force}) == len(in_force)
        assert sum(one.passes for one in in_force) <= 1
        assert not any(one.is_due(self.today) for one in in_force)

    @invariant()
    def who_signed_did_not_draft(self) -> None:
        signed = [one for one in self.all.values() if one.signer]
        assert all(key_of(one.signer) != key_of(one.wording.drafter) for one in signed)
        assert all(isinstance(one.issued_on, date) and one.document for one in signed)

    @invariant()
    def the_docket_knows_what_is_live_and_its_version_is_the_newest(self) -> None:
        live = {one.number: one for one in self.all.values() if one.state not in ENDS}
        assert {one.number: one for one in self.docket.live} == live
        assert self.docket.version == max((one.version for one in self.all.values()), default=0)
        assert self.docket.numbered == len(self.all)
        assert self.announced == sorted(set(self.announced))


TestDockets = Dockets.TestCase
TestDockets.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
