"""Signing in, signing out, and what somebody in between may try."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Depends

from access.acts import Act
from portal.domain.sessions import ABSOLUTE, IDLE, Session
from portal.entrypoints.app import create_app, pages_of
from portal.entrypoints.cookies import BROWSER, SESSION
from portal.entrypoints.page import Page, local, signed_in
from portal.entrypoints.parts import Portal

ADDRESS = "http://127.0.0.1:8080"
signed_in_page = Depends(signed_in)


async def begun(browser: httpx.AsyncClient, address: str = "/sign-in") -> str:
    """The state of a sign-in that has begun."""
    answer = await browser.get(address)
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


async def test_a_person_signs_in_and_comes_back_to_where_he_wanted(anonymous: httpx.AsyncClient) -> None:
    state = await begun(anonymous, "/sign-in?next=/help")

    answer = await anonymous.get("/signed-in", params={"state": state, "code": "token"})

    assert answer.headers["location"] == "/help"
    assert (await anonymous.get("/help")).status_code == 200


async def test_the_services_are_called_under_the_persons_own_token(browser: httpx.AsyncClient, services: Any) -> None:
    await browser.get("/")

    assert services.tokens == ["token"]


async def test_an_id_that_somebody_planted_is_never_signed_in(anonymous: httpx.AsyncClient, sessions: Any) -> None:
    anonymous.cookies.set(SESSION, "planted", domain="127.0.0.1")
    state = await begun(anonymous)

    answer = await anonymous.get("/signed-in", params={"state": state, "code": "token"})

    fresh = answer.cookies[SESSION]
    assert fresh != "planted"
    assert list(sessions.sessions) == [fresh]


async def test_who_was_signed_in_before_is_not_any_more(
    browser: httpx.AsyncClient, session: Session, sessions: Any
) -> None:
    state = await begun(browser)

    await browser.get("/signed-in", params={"state": state, "code": "token"})

    assert session.id not in sessions.sessions
    assert len(sessions.sessions) == 1


async def test_a_form_of_who_was_signed_in_before_does_nothing_for_who_is_now(
    browser: httpx.AsyncClient, session: Session, sessions: Any
) -> None:
    """Two tabs, two persons, one after the other: the first tab still shows the first person's form."""
    state = await begun(browser)
    await browser.get("/signed-in", params={"state": state, "code": "token"})

    answer = await browser.post("/sign-out", data={"csrf": session.csrf})

    assert answer.status_code == 403
    assert len(sessions.sessions) == 1


async def test_signing_out_twice_is_no_fault(browser: httpx.AsyncClient, session: Session) -> None:
    answers = [await browser.post("/sign-out", data={"csrf": session.csrf}) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]


async def test_a_link_signs_nobody_in_as_somebody_else(portal: Portal, anonymous: httpx.AsyncClient) -> None:
    """The attacker begins a sign-in, and has the victim's browser end it."""
    state = await begun(anonymous)
    transport = httpx.ASGITransport(create_app(portal))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as victim:
        answer = await victim.get("/signed-in", params={"state": state, "code": "token"})

    assert answer.status_code == 400
    assert SESSION not in answer.cookies


async def test_a_sign_in_serves_once(anonymous: httpx.AsyncClient) -> None:
    state = await begun(anonymous)
    cookie = anonymous.cookies[BROWSER]
    await anonymous.get("/signed-in", params={"state": state, "code": "token"})
    anonymous.cookies.set(BROWSER, cookie)

    again = await anonymous.get("/signed-in", params={"state": state, "code": "token"})

    assert again.status_code == 400


@pytest.mark.parametrize(
    "query", ["", "?state=x", "?code=token", "?error=access_denied", "?state=x&code=" + "y" * 3000]
)
async def test_half_an_answer_signs_nobody_in(anonymous: httpx.AsyncClient, query: str) -> None:
    answer = await anonymous.get(f"/signed-in{query}")

    assert answer.status_code in (400, 422)
    assert SESSION not in answer.cookies


async def test_a_token_that_the_services_would_refuse_signs_nobody_in(anonymous: httpx.AsyncClient) -> None:
    state = await begun(anonymous)

    answer = await anonymous.get("/signed-in", params={"state": state, "code": "a forged token"})

    assert answer.status_code == 403
    assert SESSION not in answer.cookies


async def test_a_token_of_somebody_else_than_the_provider_vouched_for_signs_nobody_in(
    anonymous: httpx.AsyncClient, callers: Any, sessions: Any
) -> None:
    known = callers.callers["token"]
    callers.callers["other"] = replace(known, subject=known.subject + ".other")
    state = await begun(anonymous)

    answer = await anonymous.get("/signed-in", params={"state": state, "code": "other"})

    assert answer.status_code == 403
    assert SESSION not in answer.cookies
    assert sessions.sessions == {}


async def test_the_cookie_is_for_this_host_and_for_no_script(portal: Portal) -> None:
    object.__setattr__(portal, "address", "https://portal.test")
    transport = httpx.ASGITransport(create_app(portal))
    async with httpx.AsyncClient(transport=transport, base_url="https://portal.test") as browser:
        state = await begun(browser)
        answer = await browser.get("/signed-in", params={"state": state, "code": "token"})

    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"__Host-{SESSION}="))
    words = {word.strip().lower() for word in cookie.split(";")}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "",
        "/\t/evil",
    ],
)
async def test_nobody_is_led_away(anonymous: httpx.AsyncClient, address: str) -> None:
    assert local(address) == "/"

    state = await begun(anonymous, str(httpx.URL("/sign-in", params={"next": address})))
    answer = await anonymous.get("/signed-in", params={"state": state, "code": "token"})
    assert answer.headers["location"] == "/"
    chosen = await anonymous.get("/language", params={"to": "en", "next": address})
    assert chosen.headers["location"] == "/"


async def test_an_idle_session_is_over(browser: httpx.AsyncClient, clock: Any) -> None:
    clock.now += IDLE

    assert (await browser.get("/help")).status_code == 303


async def test_a_session_is_over_at_its_end_however_busy(browser: httpx.AsyncClient, clock: Any) -> None:
    statuses = []
    for _ in range(int(ABSOLUTE / (IDLE / 2))):
        clock.now += IDLE / 2
        statuses.append((await browser.get("/signed-out")).status_code and (await browser.get("/help")).status_code)

    assert set(statuses[:-1]) == {200}
    assert statuses[-1] == 303


async def test_a_token_that_is_refused_ends_the_session(
    browser: httpx.AsyncClient, callers: Any, sessions: Any
) -> None:
    callers.callers.clear()

    answer = await browser.get("/help")

    assert answer.status_code == 303
    assert sessions.sessions == {}


async def asked_for_something_fresh(portal: Portal, session: Session) -> httpx.Response:
    app = pages_of(portal)

    @app.get("/sign")
    async def sign(page: Any = signed_in_page) -> dict[str, bool]:
        await page.fresh()
        return {"fresh": True}

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        browser.cookies.set(SESSION, session.id)
        return await browser.get("/sign?case=1")


async def test_a_signature_asks_for_a_fresh_sign_in(portal: Portal, session: Session, clock: Any) -> None:
    clock.turn(seconds=300)
    assert (await asked_for_something_fresh(portal, session)).json() == {"fresh": True}

    clock.turn(seconds=1)
    answer = await asked_for_something_fresh(portal, session)
    assert answer.headers["location"] == "/sign-in?next=%2Fsign%3Fcase%3D1&fresh=1"


async def test_a_fresh_sign_in_asks_the_provider_for_the_password(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/sign-in?next=/&fresh=1")

    assert "prompt=login" in answer.headers["location"]


async def test_a_person_is_offered_what_his_roles_may_do(portal: Portal, session: Session, clock: Any) -> None:
    app = pages_of(portal)
    seen: list[Page] = []

    @app.get("/mine")
    async def mine(page: Any = signed_in_page) -> None:
        seen.append(page)

    clock.turn(minutes=20)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as browser:
        browser.cookies.set(SESSION, session.id)
        await browser.get("/mine")

    assert seen[0].may(Act.RULE)
    assert seen[0].may(Act.ISSUE_OPINION)
    assert not seen[0].may(Act.DRAFT_OPINION)
    assert not seen[0].may(Act.MANAGE_USERS)
