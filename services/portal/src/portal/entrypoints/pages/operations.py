"""系统: what the system administrator looks at: stuck cases, and how each service fares."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse

from access.acts import Act
from client.rendering.findings import citation_line
from client.rendering.waiting import facts
from client.rendering.words import Language, fact_text
from portal.application.operations import FIGURES, oldest_seconds, operations
from portal.entrypoints.page import Page, signed_in

router = APIRouter()


@router.get("/operations")
async def show(page: Annotated[Page, Depends(signed_in)]) -> HTMLResponse:
    if not page.may(Act.OPERATE):
        raise HTTPException(403)
    language = Language(page.language)
    seen = await operations(page.services, page.portal.platform, page.request.query_params.get("page", ""))
    further = seen.stuck.value.next_page_token if seen.stuck.value else ""
    return page.render(
        "operations.html",
        seen=seen,
        figures=FIGURES,
        next_link=f"/operations?{urlencode({'page': further})}" if further else "",
        oldest_seconds=lambda samples: oldest_seconds(samples, page.portal.clock()),
        fact_text=fact_text,
        known_facts=lambda one: facts(one.facts, language),
        citation=lambda one: citation_line(one, language),
    )
