"""An opinion is drafted by one person and signed by another, on the decision that stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from services.review.tests.support.opinion_cases import (
    FILING,
    ISSUED_ON,
    LAPSE,
    decided,
    docket,
    drafted,
    ended_ones,
    in_force,
    issued,
    wording,
)

from kernel.errors import DomainError
from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.docket import Docket, OpinionIssued, OpinionLapsed, OpinionRevoked, Turn
from review.domain.opinions.opinion import OpinionState
from review.domain.opinions.refusals import (
    DecisionChanged,
    DraftExists,
    FilingAmended,
    FilingIsWithdrawn,
    NotADraft,
    NotAPass,
    NotOpenToOpinion,
    OpinionInForce,
    OpinionNotInForce,
    SamePerson,
    StartOutOfTime,
)
from review.domain.opinions.validity import lapse_of
from statute.finding import Disposition, Outcome
from statute.loader import PolicyBundle

DAY = timedelta(days=1)
ENDED = sorted(ended_ones())


@pytest.mark.parametrize(
    ("outcome", "result", "borne"),
    [
        (Outcome.APPROVE, Result.PASS, True),
        (Outcome.APPROVE, Result.NOT_PASS, False),
        (Outcome.BLOCK, Result.NOT_PASS, True),
        (Outcome.BLOCK, Result.PASS, False),
        (Outcome.DEFER, Result.PASS, False),
        (Outcome.DEFER, Result.NOT_PASS, False),
    ],
)
def test_an_approval_bears_a_pass_and_a_block_a_refusal_and_what_waits_bears_nothing(
    outcome: Outcome, result: Result, *, borne: bool
) -> None:
    open_to = docket(decided(outcome=outcome))
    if borne:
        turn = drafted(open_to, result)
        assert (turn.opinion.state, turn.opinion.number, turn.opinion.version) == (OpinionState.DRAFT, 1, 1)
        return
    with pytest.raises(NotOpenToOpinion) as refused:
        drafted(open_to, result)
    assert refused.value.metadata()["outcome"] == outcome.value


def test_a_draft_is_made_on_the_current_decision_only() -> None:
    with pytest.raises(DecisionChanged) as refused:
        docket(decided(4)).draft(wording(), 3, newest_revision=1)

    assert refused.value.current == f"filings/{FILING}/decisions/4"


@pytest.mark.parametrize(("newest_revision", "refused"), [(1, False), (2, True)])
def test_a_filing_amended_since_waits_for_its_decision(newest_revision: int, *, refused: bool) -> None:
    draft = drafted(docket())
    acts: list[Callable[[], Turn]] = [
        lambda: docket().draft(wording(), 1, newest_revision=newest_revision),
        lambda: draft.docket.issue(draft.opinion, "乙", "某文件", None, on=ISSUED_ON, newest_revision=newest_revision),
    ]

    for act in acts:
        if refused:
            with pytest.raises(FilingAmended):
                act()
        else:
            act()


def test_a_withdrawn_filing_gets_no_opinion() -> None:
    with pytest.raises(FilingIsWithdrawn):
        drafted(replace(docket(), withdrawn=True))


def test_a_second_draft_is_refused_and_names_the_first_and_its_drafter() -> None:
    first = drafted(docket())
    with pytest.raises(DraftExists) as refused:
        drafted(first.docket)

    assert refused.value.metadata() == {"draft": first.opinion.name, "drafter": "甲"}


def test_a_returned_draft_says_why_and_drafted_anew_gets_the_next_number() -> None:
    first = drafted(docket())
    returned = first.docket.send_back(first.opinion, "丙", "补充节能措施")
    again = drafted(returned.docket)

    assert (returned.opinion.state, returned.opinion.reason) == (OpinionState.RETURNED, "补充节能措施")
    assert (again.opinion.number, again.opinion.version) == (2, 3)


@pytest.mark.parametrize(
    ("signer", "refused"),
    [("乙", False), ("甲", True), ("甲 ", True), (" ", True), ("", True)],
)
def test_the_drafter_does_not_sign_whatever_the_spelling(signer: str, *, refused: bool) -> None:
    draft = drafted(docket())
    if not refused:
        turn = issued(draft, signer)
        assert (turn.opinion.state, turn.opinion.signer) == (OpinionState.ISSUED, signer)
        assert turn.event == OpinionIssued(turn.opinion)
        return
    with pytest.raises(SamePerson):
        issued(draft, signer)


@pytest.mark.parametrize("state", ENDED)
def test_what_is_no_draft_is_neither_signed_nor_sent_back(state: str) -> None:
    ended = ended_ones()[state]
    acts: list[Callable[[], Turn]] = [
        lambda: docket().issue(ended, "乙", "某文件", None, on=ISSUED_ON, newest_revision=1),
        lambda: docket().send_back(ended, "丙", "补充"),
    ]
    for act in acts:
        with pytest.raises(NotADraft) as refused:
            act()
        assert refused.value.metadata() == {"opinion": ended.name, "state": state}


@pytest.mark.parametrize("state", ["draft", *ENDED])
def test_what_is_not_in_force_is_neither_taken_back_nor_started_on(state: str) -> None:
    opinion = drafted(docket()).opinion if state == "draft" else ended_ones()[state]
    acts: list[Callable[[], Turn]] = [
        lambda: docket().revoke(opinion, ("甲", "乙"), "依据有误"),
        lambda: docket().start(opinion, ISSUED_ON, "开工报告"),
    ]
    for act in acts:
        with pytest.raises(OpinionNotInForce) as refused:
            act()
        assert refused.value.metadata() == {"opinion": opinion.name, "state": state}


@pytest.mark.parametrize(
    ("newer", "state"),
    [
        (decided(2), OpinionState.DRAFT),
        (decided(2, revision=2), OpinionState.OVERTAKEN),
        (decided(2, disposition=Disposition.CONDITIONAL), OpinionState.OVERTAKEN),
        (decided(2, Outcome.DEFER), OpinionState.OVERTAKEN),
        (decided(2, Outcome.BLOCK), OpinionState.OVERTAKEN),
    ],
)
def test_a_newer_decision_takes_a_draft_along_when_it_says_the_same_and_overtakes_it_otherwise(
    newer: Decided, state: OpinionState
) -> None:
    draft = drafted(docket())

    turn = replace(draft.docket, decision=newer).reconciled()

    assert turn is not None
    assert (turn.opinion.state, turn.opinion.version, turn.event) == (state, 2, None)
    assert turn.opinion.decision == (newer if state is OpinionState.DRAFT else decided())
    assert turn.docket.reconciled() is None


def test_a_draft_is_signed_on_the_newer_decision_that_took_it_along() -> None:
    turn = replace(drafted(docket()).docket, decision=decided(2)).reconciled()
    assert turn is not None

    assert issued(turn).opinion.decision.number == 2


def test_a_decision_that_was_not_reconciled_with_the_draft_is_still_not_signed_on() -> None:
    draft = drafted(docket())
    with pytest.raises(DecisionChanged):
        issued(replace(draft, docket=replace(draft.docket, decision=decided(2, Outcome.BLOCK))))


def test_a_withdrawal_overtakes_the_draft_and_leaves_what_is_in_force() -> None:
    withdrawn = replace(drafted(docket()).docket, withdrawn=True).reconciled()

    assert withdrawn is not None
    assert withdrawn.opinion.state is OpinionState.OVERTAKEN
    assert replace(in_force().docket, withdrawn=True).reconciled() is None


def test_a_revision_has_one_opinion_in_force() -> None:
    signed = in_force()
    with pytest.raises(OpinionInForce) as refused:
        drafted(signed.docket)

    assert refused.value.metadata() == {"opinion": signed.opinion.name, "document": signed.opinion.document}


@pytest.mark.parametrize(
    ("earlier", "later", "overtaken"),
    [
        (Outcome.APPROVE, Outcome.APPROVE, True),
        (Outcome.BLOCK, Outcome.APPROVE, True),
        (Outcome.BLOCK, Outcome.BLOCK, True),
        (Outcome.APPROVE, Outcome.BLOCK, False),
    ],
)
def test_an_opinion_on_a_newer_revision_takes_the_place_of_the_earlier_but_a_refused_change_leaves_the_pass(
    earlier: Outcome, later: Outcome, *, overtaken: bool
) -> None:
    first = in_force(decided(1, earlier))
    result = Result.PASS if later is Outcome.APPROVE else Result.NOT_PASS
    second = issued(drafted(replace(first.docket, decision=decided(2, later, revision=2)), result))

    assert second.event == OpinionIssued(second.opinion)
    assert [(one.opinion.number, one.opinion.state) for one in second.changes] == [
        *([(1, OpinionState.OVERTAKEN)] if overtaken else []),
        (2, OpinionState.ISSUED),
    ]
    assert second.opinion.version == max(one.version for one in second.docket.live)


@pytest.mark.parametrize("signers", [("甲",), ("甲", "甲"), ("甲", "乙", "丙"), ()])
def test_two_different_persons_take_an_opinion_back(signers: tuple[str, ...]) -> None:
    signed = in_force()
    with pytest.raises(SamePerson):
        signed.docket.revoke(signed.opinion, signers, "依据有误")

    turn = signed.docket.revoke(signed.opinion, ("甲", "丙"), "依据有误")
    assert turn.event == OpinionRevoked(turn.opinion)
    assert (turn.opinion.revokers, turn.opinion.reason) == (("甲", "丙"), "依据有误")
    assert drafted(turn.docket).opinion.number == 2


@pytest.mark.parametrize(("day", "lapses"), [(LAPSE.day - DAY, False), (LAPSE.day, True), (LAPSE.day + DAY, True)])
def test_an_opinion_lapses_on_its_day_when_construction_has_not_started(day: date, *, lapses: bool) -> None:
    turn = in_force().docket.lapse(1, on=day)

    assert (turn is not None) == lapses
    if turn is not None:
        assert turn.event == OpinionLapsed(turn.opinion)
        assert turn.docket.lapse(1, on=day) is None


def test_an_opinion_whose_time_is_not_known_does_not_lapse_by_itself() -> None:
    assert in_force(lapse=None).docket.lapse(1, on=date(2099, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "in_time"),
    [(ISSUED_ON - DAY, False), (ISSUED_ON, True), (LAPSE.day - DAY, True), (LAPSE.day, False)],
)
def test_a_start_counts_from_the_day_of_issue_to_the_day_before_the_lapse(day: date, *, in_time: bool) -> None:
    signed = in_force()
    if not in_time:
        with pytest.raises(StartOutOfTime):
            signed.docket.start(signed.opinion, day, "开工报告")
        return
    started = signed.docket.start(signed.opinion, day, "开工报告")

    assert started.docket.lapse(1, on=LAPSE.day) is None
    corrected = started.docket.start(started.opinion, ISSUED_ON, "更正")
    assert (corrected.opinion.construction_started_on, corrected.opinion.construction_evidence) == (ISSUED_ON, "更正")


def test_no_start_is_recorded_on_what_was_not_passed() -> None:
    refused_project = in_force(decided(outcome=Outcome.BLOCK))
    with pytest.raises(NotAPass):
        refused_project.docket.start(refused_project.opinion, ISSUED_ON, "开工报告")


@pytest.mark.parametrize(
    ("issued_on", "lapses_on"),
    [
        (date(2016, 12, 31), None),  # no order on file
        (date(2023, 6, 1), None),  # order 2 of 2023: two years, not verified
        (date(2025, 8, 31), None),
        (date(2025, 9, 1), date(2027, 9, 1)),  # order 31 of 2025, article 19
        (date(2028, 2, 29), date(2030, 3, 1)),
    ],
)
def test_only_a_verified_figure_of_the_day_of_issue_lets_a_pass_lapse(
    issued_on: date, lapses_on: date | None, policy: PolicyBundle
) -> None:
    lapse = lapse_of(Result.PASS, issued_on, policy)

    assert (None if lapse is None else lapse.day) == lapses_on
    assert lapse_of(Result.NOT_PASS, issued_on, policy) is None


@pytest.mark.parametrize(
    "refusal",
    [
        SamePerson("甲, 甲"),
        SamePerson(""),
        FilingIsWithdrawn("filings/a-b"),
        DecisionChanged("filings/a-b/decisions/1", "filings/a-b/decisions/2"),
        FilingAmended("filings/a-b/decisions/1", 2),
        NotOpenToOpinion("filings/a-b/decisions/1", "defer", "pass"),
        DraftExists("filings/a-b/opinions/1", "甲"),
        OpinionInForce("filings/a-b/opinions/1", "某文件"),
        NotADraft("filings/a-b/opinions/1", "returned"),
        OpinionNotInForce("filings/a-b/opinions/1", "lapsed"),
        NotAPass("filings/a-b/opinions/1"),
        StartOutOfTime("filings/a-b/opinions/1", ISSUED_ON, ISSUED_ON, "2028-03-02"),
        StartOutOfTime("filings/a-b/opinions/1", ISSUED_ON, ISSUED_ON, ""),
    ],
)
def test_every_changing_word_of_a_refusal_stands_in_both_languages(refusal: DomainError) -> None:
    text = refusal.text()

    for word in refusal.metadata().values():
        assert word in text.zh
        assert word in text.en
    assert str(refusal) == text.en


def test_an_empty_docket_has_nothing_to_reconcile() -> None:
    assert Docket(FILING).reconciled() is None
