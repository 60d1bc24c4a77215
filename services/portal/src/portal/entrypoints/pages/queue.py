"""缓批队列: who waits in a region, in the published order, why, and what would release it."""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.regions import province_of
from kernel.text import Text
from portal.application import projects_words as words
from portal.application.parts import Part, part
from portal.application.queue import order_text, source_of, waiting
from portal.application.regions import a_region
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.regions import writing

router = APIRouter()

NO_REGION = Text("请从列表中选择地区。", "Choose a region from the list.")


@router.get("/queue")
async def show(page: Annotated[Page, Depends(signed_in)]) -> HTMLResponse:
    await asyncio.to_thread(words.law)
    asked = page.request.query_params.get("region", "") or own_region(page)
    region = a_region(asked)
    found: Part[screening.ListQueueResponse] = Part(problem=NO_REGION)
    if region is not None:
        found = await part(waiting(page.services, region, page.request.query_params.get("page", "")))
    further = found.value.next_page_token if found.value else ""
    return page.render(
        "queue.html",
        status=422 if region is None else 200,
        asked=asked,
        options=region_options(page, asked),
        found=found,
        order=order_text(found.value.order) if found.value else None,
        source=source_of(found.value.order) if found.value else None,
        next_link=f"/queue?{urlencode({'region': asked, 'page': further})}" if further else "",
        error=NO_REGION if region is None else None,
        **writing(page),
    )


def own_region(page: Page) -> str:
    """The first region that the person was given; where there is none, the province's first."""
    given = [str(grant.region) for grant in page.caller.grants if a_region(str(grant.region))]
    return given[0] if given else str(province_of(words.regions()[0][0]))  # type: ignore[arg-type]  # a code of the law


def region_options(page: Page, asked: str) -> list[tuple[str, str]]:
    """The province's regions; one that was asked for and is not among them stands last."""
    known = [(code, f"{code} {getattr(name, page.language)}") for code, name in words.regions()]
    return known if asked in dict(known) else [*known, (asked, asked)]
