"""Events of filing: translate in, call."""

from collections.abc import Sequence
from functools import partial

from capacity.application.evaluate_filing import evaluate_filing
from capacity.application.ports import Work
from capacity.application.withdraw_filing import WithdrawFiling, withdraw_filing
from capacity.domain.evaluation import Revision
from capacity.domain.replacement import FilingId
from capacity.entrypoints import checks
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from kernel.clock import Clock
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


async def take_accepted(policy: PolicyBundle, clock: Clock, message: filing.FilingAccepted, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    violations = Violations()
    filing_id = checks.filing_id(violations, message.filing)
    checks.revision(violations, message.revision)
    dossier = checks.dossier(violations, message, policy)
    violations.done()
    assert dossier is not None
    await evaluate_filing(Revision(filing_id, message.revision, dossier), work, policy, clock())


async def take_withdrawn(clock: Clock, message: filing.FilingWithdrawn, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    violations = Violations()
    filing_id = checks.filing_id(violations, message.filing)
    checks.revision(violations, message.revision)
    violations.done()
    await withdraw_filing(WithdrawFiling(filing_id, message.revision), work, clock())


async def lock_ahead(messages: Sequence[filing.FilingAccepted | filing.FilingWithdrawn], work: Work) -> None:
    """The filings of a batch in one go; what is no id of a filing is refused when its event is taken."""
    asked = dict.fromkeys(FilingId(one.filing) for one in messages if checks.FILING_ID.fullmatch(one.filing))
    await work.replacements.lock(asked)


def subscriptions(policy: PolicyBundle, clock: Clock) -> tuple[Subscription[Work], ...]:
    handlers = {
        filing.FilingAccepted: partial(take_accepted, policy, clock),
        filing.FilingWithdrawn: partial(take_withdrawn, clock),
    }
    return (Subscription.of(FILING_EVENTS, handlers, ahead=lock_ahead),)
