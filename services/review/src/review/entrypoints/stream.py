"""Events of filing: translate in, call."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from google.protobuf.message import Message

from dossier.checks import checked_dossier
from dossier.fields import present
from dossier.model import Applicant
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1.filing_service_pb2 import Dossier
from review.application.evaluate_filing import EvaluateFiling, evaluate_filing
from review.application.forget_filing import forget_filing
from review.application.opinions.follow import follow_withdrawal
from review.application.ports import Place, Work
from review.domain.ownership import owner_of
from review.domain.review import FilingId
from review.entrypoints.checks import FILING_ID, FILING_ID_FORM
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


async def take_accepted(policy: PolicyBundle, message: filing.FilingAccepted, work: Work) -> None:
    """Raises InvalidRequest for a malformed event."""
    violations = Violations()
    _check_head(message, violations)
    present("dossier", message, "dossier", violations)
    dossier = checked_dossier(message.dossier, violations, policy)
    violations.done()
    assert dossier is not None
    await evaluate_filing(EvaluateFiling(FilingId(message.filing), message.revision, dossier), work, policy)


async def take_withdrawn(message: filing.FilingWithdrawn, work: Work) -> None:
    """The review stays: what was found of a revision stays true. Raises InvalidRequest for a malformed event."""
    violations = Violations()
    _check_head(message, violations)
    violations.done()
    await forget_filing(FilingId(message.filing), message.revision, work)
    await follow_withdrawal(FilingId(message.filing), work)


def _check_head(message: filing.FilingAccepted | filing.FilingWithdrawn, violations: Violations) -> None:
    violations.matching("filing", message.filing, FILING_ID, FILING_ID_FORM)
    if message.revision < 1:
        violations.add("revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")


async def load_ahead(messages: Sequence[filing.FilingAccepted | filing.FilingWithdrawn], work: Work) -> None:
    """What a batch needs, in one go; what is malformed is refused when its event is taken."""
    named = [one for one in messages if FILING_ID.fullmatch(one.filing)]
    await work.reviews.lock(dict.fromkeys(FilingId(one.filing) for one in named))
    places = dict.fromkeys(_place(one.dossier) for one in named if isinstance(one, filing.FilingAccepted))
    # The database takes no zero characters.
    if storable := [place for place in places if "\0" not in place.owner + place.region]:
        await work.owners_filings.load(storable)


def _place(dossier: Dossier) -> Place:
    return Place(owner_of(Applicant(dossier.applicant.name, dossier.applicant.credit_code)), dossier.region_code)


def subscriptions(policy: PolicyBundle) -> tuple[Subscription[Work], ...]:
    handlers: Mapping[type[Message], Callable[..., Awaitable[None]]] = {
        filing.FilingAccepted: partial(take_accepted, policy),
        filing.FilingWithdrawn: take_withdrawn,
    }
    return (Subscription.of(FILING_EVENTS, handlers, ahead=load_ahead),)
