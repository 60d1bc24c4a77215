"""Amends a filing from the entry that a file holds, on the newest revision there is."""

from typing import Final

from client import operations
from client.connections import Services
from client.entries import Entry, WrongField, entries_wrong
from client.errors import ServiceError
from client.request_ids import identified
from client.shapes import Misfit
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.text import Text

REVISION_CONFLICT: Final = "REVISION_CONFLICT"


def amendment(filing_id: str, entry: Entry[pb.SubmitFilingRequest]) -> pb.AmendFilingRequest:
    """Without a base revision and a request id. Raises EntriesWrong when the entry names another filing."""
    stated = entry.request.filing_id
    if stated and stated != filing_id:
        text = Text(
            zh=f"是 {stated}, 不是要修订的 {filing_id}", en=f"is {stated}, not {filing_id}, which is to be amended"
        )
        raise entries_wrong([WrongField(entry.path, entry.number, Misfit("filing_id", text))])
    return pb.AmendFilingRequest(name=f"filings/{filing_id}", dossier=entry.request.dossier)


async def amend_newest(services: Services, request: pb.AmendFilingRequest) -> pb.Filing:
    """The new revision; or the newest as it stands, when this very amendment has made it. Raises ServiceError."""
    newest = (await operations.filing_of(services, request.name)).revision
    if newest > 1:
        # The answer to an earlier run may have been lost. Its request is answered again by its id, and if there was
        # none, it is refused: a base that is not the newest can make no revision.
        try:
            return await operations.amend_filing(services, _based_on(request, newest - 1))
        except ServiceError as error:
            if error.reason != REVISION_CONFLICT:
                raise
    return await operations.amend_filing(services, _based_on(request, newest))


def _based_on(request: pb.AmendFilingRequest, revision: int) -> pb.AmendFilingRequest:
    based = pb.AmendFilingRequest(name=request.name, base_revision=revision, dossier=request.dossier)
    return identified(based)
