"""What an opinion says in a message, and what is read of a decision."""

import pytest
from services.review.tests.support.opinion_cases import LAPSE, docket, drafted, ended_ones, in_force

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from review.domain.opinions.decided import Result
from review.domain.opinions.opinion import OpinionState
from review.opinion_wire import RESULTS, decided_from_wire, opinion_event_to_wire, opinion_listed, opinion_to_wire
from statute.finding import Disposition, Outcome


def test_every_state_and_result_has_its_word_in_the_contract() -> None:
    opinions = [drafted(docket()).opinion, in_force().opinion, *ended_ones().values()]

    assert {one.state for one in opinions} == set(OpinionState)
    assert set(RESULTS.values()) == set(Result)
    assert [pb.OpinionState.Name(opinion_to_wire(one).state) for one in opinions] == [
        f"OPINION_STATE_{one.state.name}" for one in opinions
    ]


def test_what_is_not_known_of_an_opinion_is_absent_and_not_empty_days() -> None:
    draft = opinion_to_wire(drafted(docket()).opinion)
    unknown = opinion_to_wire(in_force(lapse=None).opinion)

    days = {"issue_date", "lapse_date", "lapse_basis", "construction_start_date"}
    assert days & {field.name for field, _ in draft.ListFields()} == set()
    assert days & {field.name for field, _ in unknown.ListFields()} == {"issue_date"}


def test_a_list_leaves_out_what_an_opinion_says_and_nothing_else() -> None:
    opinion = in_force().opinion
    whole, listed = opinion_to_wire(opinion), opinion_listed(opinion)

    assert (listed.text, list(listed.conditions)) == ("", [])
    whole.ClearField("text")
    whole.ClearField("conditions")
    assert listed == whole


def test_each_event_is_a_message_of_its_name_with_the_whole_opinion() -> None:
    signed = in_force()
    turns = (
        signed,
        signed.docket.lapse(1, on=LAPSE.day),
        signed.docket.revoke(signed.opinion, ("甲", "丙"), "依据有误"),
    )
    made = [opinion_event_to_wire(turn.event) for turn in turns if turn is not None and turn.event is not None]

    assert [type(one) for one in made] == [events.OpinionIssued, events.OpinionLapsed, events.OpinionRevoked]
    assert all(one.filing == "xining-line-2" and one.opinion.text for one in made)


@pytest.mark.parametrize(
    ("outcome", "disposition", "read"),
    [
        (common.OUTCOME_APPROVE, common.DISPOSITION_CONDITIONAL, (Outcome.APPROVE, Disposition.CONDITIONAL)),
        (common.OUTCOME_BLOCK, common.DISPOSITION_PROHIBIT, (Outcome.BLOCK, Disposition.PROHIBIT)),
        (common.OUTCOME_UNSPECIFIED, common.DISPOSITION_UNSPECIFIED, (Outcome.DEFER, Disposition.MANUAL)),
        (99, 99, (Outcome.DEFER, Disposition.MANUAL)),
    ],
)
def test_a_decision_in_words_not_known_here_waits_for_a_person(
    outcome: common.Outcome.ValueType, disposition: common.Disposition.ValueType, read: tuple[Outcome, Disposition]
) -> None:
    decided = decided_from_wire(3, 2, outcome, disposition)

    assert (decided.number, decided.revision) == (3, 2)
    assert (decided.outcome, decided.disposition) == read
