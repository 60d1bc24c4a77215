"""One request of a signed-in person: who he is, his language, the services under his own token, and how to answer."""

import hmac
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from access.acts import Act
from access.callers import Caller
from access.deciding import STEP_UP_SECONDS_MAX, Denial, Target, denial
from access.roles import TITLES
from client.connections import Services
from kernel.clock import CHINA_STANDARD_TIME
from kernel.text import Text
from portal.domain.sessions import Session
from portal.entrypoints.cookies import LANGUAGE, SESSION, read_cookie
from portal.entrypoints.late import kept_late
from portal.entrypoints.navigation import NAVIGATION, NEEDS
from portal.entrypoints.parts import Portal, portal_of
from portal.entrypoints.refusals import Forged, SignInNeeded
from portal.entrypoints.wording import LANGUAGES, Language
from servicekit.access.refusals import Unauthenticated

SAFE: Final = frozenset({"GET", "HEAD"})
CSRF_FIELD: Final = "csrf"
BACK_CHARACTERS_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of a signed-in person is made with."""

    request: Request
    portal: Portal
    session: Session
    caller: Caller
    language: Language
    services: Services

    def may(self, act: Act, target: Target | None = None) -> bool:
        """Whether to offer the act. One that only asks for a fresh sign-in is offered; `fresh` then sees to that."""
        now = self.portal.clock().astimezone(CHINA_STANDARD_TIME)
        return denial(self.caller, act, target or Target(), now) in (None, Denial.STALE)

    async def fresh(self, back: str | None = None) -> None:
        """Raises SignInNeeded unless the person showed who he is a moment ago; he then comes back to `back`."""
        age = self.portal.clock() - self.caller.authenticated_at
        if age.total_seconds() > STEP_UP_SECONDS_MAX:
            raise SignInNeeded(back or here(self.request), fresh=True)

    def render(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        return _answer(self.request, template, status, {**context, "page": self})

    @property
    def csrf(self) -> str:
        return self.session.csrf

    @property
    def roles(self) -> tuple[tuple[Text, Text], ...]:
        """The person's roles, each with the place where he has it."""
        return tuple(
            (TITLES[grant.role], self.portal.region_name(grant.region) or Text(grant.region, grant.region))
            for grant in self.caller.grants
        )


async def signed_in(request: Request) -> Page:
    """The page of who is signed in. Raises SignInNeeded without a session, Forged when a form is not of the session."""
    portal = portal_of(request)
    session_id = read_cookie(request, SESSION, protected=portal.is_protected)
    session = await portal.sessions.find(session_id) if session_id else None
    if session is None:
        raise SignInNeeded(await kept_late(request, portal, session_id) or here(request))
    try:
        caller = await portal.callers.caller(session.access_token)
    except Unauthenticated:
        await portal.sessions.end(session.id)
        raise SignInNeeded(here(request)) from None
    portal.limits.take(caller.subject)
    if request.method not in SAFE:
        await _check_form(request, session)
    page = Page(request, portal, session, caller, language_of(request), portal.services_for(session.access_token))
    request.state.page = page
    return page


async def _check_form(request: Request, session: Session) -> None:
    form = await request.form()
    stated = form.get(CSRF_FIELD)
    if not isinstance(stated, str) or not hmac.compare_digest(stated.encode(), session.csrf.encode()):
        await form.close()
        raise Forged


def render_plain(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for whoever it is: of the person who is signed in where that is known already."""
    return _answer(request, template, status, {**context, "page": getattr(request.state, "page", None)})


def _answer(request: Request, template: str, status: int, context: dict[str, Any]) -> HTMLResponse:
    portal = portal_of(request)
    # Only what is there is linked to.
    has = request.app.state.paths.__contains__
    page: Page | None = context["page"]
    base = {
        "path": request.url.path,
        "here": here(request),
        "is_demo": portal.is_demo,
        "has": has,
        "navigation": {
            address: name
            for address, name in NAVIGATION.items()
            if has(address) and (address not in NEEDS or (page is not None and page.may(NEEDS[address])))
        },
    }
    html = portal.templates.render(template, language_of(request), {**base, **context})
    return HTMLResponse(html, status)


def language_of(request: Request) -> Language:
    """As the person chose; Chinese before."""
    chosen = read_cookie(request, LANGUAGE, protected=portal_of(request).is_protected)
    return next((one for one in LANGUAGES if one == chosen), "zh")


def here(request: Request) -> str:
    """The page that was asked for, to come back to; after a form, where the portal begins."""
    if request.method not in SAFE:
        return "/"
    query = request.url.query
    return local(f"{request.url.path}?{query}" if query else request.url.path)


def local(address: str) -> str:
    """The address when it is a page of the portal, else where the portal begins: nobody is led away from here."""
    plain = address.isprintable() and "\\" not in address and len(address) <= BACK_CHARACTERS_MAX
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"


def sign_in_address(back: str, *, fresh: bool = False) -> str:
    asked = {"next": back, **({"fresh": "1"} if fresh else {})}
    return f"/sign-in?{urlencode(asked)}"
