"""A form of a session that has run out: nothing of it is done, but what was typed is kept for its person."""

import logging
from typing import Final

from fastapi import Request

from portal.application.ports import SessionsAway
from portal.application.unsent import form_at
from portal.domain.unsent import typed_of
from portal.entrypoints.parts import Portal

log = logging.getLogger(__name__)

AUTOSAVE: Final = "/unsent"
"""Where a page sends what is being typed, with the place of the form."""


async def kept_late(request: Request, portal: Portal, session_id: str | None) -> str | None:
    """Where the form will be offered after signing in; None where nothing was kept."""
    if request.method != "POST" or not session_id:
        return None
    async with request.form() as form:
        csrf, values = form.get("csrf"), typed_of(form.multi_items())
        place = str(form.get("place", "")) if request.url.path == AUTOSAVE else request.url.path
    if not isinstance(csrf, str) or form_at(place) is None:
        return None
    owner = await portal.sessions.owner_of_ended(session_id, csrf)
    if owner is None:
        return None
    portal.limits.take(owner)
    try:
        is_kept = await portal.unsent.keep(owner, place, values)
    except SessionsAway as problem:
        log.warning("a late form cannot be kept: %s", problem)
        return None
    return place if is_kept else None
