"""Saved views of the list of projects: kept and thrown away."""

import logging
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response

from portal.application.ports import SessionsAway
from portal.application.projects import Asked
from portal.domain.views import QUERY_CHARACTERS_MAX, View, named
from portal.entrypoints.page import Page, signed_in

log = logging.getLogger(__name__)
router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

PROJECTS = "/projects"


async def views_of(page: Page) -> Sequence[View]:
    """The list of projects is shown without them when they cannot be read."""
    try:
        return await page.portal.views.every(page.caller.subject)
    except SessionsAway as problem:
        log.warning("saved views cannot be read: %s", problem)
        return ()


@router.post("/views")
async def keep(page: SignedIn) -> Response:
    """A view of the same name is replaced."""
    form = await page.request.form()
    name, query = named(str(form.get("name", ""))), _conditions(str(form.get("query", "")))
    if name is None or not query:
        raise HTTPException(422)
    await page.portal.views.keep(page.caller.subject, View(name, query))
    return RedirectResponse(f"{PROJECTS}?{query}", 303)


@router.post("/views/discard")
async def discard(page: SignedIn) -> Response:
    form = await page.request.form()
    await page.portal.views.forget(page.caller.subject, str(form.get("name", "")))
    query = _conditions(str(form.get("query", "")))
    return RedirectResponse(f"{PROJECTS}?{query}" if query else PROJECTS, 303)


def _conditions(said: str) -> str:
    """Those that the list knows, as a query; empty where there are none, or one is wrong."""
    if len(said) > QUERY_CHARACTERS_MAX:
        return ""
    asked = Asked.of(dict(parse_qsl(said, max_num_fields=20)))
    query = "" if asked.problems else urlencode(asked.conditions)
    return query if len(query) <= QUERY_CHARACTERS_MAX else ""
