"""Events of screening: translate in, call."""

import re
from typing import Final

from dualcontrol.screening.v1 import screening_events_pb2 as screening
from kernel.text import Text
from review.application.opinions.follow import follow_decision
from review.application.ports import Work
from review.domain.review import FilingId
from review.entrypoints.checks import FILING, FILING_ID, FILING_ID_FORM
from review.opinion_wire import decided_from_wire
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import SCREENING_EVENTS
from servicekit.rpc.checks import Violations

_DECISION = re.compile(rf"filings/{FILING}/decisions/([1-9][0-9]{{0,8}})", re.ASCII)
_DECISION_FORM: Final = Text(zh=" filings/{备案编号}/decisions/{序号}", en="filings/{filing}/decisions/{number}")


async def take_screened(message: screening.ProjectScreened, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    decision, violations = message.decision, Violations()
    violations.matching("filing", message.filing, FILING_ID, FILING_ID_FORM)
    named = _DECISION.fullmatch(violations.matching("decision.name", decision.name, _DECISION, _DECISION_FORM))
    if decision.filing_revision < 1:
        violations.add("decision.filing_revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")
    violations.done()
    assert named is not None
    decided = decided_from_wire(int(named[1]), decision.filing_revision, decision.outcome, decision.disposition)
    await follow_decision(FilingId(message.filing), decided, work)


def opinion_subscription() -> Subscription[Work]:
    return Subscription.of(SCREENING_EVENTS, {screening.ProjectScreened: take_screened})
