"""Between opinions and their messages."""

from collections.abc import Mapping
from typing import Final

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.docket import OpinionEvent, OpinionIssued, OpinionLapsed, OpinionRevoked
from review.domain.opinions.opinion import Opinion
from servicekit.wire import citation_to_wire, date_to_wire, disposition_from_wire
from statute.finding import Disposition, Outcome

RESULTS: Final[Mapping[pb.OpinionResult.ValueType, Result]] = {
    pb.OpinionResult.Value(f"OPINION_RESULT_{result.name}"): result for result in Result
}
_OUTCOMES: Final[Mapping[common.Outcome.ValueType, Outcome]] = {
    common.Outcome.Value(f"OUTCOME_{outcome.name}"): outcome for outcome in Outcome
}

Event = events.OpinionIssued | events.OpinionLapsed | events.OpinionRevoked
_EVENTS: Final[Mapping[type[OpinionEvent], type[Event]]] = {
    OpinionIssued: events.OpinionIssued,
    OpinionLapsed: events.OpinionLapsed,
    OpinionRevoked: events.OpinionRevoked,
}


def opinion_to_wire(opinion: Opinion) -> pb.Opinion:
    message = opinion_listed(opinion)
    message.text = opinion.wording.text
    message.conditions.extend(opinion.wording.conditions)
    return message


def opinion_listed(opinion: Opinion) -> pb.Opinion:
    """As it stands in a list: without what it says."""
    message = pb.Opinion(
        name=opinion.name,
        revision=opinion.revision,
        decision=f"filings/{opinion.filing}/decisions/{opinion.decision.number}",
        result=pb.OpinionResult.Value(f"OPINION_RESULT_{opinion.wording.result.name}"),
        state=pb.OpinionState.Value(f"OPINION_STATE_{opinion.state.name}"),
        drafter=opinion.wording.drafter,
        signer=opinion.signer,
        document=opinion.document,
        reason=opinion.reason,
        revokers=opinion.revokers,
        version=opinion.version,
        construction_evidence=opinion.construction_evidence,
    )
    if opinion.issued_on is not None:
        message.issue_date.CopyFrom(date_to_wire(opinion.issued_on))
    if opinion.lapse is not None:
        message.lapse_date.CopyFrom(date_to_wire(opinion.lapse.day))
        message.lapse_basis.CopyFrom(citation_to_wire(opinion.lapse.under))
    if opinion.construction_started_on is not None:
        message.construction_start_date.CopyFrom(date_to_wire(opinion.construction_started_on))
    return message


def opinion_event_to_wire(event: OpinionEvent) -> Event:
    return _EVENTS[type(event)](filing=event.opinion.filing, opinion=opinion_to_wire(event.opinion))


def decided_from_wire(
    number: int, revision: int, outcome: common.Outcome.ValueType, disposition: common.Disposition.ValueType
) -> Decided:
    """What a newer sender says and is not known here waits: an unknown outcome defers, as its contract asks."""
    return Decided(
        number,
        _OUTCOMES.get(outcome, Outcome.DEFER),
        disposition_from_wire(disposition) or Disposition.MANUAL,
        revision,
    )
