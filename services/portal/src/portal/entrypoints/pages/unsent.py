"""Keeping what is being typed, and throwing it away."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response

from portal.application.unsent import form_at
from portal.domain.unsent import typed_of
from portal.entrypoints import unsent
from portal.entrypoints.late import AUTOSAVE
from portal.entrypoints.page import Page, local, signed_in

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]


@router.post(AUTOSAVE)
async def keep(page: SignedIn) -> Response:
    """204 when it is kept, 422 when it is not."""
    form = await page.request.form()
    place = _place(str(form.get("place", "")))
    is_kept = await unsent.keep(page, typed_of(form.multi_items()), place)
    return Response(status_code=204 if is_kept else 422)


@router.post("/unsent/discard")
async def discard(page: SignedIn) -> Response:
    """The form as it would be without it."""
    form = await page.request.form()
    place = _place(str(form.get("place", "")))
    await unsent.forget(page, place)
    return RedirectResponse(local(str(form.get("back", "")) or place), 303)


def _place(said: str) -> str:
    if form_at(said) is None:
        raise HTTPException(404)
    return said
