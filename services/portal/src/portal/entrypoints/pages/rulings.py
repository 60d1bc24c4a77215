"""人工核定: the cases that wait for a person, and the ruling on one."""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from client.connections import call
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from portal.application import projects_words as words
from portal.application.acts_kinds import RULE
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.acting import Acting

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]


@router.get("/rulings")
async def rulings(page: SignedIn) -> HTMLResponse:
    await asyncio.to_thread(words.law)
    token = page.request.query_params.get("token", "")
    asked = pb.SearchProjectsRequest(disposition=common.DISPOSITION_MANUAL, page_token=token)
    got = await call(page.services.screening.SearchProjects, asked)
    following = urlencode({"token": got.next_page_token})
    return page.render(
        "rulings.html",
        projects=got.projects,
        region_text=words.region_text,
        next_link=f"/rulings?{following}" if got.next_page_token else "",
    )


@router.api_route("/projects/{filing_id}/ruling", methods=["GET", "POST"])
async def rule(filing_id: str, page: SignedIn) -> Response:
    return await Acting(page, RULE, filing_id).answer()
