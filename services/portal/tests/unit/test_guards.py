"""What stands between the network and the pages."""

from collections.abc import AsyncIterator, Iterator

import grpc
import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from client.errors import ServiceError
from kernel.text import Text
from portal.domain.sessions import Session
from portal.entrypoints.app import EVERY_ROUTER, create_app, pages_of
from portal.entrypoints.guards import BODY_BYTES_MAX
from portal.entrypoints.page import signed_in
from portal.entrypoints.parts import Portal
from servicekit.access.limits import CallLimits

EVERYWHERE = ["/", "/help", "/sign-in", "/signed-out", "/static/portal.css", "/nothing", "/healthz"]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_answer_tells_the_browser_what_it_may_do(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    still = path.startswith("/static/")
    assert answer.headers["cache-control"] == ("public, max-age=31536000, immutable" if still else "no-store")


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "127.0.0.1:8080.evil.test", "", "127.0.0.1:8081"])
async def test_another_host_is_refused(browser: httpx.AsyncClient, host: str) -> None:
    answer = await browser.get("/", headers={"Host": host})

    assert answer.status_code == 421


async def test_a_forwarded_host_changes_no_address(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/help", headers={"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"})

    assert answer.status_code == 200
    assert "evil.test" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
async def test_other_methods_are_refused(browser: httpx.AsyncClient, method: str) -> None:
    assert (await browser.request(method, "/")).status_code == 405


async def test_a_form_of_the_session_is_taken(browser: httpx.AsyncClient, session: Session) -> None:
    answer = await browser.post("/sign-out", data={"csrf": session.csrf})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/signed-out"
    assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "guessed"}, {"csrf": "é"}, {"other": "x"}])
async def test_a_form_without_the_sessions_word_is_refused(browser: httpx.AsyncClient, form: dict[str, str]) -> None:
    answer = await browser.post("/sign-out", data=form)

    assert answer.status_code == 403
    assert (await browser.get("/help")).status_code == 200


async def test_a_file_in_place_of_the_word_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/sign-out", files={"csrf": b"x"})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:8080.evil.test"},
    ],
)
async def test_a_form_from_elsewhere_is_refused_even_with_the_word(
    browser: httpx.AsyncClient, session: Session, headers: dict[str, str]
) -> None:
    answer = await browser.post("/sign-out", data={"csrf": session.csrf}, headers=headers)

    assert answer.status_code == 403


def calls_of(dependant: Dependant) -> Iterator[object]:
    """What is called before the page is made, at any depth."""
    for one in dependant.dependencies:
        yield one.call
        yield from calls_of(one)


def test_every_form_is_checked_against_its_session() -> None:
    """Whoever adds a page that changes something cannot forget it."""
    routes = [route for router in EVERY_ROUTER for route in router.routes if isinstance(route, APIRoute)]
    unsafe = [route for route in routes if not (route.methods or set()) <= {"GET", "HEAD"}]

    assert "/sign-out" in [one.path for one in unsafe]
    unchecked = [one.path for one in unsafe if signed_in not in calls_of(one.dependant)]

    assert unchecked == []


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    browser: httpx.AsyncClient, session: Session
) -> None:
    stated = {"csrf": session.csrf, "x": "y" * BODY_BYTES_MAX}

    assert (await browser.post("/sign-out", data=stated)).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "９", "9" * 40])
async def test_a_length_that_is_none_is_refused(browser: httpx.AsyncClient, length: str) -> None:
    answer = await browser.post("/sign-out", headers={b"Content-Length": length.encode()}, content=b"")

    assert answer.status_code == 413


async def test_a_request_of_two_lengths_is_refused(browser: httpx.AsyncClient) -> None:
    headers = {"Content-Length": "5", "Transfer-Encoding": "chunked"}

    assert (await browser.post("/sign-out", headers=headers, content=b"")).status_code == 400


async def test_a_body_without_a_length_is_bounded_too(browser: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 65_536 + 2):
            yield b"x" * 65_536

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/sign-out", content=endless(), headers=headers)

    assert answer.status_code == 413


async def test_an_address_that_is_too_long_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/projects?q=" + "x" * 9_000)).status_code == 414


async def test_too_many_pages_are_refused_with_when_to_come_back(portal: Portal, session: Session) -> None:
    object.__setattr__(portal, "limits", CallLimits(3, lambda: 0.0))
    transport = httpx.ASGITransport(create_app(portal))
    async with httpx.AsyncClient(transport=transport, base_url=portal.address) as browser:
        browser.cookies.set("dualcontrol-session", session.id)
        answers = [await browser.get("/help") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


REFUSALS = {
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.INVALID_ARGUMENT: 422,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNAUTHENTICATED: 303,
}


@pytest.mark.parametrize("code", REFUSALS)
async def test_what_a_service_refuses_is_a_page_that_says_why(
    portal: Portal, session: Session, code: grpc.StatusCode
) -> None:
    app = pages_of(portal)

    @app.get("/refused")
    async def refused() -> None:
        raise ServiceError(Text("原因在此", "the reason is here"), code)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=portal.address) as browser:
        answer = await browser.get("/refused")

    assert answer.status_code == REFUSALS[code]
    assert ("原因在此" in answer.text) is (answer.status_code not in (303, 500))


@pytest.mark.parametrize(("language", "said"), [("zh", "系统故障"), ("en", "Something failed here")])
async def test_a_fault_shows_no_trace(portal: Portal, language: str, said: str) -> None:
    app = pages_of(portal)

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("a secret of ours")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=portal.address) as browser:
        browser.cookies.set("dualcontrol-language", language)
        answer = await browser.get("/fault")

    assert answer.status_code == 500
    assert said in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text


@pytest.mark.parametrize(("language", "said"), [("zh", "未找到"), ("en", "Not found")])
async def test_an_unknown_page_says_so_in_the_readers_language(
    browser: httpx.AsyncClient, language: str, said: str
) -> None:
    browser.cookies.set("dualcontrol-language", language)
    answer = await browser.get("/nothing/here")

    assert answer.status_code == 404
    assert said in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2f..%2fetc/passwd",
        "/static/",
        "/static/a%00b",
        "/%00",
        "/%ff%fe",
        "/static//etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_static_files(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text
