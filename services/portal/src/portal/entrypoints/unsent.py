"""Unsent forms of who is signed in, and of whose session ran out while he wrote. They never stop a page."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from kernel.text import Text
from portal.application.ports import SessionsAway
from portal.application.unsent import form_at
from portal.domain.unsent import UnsentForm
from portal.entrypoints.page import Page

log = logging.getLogger(__name__)

OFFERED: Final = "unsent"
"""What a link to a form asks for it with."""


async def keep(page: Page, values: Mapping[str, str], place: str = "") -> bool:
    """Whether it is kept: it is not where nothing was typed, or too much."""
    where = place or page.request.url.path
    if form_at(where) is None:
        return False
    try:
        return await page.portal.unsent.keep(page.caller.subject, where, values)
    except SessionsAway as problem:
        log.warning("an unsent form cannot be kept: %s", problem)
        return False


async def kept(page: Page) -> UnsentForm | None:
    """What was kept of the form that the page shows."""
    where = page.request.url.path
    if form_at(where) is None:
        return None
    try:
        return await page.portal.unsent.find(page.caller.subject, where)
    except SessionsAway as problem:
        log.warning("an unsent form cannot be read: %s", problem)
        return None


async def forget(page: Page, place: str = "") -> None:
    """Once it was sent, or is not wanted any more."""
    try:
        await page.portal.unsent.forget(page.caller.subject, place or page.request.url.path)
    except SessionsAway as problem:
        log.warning("an unsent form cannot be forgotten: %s", problem)


def is_asked_for(page: Page) -> bool:
    return OFFERED in page.request.query_params


async def every(page: Page) -> Sequence[tuple[str, Text, str, datetime]]:
    """Place, name, project and time of each, the newest first."""
    try:
        found = await page.portal.unsent.every(page.caller.subject)
    except SessionsAway as problem:
        log.warning("unsent forms cannot be listed: %s", problem)
        return ()
    named = ((place, form_at(place), saved_at) for place, saved_at in found)
    return tuple((place, *name, saved_at) for place, name, saved_at in named if name is not None)
