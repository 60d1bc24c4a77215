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
    return accepted_to_wire(event, filing_to_wire(filing))


def accepted_to_wire(event: Accepted, written: pb.Filing) -> events.FilingAccepted:
    """`written` is the event's filing as a message."""
    return events.FilingAccepted(
        filing=event.filing.id,
        revision=written.revision,
        dossier=written.dossier,
        findings=written.findings,
        accept_time=written.accept_time,
        bundle_hash=event.filing.bundle_hash,
    )


def stored(written: pb.Filing) -> tuple[bytes, bytes]:
    """A filing's dossier and findings as they are kept."""
    findings = pb.Filing(findings=written.findings)
    return written.dossier.SerializeToString(deterministic=True), findings.SerializeToString(deterministic=True)
