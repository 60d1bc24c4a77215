"""Choosing the language of the pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from portal.entrypoints.cookies import LANGUAGE, put_cookie
from portal.entrypoints.page import local
from portal.entrypoints.parts import portal_of
from portal.entrypoints.wording import Language

router = APIRouter()


@router.get("/language")
async def choose(
    request: Request, to: Language, back: Annotated[str, Query(alias="next", max_length=2_000)] = "/"
) -> RedirectResponse:
    """The same page in the other language."""
    answer = RedirectResponse(local(back), 303)
    put_cookie(answer, LANGUAGE, to, protected=portal_of(request).is_protected)
    return answer
