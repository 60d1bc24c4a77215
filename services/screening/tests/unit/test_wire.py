"""What is kept of facts, reservations and decisions comes back as it was; malformed content is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.regions import RegionCode
from kernel.text import Text
from screening import wire
from screening.domain.case import Reservation
from screening.domain.decision import Content, Decision
from screening.domain.facts import (
    CompetentLevel,
    DeductionFact,
    DeductionId,
    DeductionState,
    FactVersion,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
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
FILING = FilingFact(3, "项目", RegionCode("630104"), date(2026, 3, 2), nationally_planned=True, findings=(FINDING,))
DECISION = Decision(
    FilingId("f-1"),
    2,
    Content(
        "项目", RegionCode("630104"), 3, Outcome.BLOCK, Disposition.NOT_PASS, (FINDING,), basis_unverified=True,
        missing=("dossier.kind",), facts=(FactVersion("region/630100", 7),), bundle_hash="hash",
    ),
    date(2026, 3, 2),
    datetime(2026, 3, 1, 20, 0, 0, 123456, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize("fact", [FILING, FilingFact(1, "p", RegionCode("630000"))])
def test_a_filing_comes_back_as_it_was(fact: FilingFact) -> None:
    assert wire.filing_from_wire(wire.filing_to_wire(fact)) == fact


@pytest.mark.parametrize(
    "fact",
    [
        ReviewFact(1, Verdict.UNKNOWN),
        ReviewFact(2, Verdict.HOLDS, 0, CompetentLevel.EXEMPT, (FINDING,), "hash"),
        ReviewFact(2, Verdict.FAILS, 2**62, CompetentLevel.NATIONAL),
        ReviewFact(2, Verdict.FAILS, findings=(NESTED,)),
    ],
)
def test_a_review_comes_back_as_it_was(fact: ReviewFact) -> None:
    assert wire.review_from_wire(wire.review_to_wire(fact)) == fact


def test_a_replacement_comes_back_as_it_was() -> None:
    fact = ReplacementFact(2, (FINDING,), "hash")

    assert wire.replacement_from_wire(wire.replacement_to_wire(fact)) == fact


@pytest.mark.parametrize("state", DeductionState)
def test_an_answer_comes_back_as_it_was(state: DeductionState) -> None:
    fact = DeductionFact(DeductionId("f-1-r1-1"), state, (FINDING,))

    assert wire.deduction_from_bytes(wire.deduction_to_bytes(fact), state.value) == fact


def test_a_reservation_comes_back_as_it_was() -> None:
    asked = Reservation(DeductionId("f-1-r3-1"), FilingId("f-1"), 3, RegionCode("630104"), 2026, 5_000)

    assert wire.reserve_from_wire(wire.reserve_to_wire(asked), 3) == asked


@pytest.mark.parametrize("intensity", [None, LevelReading(WarningLevel.TWO, date(2025, 12, 31), "a bulletin")])
def test_a_region_comes_back_as_it_was(intensity: LevelReading | None) -> None:
    fact = RegionFact(RegionCode("630100"), 7, intensity)

    assert wire.region_from_wire(wire.region_to_wire(fact)) == fact


def test_a_decision_comes_back_as_it_was_and_is_always_written_alike() -> None:
    message = wire.decision_to_wire(DECISION)

    assert wire.decision_from_wire(message) == DECISION
    assert message.name == "filings/f-1/decisions/2"
    assert wire.canonical(message) == wire.canonical(wire.decision_to_wire(replace(DECISION)))


def test_parts_and_remedies_of_a_finding_come_back_with_the_decision() -> None:
    decision = replace(DECISION, content=replace(DECISION.content, findings=(NESTED, FINDING)))
    message = wire.decision_to_wire(decision)

    assert wire.decision_from_wire(type(message).FromString(wire.canonical(message))) == decision
    assert [part.rule for part in message.findings[0].parts] == ["access.baseline", "access.duty"]
    assert message.findings[0].remedies[0].needed == "100 kgce/t"


def test_answers_of_the_budget_name_their_deduction() -> None:
    deduction = budget_pb.Deduction(name="deductions/f-1-r1-1", filing="f-1")

    reserved = wire.reserved_from_wire(budget.DeductionReserved(deduction=deduction))
    refused = wire.refused_from_wire(budget.DeductionRefused(deduction="f-1-r1-1", filing="f-1"))
    voided = wire.voided_from_wire(budget.DeductionVoided(deduction=deduction))

    assert {fact.deduction for fact in (reserved, refused, voided)} == {"f-1-r1-1"}
    assert [fact.state for fact in (reserved, refused, voided)] == list(DeductionState)


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
    ]:
        with pytest.raises(ValueError, match=r"."):
            read(message)  # type: ignore[operator]  # each with the message of its own kind
