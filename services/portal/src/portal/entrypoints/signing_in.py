"""Signing in at the provider, and out again."""

import hmac
import logging
import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.callers import Caller
from access.deciding import STEP_UP_SECONDS_MAX
from kernel.text import Text
from portal.application.ports import Proof, SignInFailed
from portal.domain.sessions import Attempt
from portal.entrypoints.cookies import BROWSER, SESSION, drop_cookie, put_cookie, read_cookie
from portal.entrypoints.page import Page, local, render_plain, signed_in
from portal.entrypoints.parts import portal_of
from portal.entrypoints.problems import problem_page
from servicekit.access.refusals import Unauthenticated

log = logging.getLogger(__name__)
router = APIRouter()

SECRET_BYTES: Final = 32
SHORT: Final = 2_000
FAILED: Final = Text(
    "登录未完成或已过期, 请重新登录。", "The sign-in was not completed, or took too long. Sign in again."
)

Word = Annotated[str | None, Query(max_length=SHORT)]


@router.get("/sign-in")
async def begin(
    request: Request,
    back: Annotated[str, Query(alias="next", max_length=SHORT)] = "/",
    fresh: Annotated[bool, Query()] = False,
) -> Response:
    """Sends the person to the provider; the same browser must come back."""
    portal = portal_of(request)
    portal.limits.take(_place(request))
    browser = read_cookie(request, BROWSER, protected=portal.is_protected) or _secret()
    attempt = Attempt(
        state=_secret(),
        browser=browser,
        nonce=_secret(),
        verifier=_secret(),
        back=local(back),
        fresh_seconds_max=STEP_UP_SECONDS_MAX if fresh else None,
        begun_at=portal.clock(),
    )
    address = await portal.provider.address_for(attempt)
    await portal.sessions.keep_attempt(attempt)
    answer = RedirectResponse(address, 303)
    put_cookie(answer, BROWSER, browser, protected=portal.is_protected)
    return answer


@router.get("/signed-in")
async def finish(
    request: Request, *, state: Word = None, code: Word = None, iss: Word = None, error: Word = None
) -> Response:
    """The person is back. Who was signed in here before is not any more, whatever id the browser had."""
    portal = portal_of(request)
    portal.limits.take(_place(request))
    browser = read_cookie(request, BROWSER, protected=portal.is_protected)
    attempt = await portal.sessions.take_attempt(state, browser) if state and browser else None
    if attempt is None or not code:
        log.info("a sign-in came back without what it needs", extra={"error": (error or "")[:80]})
        return problem_page(request, 400, FAILED)
    try:
        proof = await portal.provider.redeem(attempt, code, iss)
        caller = await portal.callers.caller(proof.access_token)
        _check_person(proof, caller)
    except (SignInFailed, Unauthenticated) as problem:
        log.warning("a sign-in was refused: %s", problem)
        return problem_page(request, 403, FAILED)
    return await _begun(request, attempt, caller.subject, proof)


def _check_person(proof: Proof, caller: Caller) -> None:
    """Raises SignInFailed: the provider vouched for one person, and the token must be that person's (RFC 9068, 2.2)."""
    if not hmac.compare_digest(proof.subject.encode(), caller.subject.encode()):
        raise SignInFailed(f"the access token is of {caller.subject!r}, not of {proof.subject!r}")


async def _begun(request: Request, attempt: Attempt, subject: str, proof: Proof) -> Response:
    portal = portal_of(request)
    old = read_cookie(request, SESSION, protected=portal.is_protected)
    if old is not None:
        await portal.sessions.end(old)
    session = await portal.sessions.begin(subject, proof.access_token, proof.lifetime_seconds)
    log.info("signed in", extra={"subject": subject})
    answer = RedirectResponse(attempt.back, 303)
    put_cookie(answer, SESSION, session.id, protected=portal.is_protected)
    drop_cookie(answer, BROWSER, protected=portal.is_protected)
    return answer


@router.post("/sign-out")
async def sign_out(page: Annotated[Page, Depends(signed_in)]) -> Response:
    """Ends the session here; the provider may still know the person."""
    await page.portal.sessions.end(page.session.id)
    log.info("signed out", extra={"subject": page.caller.subject})
    answer = RedirectResponse("/signed-out", 303)
    drop_cookie(answer, SESSION, protected=page.portal.is_protected)
    return answer


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    return render_plain(request, "signed_out.html")


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _place(request: Request) -> str:
    """Whom to count by while nobody is signed in."""
    return f"from {request.client.host}" if request.client else "from nowhere"
