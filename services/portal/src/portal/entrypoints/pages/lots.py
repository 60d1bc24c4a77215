"""产能: lots of retired capacity with what is left of them, and one lot with its evidence."""

import asyncio
import re
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse

from client.rendering.capacity import EVIDENCE
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from kernel.text import Text
from portal.application import projects_words as words
from portal.application.lots import Asked, left_of, lot, lots
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.queue import region_options
from portal.entrypoints.pages.regions import writing

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

ALL: Final = Text("全部", "all")
LEFT_ONLY: Final = Text("尚有余量", "something left")
UNKNOWN_KIND: Final = Text("其他", "other")
_LOT: Final = re.compile(r"[a-z][a-z0-9-]{2,62}", re.ASCII)


@router.get("/lots")
async def show_all(page: SignedIn) -> HTMLResponse:
    await asyncio.to_thread(words.law)
    stated = page.request.query_params
    asked = Asked(
        product=stated.get("product", ""),
        region=stated.get("region", ""),
        filing=stated.get("filing", ""),
        available=stated.get("available") == "1",
        token=stated.get("page", ""),
    )
    found = await lots(page.services, asked)
    further = found.value.token if found.value else ""
    return page.render(
        "lots.html",
        asked=asked,
        found=found,
        next_link=f"/lots?{urlencode(asked.query() | {'page': further})}" if further else "",
        **_options(page, asked),
        **_words(page),
    )


@router.get("/lots/{lot_id}")
async def show(page: SignedIn, lot_id: str) -> HTMLResponse:
    if not _LOT.fullmatch(lot_id):
        raise HTTPException(404)
    await asyncio.to_thread(words.law)
    return page.render("lots_one.html", one=await lot(page.services, lot_id), **_words(page))


def _options(page: Page, asked: Asked) -> dict[str, Any]:
    """The form's choices; what was asked for and is not among them stands last."""

    def said(text: Text) -> str:
        return str(getattr(text, page.language))

    products = [("", said(ALL)), *((one, said(words.product_text(one))) for one in words.products())]
    if asked.product not in dict(products):
        products.append((asked.product, asked.product))
    return {
        "product_options": products,
        "region_options": [("", said(ALL)), *region_options(page, asked.region or "630000")],
        "left_options": [("", said(ALL)), ("1", said(LEFT_ONLY))],
    }


def _words(page: Page) -> dict[str, Any]:
    return writing(page) | {
        "product_text": words.product_text,
        "left_of": left_of,
        "evidence_kind": lambda kind: EVIDENCE.get(kind, UNKNOWN_KIND),
        "fact_value": _fact_value,
        "FACTS_STATED": capacity.LOT_EVIDENCE_KIND_FACTS_STATED,
    }


def _fact_value(fact: Any) -> str:
    return f"{fact.fact} = {fact.value}"
