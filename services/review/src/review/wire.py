"""Between reviews and their messages."""

from dualcontrol.review.v1 import review_events_pb2 as events
from dualcontrol.review.v1 import review_service_pb2 as pb
from review.account_wire import account_from_wire, account_to_wire
from review.domain.review import CompetentLevel, Evaluation, FilingId, Review, ReviewEvaluated
from servicekit.wire import findings_from_wire, findings_to_wire, verdict_from_wire, verdict_to_wire

_LEVEL = "COMPETENT_LEVEL_"


def _level_to_wire(level: CompetentLevel | None) -> pb.CompetentLevel.ValueType:
    return pb.CompetentLevel.Value(f"{_LEVEL}{level.name}") if level else pb.COMPETENT_LEVEL_UNSPECIFIED


def _level_from_wire(value: pb.CompetentLevel.ValueType) -> CompetentLevel | None:
    name = pb.CompetentLevel.Name(value).removeprefix(_LEVEL)
    return None if name == "UNSPECIFIED" else CompetentLevel[name]


def evaluation_to_wire(evaluation: Evaluation) -> pb.Review:
    """A review of no filing: without name and revision."""
    return pb.Review(
        two_high=verdict_to_wire(evaluation.two_high),
        competent_level=_level_to_wire(evaluation.competent_level),
        annual_kgce_calorific=evaluation.annual_kgce,
        counted_kgce_calorific=evaluation.counted_kgce,
        findings=findings_to_wire(evaluation.findings),
        bundle_hash=evaluation.bundle_hash,
        account=None if evaluation.account is None else account_to_wire(evaluation.account),
    )


def review_to_wire(review: Review) -> pb.Review:
    message = evaluation_to_wire(review.evaluation)
    message.name = f"filings/{review.filing}/review"
    message.revision = review.revision
    message.version = review.version
    return message


def review_from_wire(message: pb.Review) -> Review:
    """Reads what this service wrote itself."""
    annual = message.annual_kgce_calorific if message.HasField("annual_kgce_calorific") else None
    counted = message.counted_kgce_calorific if message.HasField("counted_kgce_calorific") else None
    evaluation = Evaluation(
        two_high=verdict_from_wire(message.two_high),
        competent_level=_level_from_wire(message.competent_level),
        annual_kgce=annual,
        counted_kgce=counted,
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
        account=account_from_wire(message.account) if message.HasField("account") else None,
    )
    filing_id = message.name.removeprefix("filings/").removesuffix("/review")
    return Review(FilingId(filing_id), message.revision, evaluation, message.version)


def event_to_wire(event: ReviewEvaluated, written: pb.Review) -> events.ReviewEvaluated:
    """`written` is the event's review as a message."""
    return events.ReviewEvaluated(filing=event.review.filing, review=written)
