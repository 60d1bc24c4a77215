"""Invented decisions and dockets, for the tests of opinions."""

from datetime import date

from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.docket import Docket, Turn
from review.domain.opinions.opinion import Lapse, Opinion, Wording
from review.domain.review import FilingId
from statute.finding import Citation, Disposition, Outcome

FILING = FilingId("xining-line-2")
ISSUED_ON = date(2026, 3, 2)
LAW = Citation("review.validity_years", "令", "19", "2", "a", date(2025, 9, 1), None, "confirmed", "figure", "")
LAPSE = Lapse(date(2028, 3, 2), LAW)
DISPOSITIONS = {
    Outcome.APPROVE: Disposition.APPROVE,
    Outcome.DEFER: Disposition.DEFER,
    Outcome.BLOCK: Disposition.NOT_PASS,
}


def decided(
    number: int = 1,
    outcome: Outcome = Outcome.APPROVE,
    *,
    revision: int = 1,
    disposition: Disposition | None = None,
) -> Decided:
    return Decided(number, outcome, disposition or DISPOSITIONS[outcome], revision)


def wording(result: Result = Result.PASS, drafter: str = "甲") -> Wording:
    return Wording(result, "同意该项目节能报告。", ("能耗不超过报告值",), drafter)


def docket(decision: Decided | None = None) -> Docket:
    return Docket(FILING, decision or decided())


def drafted(docket_: Docket, result: Result = Result.PASS) -> Turn:
    assert docket_.decision is not None
    return docket_.draft(wording(result), docket_.decision.number, newest_revision=docket_.decision.revision)


def issued(turn: Turn, signer: str = "乙", *, on: date = ISSUED_ON, lapse: Lapse | None = LAPSE) -> Turn:
    """`turn` made a draft."""
    draft = turn.opinion
    held = lapse if draft.passes else None
    return turn.docket.issue(
        draft, signer, f"虚构节能审〔2026〕{draft.number}号", held, on=on, newest_revision=draft.revision
    )


def in_force(decision: Decided | None = None, *, lapse: Lapse | None = LAPSE) -> Turn:
    decision = decision or decided()
    result = Result.PASS if decision.outcome is Outcome.APPROVE else Result.NOT_PASS
    return issued(drafted(docket(decision), result), lapse=lapse)


def ended_ones() -> dict[str, Opinion]:
    """One opinion in each state that is neither a draft nor in force, by the state."""
    draft, signed = drafted(docket()), in_force()
    lapsed = signed.docket.lapse(1, on=LAPSE.day)
    assert lapsed is not None
    return {
        "returned": draft.docket.send_back(draft.opinion, "丙", "补充").opinion,
        "overtaken": draft.opinion.overtaken(),
        "lapsed": lapsed.opinion,
        "revoked": signed.docket.revoke(signed.opinion, ("甲", "丙"), "依据有误").opinion,
    }
