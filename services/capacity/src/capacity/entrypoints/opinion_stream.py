"""Events of review about opinions: translate in, call."""

from functools import partial

from capacity.application.ports import Work
from capacity.application.take_opinion import Opined, take_opinion
from capacity.domain.replacement import FilingId
from capacity.entrypoints import checks
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1 import review_events_pb2 as reviews
from kernel.clock import Clock
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import REVIEW_EVENTS
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle

SIGNERS: int = 2

Message = opinions.OpinionIssued | opinions.OpinionLapsed | opinions.OpinionRevoked


async def take_message(policy: PolicyBundle, clock: Clock, message: Message, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    violations = Violations()
    filing = checks.filing_id(violations, message.filing)
    opined = _opined(filing, message, violations)
    violations.done()
    await take_opinion(opined, work, policy=policy, at=clock())


def _opined(filing: FilingId, message: Message, violations: Violations) -> Opined:
    """Those that answer for an opinion that holds no more: who took it back, else who drafted and signed it."""
    opinion, part = message.opinion, violations.within("opinion")
    for field, number in (("revision", opinion.revision), ("version", opinion.version)):
        if number < 1:
            part.add(field, "TOO_SMALL", "从 1 开始", "must be at least 1")
    ended = not isinstance(message, opinions.OpinionIssued)
    signers = tuple(opinion.revokers) or (opinion.drafter, opinion.signer)
    if len({one.strip() for one in signers} - {""}) != SIGNERS or not all(one.isprintable() for one in signers):
        part.add("signer", "TWO_PERSONS", "须有两人署名", "must name two different persons")
    checks.document(part, "document", opinion.document)
    return Opined(
        filing=filing,
        revision=opinion.revision,
        version=opinion.version,
        passes=opinion.result == pb.OPINION_RESULT_PASS,
        ended=ended,
        document=opinion.document,
        signers=signers,
        reason=opinion.reason or f"{opinion.document}: {message.DESCRIPTOR.name}",
    )


def opinion_subscription(policy: PolicyBundle, clock: Clock) -> Subscription[Work]:
    """What review evaluated is none of capacity's business."""
    take = partial(take_message, policy, clock)
    handlers = {opinions.OpinionIssued: take, opinions.OpinionLapsed: take, opinions.OpinionRevoked: take}
    return Subscription.of(REVIEW_EVENTS, handlers, ignored=(reviews.ReviewEvaluated,))
