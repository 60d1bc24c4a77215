"""签署不计: rules that two persons set aside, proposed by one, signed by another, ended by one."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from client.connections import call
from client.rendering.acts import STATES
from client.rendering.words import NOT_KNOWN
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from portal.application.acts_kinds import END, PROPOSE, SIGN
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.acting import Acting

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

ROWS: Final = 100


@router.get("/overrides")
async def overrides(page: SignedIn) -> HTMLResponse:
    token = page.request.query_params.get("token", "")
    request = pb.ListOverridesRequest(parent="filings/-", page_size=ROWS, page_token=token)
    got = await call(page.services.persons.ListOverrides, request)
    following = urlencode({"token": got.next_page_token})
    return page.render(
        "overrides.html",
        overrides=got.overrides,
        STATES=STATES,
        NOT_KNOWN=NOT_KNOWN,
        next_link=f"/overrides?{following}" if got.next_page_token else "",
    )


@router.api_route("/projects/{filing_id}/override", methods=["GET", "POST"])
async def propose(filing_id: str, page: SignedIn) -> Response:
    return await Acting(page, PROPOSE, filing_id).answer()


@router.api_route("/projects/{filing_id}/overrides/{number}/sign", methods=["GET", "POST"])
async def sign(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, SIGN, filing_id, f"filings/{filing_id}/overrides/{number}").answer()


@router.api_route("/projects/{filing_id}/overrides/{number}/end", methods=["GET", "POST"])
async def end(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, END, filing_id, f"filings/{filing_id}/overrides/{number}").answer()
