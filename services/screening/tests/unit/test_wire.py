"""What is kept of facts, reservations and decisions comes back as it was; malformed content is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets_pb
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import screening_events_pb2 as events
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.case import Posted, Reservation
from screening.domain.deciding import Post, Reverse, Void
from screening.domain.decision import Cause, Content, Decision
from screening.domain.facts import (
    CompetentLevel,
    DeductionFact,
    DeductionId,
    DeductionState,
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
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.domain.told import told
from screening.wire import facts as wire
from screening.wire import kept
from screening.wire.commands import command_to_wire, reserve_to_wire
from screening.wire.decisions import announced, canonical, content_bytes, decision_from_wire, decision_to_wire, written
from screening.wire.findings import told_from_wire, told_to_wire
from screening.wire.kept import AnyFact
from servicekit.wire import finding_to_wire
from statute.finding import Citation, Disposition, Finding, Outcome, Remedy, Verdict

CITATION = Citation("p", "d", "a", "1", "t", date(2020, 1, 1), date(2030, 1, 1), "unverified", "method", "s")
FINDING = Finding(
    "access.baseline", Text("标题", "t"), Verdict.FAILS, Text("因", "b"), (("b", "2"), ("a", "1")), (CITATION,),
    Disposition.NOT_PASS, ("dossier.kind",),
)  # fmt: skip
NESTED = replace(
    FINDING,
    rule="access.benchmark",
    parts=(FINDING, replace(FINDING, rule="access.duty", parts=(replace(FINDING, missing=()),))),
    remedies=(
        Remedy("dossier.products[0].unit_energy[0].value", "105 kgce/t", "100 kgce/t", Text("降低", "lower it")),
    ),
)
TOLD, TOLD_NESTED = told_from_wire([finding_to_wire(FINDING), finding_to_wire(NESTED)])
FILING = FilingFact(3, "项目", RegionCode("630104"), date(2026, 3, 2), nationally_planned=True, findings=(TOLD,))
LISTED = replace(
    FILING,
    owner_name="虚构业主",
    credit_code="虚构代码",
    project_code="2512-632801-26-01-000001",
    industry_codes=("3216",),
)
RESERVATION = Reservation(DeductionId("f-1-r3-1"), FilingId("f-1"), 3, RegionCode("630104"), 2026, 5_000)
POSTED = Posted(RESERVATION, "青节审〔2026〕1号", ("张三(虚构)", "李四(虚构)"))
CONTENT = Content(
    "项目", RegionCode("630104"), 3, Outcome.BLOCK, Disposition.NOT_PASS, (TOLD,), basis_unverified=True,
    missing=("dossier.kind",), facts=(FactVersion("region/630100", 7),), bundle_hash="hash", set_aside=("access.duty",),
)  # fmt: skip
DECISION = Decision(
    FilingId("f-1"),
    2,
    CONTENT,
    date(2026, 3, 2),
    datetime(2026, 3, 1, 20, 0, 0, 123456, tzinfo=UTC),
    (Cause("region", "region/630100@7"), Cause("fact", "review@3")),
    attempt=4,
)


@pytest.mark.parametrize("fact", [FILING, FilingFact(1, "p", RegionCode("630000")), LISTED])
def test_a_filing_comes_back_as_it_was(fact: FilingFact) -> None:
    assert wire.filing_from_wire(wire.filing_to_wire(fact)) == fact


@pytest.mark.parametrize(
    "fact",
    [
        ReviewFact(1, Verdict.UNKNOWN),
        ReviewFact(2, Verdict.HOLDS, 0, CompetentLevel.EXEMPT, (TOLD,), "hash"),
        ReviewFact(2, Verdict.FAILS, 2**62, CompetentLevel.NATIONAL, version=9),
        ReviewFact(2, Verdict.FAILS, findings=(TOLD_NESTED,)),
    ],
)
def test_a_review_comes_back_as_it_was(fact: ReviewFact) -> None:
    assert wire.review_from_wire(wire.review_to_wire(fact)) == fact


def test_a_replacement_comes_back_as_it_was() -> None:
    fact = ReplacementFact(2, (TOLD,), "hash", version=5)

    assert wire.replacement_from_wire(wire.replacement_to_wire(fact)) == fact


@pytest.mark.parametrize("message", [review.Review(revision=3), review.Review(revision=3, version=7)])
def test_an_evaluation_that_does_not_count_has_the_version_of_its_revision(message: review.Review) -> None:
    assert wire.review_from_wire(message).version == (message.version or 3)


@pytest.mark.parametrize(
    "fact",
    [
        FILING,
        WithdrawalFact(4),
        ReviewFact(2, Verdict.HOLDS, 5, CompetentLevel.PROVINCIAL, (TOLD,), "hash", version=3),
        ReplacementFact(2, (TOLD,), "hash", version=5),
        *(DeductionFact(DeductionId("f-1-r1-1"), state, (TOLD,)) for state in DeductionState),
        DeductionFact(
            DeductionId("f-1-r1-2"), DeductionState.REFUSED, (TOLD,),
            (Shortage(RegionCode("630104"), fits=True), Shortage(RegionCode("630000"), fits=False)),
        ),
        SavingFact("s-1", 1, live=True, replaces_kgce=2**62, calorific=True),
        SavingFact("s-1", 2, live=False, replaces_kgce=7, calorific=False),
        OpinionFact(3, 2, passes=True, in_force=True, document="文号", signers=("甲(虚构)", "乙(虚构)")),
        OpinionFact(4, 2, passes=True, in_force=False, lapsed=True, document="文号", reason="逾期"),
        RulingFact(1, 2, Disposition.CONDITIONAL, ("review.two_high", "budget.envelope"), "甲(虚构)", "第九条", "因"),
        OverrideFact("1", 2, 3, ("access.duty",), date(2026, 9, 1), ("甲(虚构)", "乙(虚构)"), "因", "文号", ended=True),
        QueueFact(2, 3, RegionCode("630100")),
    ],
)  # fmt: skip
def test_every_fact_that_is_kept_comes_back_as_it_was(fact: AnyFact) -> None:
    assert kept.read(FilingId("f-1"), kept.key_of(fact), kept.written(fact)) == fact


def test_what_became_of_an_answer_is_kept_as_a_later_version_of_it() -> None:
    keys = [kept.key_of(DeductionFact(DeductionId("f-1-r1-1"), state)) for state in DeductionState]

    assert {key[:2] for key in keys} == {("deduction", "f-1-r1-1")}
    assert dict(zip(DeductionState, [key.version for key in keys], strict=True)) == {
        DeductionState.RESERVED: 1, DeductionState.REFUSED: 1, DeductionState.POSTED: 2, DeductionState.VOIDED: 3
    }  # fmt: skip


@pytest.mark.parametrize("reservation", [None, RESERVATION])
def test_a_reservation_comes_back_as_it_was(reservation: Reservation | None) -> None:
    assert kept.reservation_from_bytes(FilingId("f-1"), kept.reservation_to_bytes(reservation)) == reservation


def test_what_was_made_final_comes_back_with_its_document_and_signers() -> None:
    written = kept.reservation_to_bytes(RESERVATION, POSTED)

    assert kept.posted_from_bytes(FilingId("f-1"), written) == POSTED
    assert kept.posted_from_bytes(FilingId("f-1"), None) is None


def test_what_is_asked_of_the_budget_names_the_deduction_and_the_filing() -> None:
    told_budget: list[Any] = [
        reserve_to_wire(RESERVATION),
        *(
            command_to_wire(FilingId("f-1"), command)
            for command in (Void(RESERVATION), Post(POSTED), Reverse(POSTED, "撤销"))
        ),
    ]

    assert [type(message).__name__ for message in told_budget] == [
        "ReserveDeduction", "VoidDeduction", "PostDeduction", "ReverseDeduction"
    ]  # fmt: skip
    assert {(message.deduction, message.filing) for message in told_budget} == {("f-1-r3-1", "f-1")}
    _, _, post, reverse = told_budget
    assert post.document == POSTED.document
    assert (tuple(reverse.signers), reverse.reason) == (POSTED.signers, "撤销")


@pytest.mark.parametrize("intensity", [None, LevelReading(WarningLevel.TWO, date(2025, 12, 31), "a bulletin")])
def test_a_region_comes_back_as_it_was(intensity: LevelReading | None) -> None:
    fact = RegionFact(RegionCode("630100"), 7, intensity)

    assert wire.region_from_wire(wire.region_to_wire(fact)) == fact


def test_a_decision_comes_back_as_it_was_and_is_always_written_alike() -> None:
    message = decision_to_wire(DECISION)

    assert decision_from_wire(message, attempt=4) == DECISION
    assert message.name == "filings/f-1/decisions/2"
    assert canonical(message) == canonical(decision_to_wire(replace(DECISION)))


@pytest.mark.parametrize("characters", [0, 1, 127, 128, 5_000, 16_383, 16_384, 3_000_000])
def test_the_event_of_a_decision_carries_the_decision_as_it_is_kept(characters: int) -> None:
    decision = replace(DECISION, content=replace(CONTENT, project_name="x" * characters))

    one = announced(decision)

    event = events.ProjectScreened.FromString(one.event)
    assert (event.filing, event.decision) == ("f-1", decision_to_wire(decision))
    assert one.kept == written(decision)
    assert screening_pb.Decision.FromString(one.kept) == event.decision
    standing = one.standing
    assert (standing.number, standing.outcome, standing.disposition) == (2, Outcome.BLOCK, Disposition.NOT_PASS)


def test_two_decisions_have_one_digest_when_they_decide_the_same_whenever_and_whyever_they_were_made() -> None:
    later = replace(DECISION, number=3, day=date(2026, 4, 1), at=datetime(2026, 4, 1, tzinfo=UTC), causes=(), attempt=7)
    other = replace(DECISION, content=replace(CONTENT, facts=(FactVersion("region/630100", 8),)))

    digest, of_later, of_other = (announced(one).standing.content for one in (DECISION, later, other))

    assert digest == of_later != of_other
    assert content_bytes(CONTENT) == content_bytes(replace(CONTENT)) != content_bytes(other.content)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"bundle_hash": "another", "facts": (FactVersion("region/630100", 9),), "project_name": "新名"}, True),
        ({"findings": told([replace(FINDING, because=Text("新的说法", "other words"))])}, True),
        ({"findings": told([replace(FINDING, verdict=Verdict.UNKNOWN)])}, False),
        ({"findings": told([replace(FINDING, missing=())])}, False),
        ({"basis_unverified": False}, False),
        ({"disposition": Disposition.PROHIBIT}, False),
        ({"set_aside": ()}, False),
        ({"filing_revision": 4}, False),
    ],
)
def test_what_is_said_is_compared_without_words_and_editions(change: dict[str, object], same: bool) -> None:
    other = replace(CONTENT, **change)  # type: ignore[arg-type]  # by the names of its fields

    assert (announced(replace(DECISION, content=other)).standing.says == announced(DECISION).standing.says) is same


def test_other_words_and_another_edition_of_a_rule_say_the_same() -> None:
    edition = replace(CITATION, document="新版", in_force_from=date(2026, 1, 1))
    anew = replace(FINDING, because=Text("新的说法", "other words"), under=(edition,), inputs=())

    before, after = (replace(DECISION, content=replace(CONTENT, findings=told([one]))) for one in (FINDING, anew))

    assert announced(before).standing.says == announced(after).standing.says
    assert announced(before).standing.content != announced(after).standing.content


def test_parts_and_remedies_of_a_finding_come_back_with_the_decision() -> None:
    decision = replace(DECISION, content=replace(CONTENT, findings=(TOLD_NESTED, TOLD)))
    message = decision_to_wire(decision)

    assert decision_from_wire(type(message).FromString(canonical(message)), attempt=4) == decision
    assert [part.rule for part in message.findings[0].parts] == ["access.baseline", "access.duty"]
    assert message.findings[0].remedies[0].needed == "100 kgce/t"


@pytest.mark.parametrize("verification", ["unverified", "confirmed", "policy_default"])
@pytest.mark.parametrize("kind", ["figure", "method"])
@pytest.mark.parametrize("leads_to", [None, *Disposition])
def test_what_a_finding_asks_is_read_from_its_message_as_from_itself(
    verification: str, kind: str, leads_to: Disposition | None
) -> None:
    made = replace(FINDING, leads_to=leads_to, under=(replace(CITATION, verification=verification, kind=kind),))

    (here,), (elsewhere,) = told([made]), told_from_wire([finding_to_wire(made)])

    assert elsewhere._replace(whole=None) == here._replace(whole=None)
    assert told_to_wire([here]) == told_to_wire([elsewhere])


def test_answers_of_the_budget_name_their_deduction() -> None:
    deduction = budget_pb.Deduction(name="deductions/f-1-r1-1", filing="f-1")
    facts = [
        wire.reserved_from_wire(budget.DeductionReserved(deduction=deduction)),
        wire.refused_from_wire(budget.DeductionRefused(deduction="f-1-r1-1", filing="f-1")),
        wire.voided_from_wire(budget.DeductionVoided(deduction=deduction)),
        wire.voided_from_wire(budget.DeductionExpired(deduction=deduction)),
        wire.voided_from_wire(budget.DeductionReversed(deduction=deduction)),
        wire.posted_from_wire(budget.DeductionPosted(deduction=deduction)),
    ]

    assert {fact.deduction for fact in facts} == {"f-1-r1-1"}
    assert [fact.state.value for fact in facts] == ["reserved", "refused", "voided", "voided", "voided", "posted"]


@pytest.mark.parametrize(("asked", "fits"), [(999, True), (1_000, True), (1_001, False)])
def test_what_was_asked_fits_while_it_is_not_more_than_was_ever_granted(asked: int, fits: bool) -> None:
    message = budget.DeductionRefused(deduction="f-1-r1-1", filing="f-1")
    message.shortages.add(region_code="630100", year=2026, instrument="energy", asked=asked, available=0, granted=1_000)

    assert wire.refused_from_wire(message).shortages == (Shortage(RegionCode("630100"), fits),)


@pytest.mark.parametrize(
    ("state", "in_force", "lapsed", "signers"),
    [
        (opinion_pb.OPINION_STATE_ISSUED, True, False, ("甲(虚构)", "乙(虚构)")),
        (opinion_pb.OPINION_STATE_LAPSED, False, True, ("甲(虚构)", "乙(虚构)")),
        (opinion_pb.OPINION_STATE_REVOKED, False, False, ("丙(虚构)", "丁(虚构)")),
    ],
)
def test_an_opinion_is_in_force_until_it_lapses_or_is_taken_back_by_two(
    state: opinion_pb.OpinionState.ValueType, in_force: bool, lapsed: bool, signers: tuple[str, ...]
) -> None:
    message = opinion_pb.Opinion(
        name="filings/f-1/opinions/1", revision=2, state=state, result=opinion_pb.OPINION_RESULT_PASS,
        drafter="甲(虚构)", signer="乙(虚构)", revokers=("丙(虚构)", "丁(虚构)"), document="文号", reason="因",
        version=3,
    )  # fmt: skip

    fact = wire.opinion_from_wire(message)

    assert fact == OpinionFact(3, 2, True, in_force, lapsed, "文号", signers, "因")


@pytest.mark.parametrize("result", [0, opinion_pb.OPINION_RESULT_NOT_PASS, 9])
def test_an_opinion_with_another_result_does_not_pass(result: Any) -> None:
    message = opinion_pb.Opinion(revision=1, version=1, state=opinion_pb.OPINION_STATE_ISSUED, result=result)

    assert not wire.opinion_from_wire(message).passes


@pytest.mark.parametrize(
    ("state", "version", "live"),
    [
        (offsets_pb.SAVING_HOLD_STATE_RESERVED, 1, True),
        (offsets_pb.SAVING_HOLD_STATE_POSTED, 2, True),
        (offsets_pb.SAVING_HOLD_STATE_VOIDED, 2, False),
    ],
)
@pytest.mark.parametrize("basis", [offsets_pb.OFFSET_BASIS_CALORIFIC, offsets_pb.OFFSET_BASIS_EQUIVALENT])
def test_savings_count_on_their_basis_until_they_are_given_back(
    state: offsets_pb.SavingHoldState.ValueType, version: int, live: bool, basis: offsets_pb.OffsetBasis.ValueType
) -> None:
    message = offsets_pb.SavingHold(name="savingHolds/s-1", state=state, energy_kgce=7_000, basis=basis)

    calorific = basis == offsets_pb.OFFSET_BASIS_CALORIFIC
    assert wire.saving_from_wire(message) == SavingFact("s-1", version, live, 7_000, calorific)


def test_only_the_intensity_scale_counts_and_a_level_of_a_newer_sender_is_not_known() -> None:
    message = targets.RegionLevelChanged(region_code="630100", version=1)
    message.levels.add(scale=targets_pb.SCALE_TOTAL, level=targets_pb.WARNING_LEVEL_ONE)
    assert wire.region_from_wire(message).intensity is None

    message.levels.add(scale=targets_pb.SCALE_INTENSITY, level=9)
    assert wire.region_from_wire(message).intensity is None


def test_an_unknown_verdict_or_level_of_a_newer_sender_is_unknown() -> None:
    fact = wire.review_from_wire(review.Review.FromString(b"\x10\x01\x18\x09\x20\x09"))

    assert (fact.two_high, fact.competent_level, fact.annual_kgce) == (Verdict.UNKNOWN, None, None)


def test_malformed_content_is_refused() -> None:
    nowhere, never = filing.FilingAccepted(revision=1), filing.FilingAccepted(revision=1)
    never.dossier.region_code = "630104"
    never.dossier.application_date.month = 13
    twice = targets.RegionLevelChanged(region_code="630100", version=1)
    for _ in range(2):
        twice.levels.add(scale=targets_pb.SCALE_INTENSITY)

    for read, message in [
        (wire.filing_from_wire, nowhere),
        (wire.filing_from_wire, never),
        (wire.withdrawal_from_wire, filing.FilingWithdrawn()),
        (wire.review_from_wire, review.Review()),
        (wire.review_from_wire, review.Review(revision=1, annual_kgce_calorific=-1)),
        (wire.replacement_from_wire, capacity.Replacement()),
        (wire.reserved_from_wire, budget.DeductionReserved()),
        (wire.refused_from_wire, budget.DeductionRefused()),
        (wire.voided_from_wire, budget.DeductionVoided()),
        (wire.region_from_wire, targets.RegionLevelChanged(version=1)),
        (wire.region_from_wire, targets.RegionLevelChanged(region_code="630100")),
        (wire.region_from_wire, twice),
        (wire.posted_from_wire, budget.DeductionPosted()),
        (wire.saving_from_wire, offsets_pb.SavingHold(name="savings/s-1")),
        (wire.opinion_from_wire, opinion_pb.Opinion(revision=1, version=1, state=opinion_pb.OPINION_STATE_DRAFT)),
        (wire.opinion_from_wire, opinion_pb.Opinion(revision=1, state=opinion_pb.OPINION_STATE_ISSUED)),
    ]:
        with pytest.raises(ValueError, match=r"."):
            read(message)  # type: ignore[operator]  # each with the message of its own kind
