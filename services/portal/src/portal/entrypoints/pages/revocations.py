"""撤销意见: proposed by one, signed by another, withdrawn by one."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from client.connections import call
from client.rendering.words import NOT_KNOWN
from dualcontrol.review.v1 import revocation_service_pb2 as pb
from portal.application.revoking import PROPOSE, SIGN, STATES, WITHDRAW
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.acting import Acting

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

ROWS: Final = 100


@router.get("/revocations")
async def revocations(page: SignedIn) -> HTMLResponse:
    token = page.request.query_params.get("token", "")
    request = pb.ListRevocationsRequest(parent="filings/-", page_size=ROWS, page_token=token)
    got = await call(page.services.revocations.ListRevocations, request)
    following = urlencode({"token": got.next_page_token})
    return page.render(
        "revocations.html",
        revocations=got.revocations,
        STATES=STATES,
        NOT_KNOWN=NOT_KNOWN,
        next_link=f"/revocations?{following}" if got.next_page_token else "",
    )


@router.api_route("/projects/{filing_id}/opinions/{number}/revoke", methods=["GET", "POST"])
async def propose(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, PROPOSE, filing_id, f"filings/{filing_id}/opinions/{number}").answer()


@router.api_route("/projects/{filing_id}/revocations/{number}/sign", methods=["GET", "POST"])
async def sign(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, SIGN, filing_id, f"filings/{filing_id}/revocations/{number}").answer()


@router.api_route("/projects/{filing_id}/revocations/{number}/withdraw", methods=["GET", "POST"])
async def withdraw(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, WITHDRAW, filing_id, f"filings/{filing_id}/revocations/{number}").answer()
