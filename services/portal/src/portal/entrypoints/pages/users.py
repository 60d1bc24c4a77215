"""用户与权限: roles and what they may do, who is signed in, and ending all sign-ins of a person."""

import logging
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from access.acts import Act
from kernel.text import Text
from portal.application.acts import Values
from portal.application.rights import matrix
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.stepping import Steps

log = logging.getLogger(__name__)
router = APIRouter()

ROWS: Final = 100
SUBJECT_CHARACTERS_MAX: Final = 200


async def manager(page: Annotated[Page, Depends(signed_in)]) -> Page:
    """A security administrator. Others get 403."""
    if not page.may(Act.MANAGE_USERS):
        raise HTTPException(403)
    return page


Manager = Annotated[Page, Depends(manager)]


@router.get("/users")
async def show(page: Manager) -> HTMLResponse:
    asked = page.request.query_params
    found = await page.portal.sessions.alive(asked.get("after", "")[:SUBJECT_CHARACTERS_MAX], ROWS)
    following = f"/users?{urlencode({'after': found[-1].subject})}" if len(found) == ROWS else ""
    return page.render(
        "users.html",
        found=found,
        matrix=matrix(),
        issuer=page.portal.issuer,
        ended=asked.get("ended", "") == "1",
        end_link=lambda subject: f"/users/end?{urlencode({'subject': subject})}",
        next_link=following,
    )


@router.api_route("/users/end", methods=["GET", "POST"])
async def end(page: Manager) -> Response:
    """At once, everywhere. The person may sign in again while the provider lets him."""
    subject = page.request.query_params.get("subject", "")
    if not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX or not subject.isprintable():
        raise HTTPException(404)

    async def send(_values: Values, _key: str) -> str:
        count = await page.portal.sessions.end_all(subject)
        log.info("sessions were ended", extra={"subject": subject, "count": count, "by": page.caller.subject})
        return "/users?ended=1"

    does = Text(
        "此人在本系统的全部登录即刻终止; 要阻止其再次登录, 请在统一认证停用其账号或收回授权。",
        "All sign-ins of the person end here at once. To keep the person from signing in again, block the account or "
        "take back its grants at the provider.",
    )
    return await Steps(
        page, Text("终止登录: {subject}", "End the sign-ins of {subject}", subject=subject), does, "/users", send
    ).answer()
