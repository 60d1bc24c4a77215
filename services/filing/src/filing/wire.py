"""Between filings and their messages."""

from dossier.wire import dossier_to_wire
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.filing import Accepted, Filing, FilingState, Withdrawn
from servicekit.wire import findings_to_wire, instant_to_wire


def filing_to_wire(filing: Filing) -> pb.Filing:
    return pb.Filing(
        name=f"filings/{filing.id}",
        revision=filing.revision,
        state=pb.FilingState.Value(f"FILING_STATE_{FilingState(filing.state).name}"),
        dossier=dossier_to_wire(filing.dossier),
        accept_time=instant_to_wire(filing.accepted_at),
        findings=findings_to_wire(filing.findings),
    )


def event_to_wire(event: Accepted | Withdrawn) -> events.FilingAccepted | events.FilingWithdrawn:
    filing = event.filing
    if isinstance(event, Withdrawn):
        return events.FilingWithdrawn(filing=filing.id, revision=filing.revision, reason=event.reason)
    return events.FilingAccepted(
        filing=filing.id,
        revision=filing.revision,
        dossier=dossier_to_wire(filing.dossier),
        findings=findings_to_wire(filing.findings),
        accept_time=instant_to_wire(filing.accepted_at),
        bundle_hash=filing.bundle_hash,
    )
