"""Events of filing: translate in, call."""

from functools import partial

from dualcontrol.filing.v1 import filing_events_pb2 as filing
from review.application.evaluate_filing import EvaluateFiling, evaluate_filing
from review.application.ports import Work
from review.domain.review import FilingId
from review.entrypoints.checks import FILING_ID, FILING_ID_FORM, checked_dossier, present
from servicekit.eventing.consumer import Route, Subscription
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


async def take_accepted(policy: PolicyBundle, message: filing.FilingAccepted, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    violations = Violations()
    violations.matching("filing", message.filing, FILING_ID, FILING_ID_FORM)
    if message.revision < 1:
        violations.add("revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")
    present("dossier", message, "dossier", violations)
    dossier = checked_dossier(message.dossier, violations)
    violations.done()
    assert dossier is not None
    await evaluate_filing(EvaluateFiling(FilingId(message.filing), message.revision, dossier), work, policy)


def subscriptions(policy: PolicyBundle) -> tuple[Subscription[Work], ...]:
    routes = {
        event_type("filing", filing.FilingAccepted): Route(filing.FilingAccepted, partial(take_accepted, policy)),
    }
    # What was found of a revision stays true after the withdrawal: there is nothing to change.
    ignored = frozenset({event_type("filing", filing.FilingWithdrawn)})
    return (Subscription(FILING_EVENTS, routes, ignored),)
