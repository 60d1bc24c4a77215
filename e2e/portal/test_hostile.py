"""What somebody may try against the portal who means it no good, or only clicks twice: over HTTP, on a real stack."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.cases import decided
from e2e.portal.surfing import SESSION, Form, Surfer, form_of, is_plain
from e2e.support.platform import Platform

pytestmark = pytest.mark.e2e

Surf = Callable[..., Surfer]

TEXT = "经审查, 本项目符合节能要求。(虚构)"
OPINIONS = "SELECT count(*) FROM opinion WHERE filing_id = $1"
AT_ONCE = 10
SEE_OTHER, BAD, FORBIDDEN, CONFLICT, MISDIRECTED, WRONG = 303, 400, 403, 409, 421, 422


@pytest.fixture(scope="module")
def approved(platform: Platform) -> str:
    """Nobody drafts an opinion on this one."""
    return decided(platform, 52_001)


def filled(surfer: Surfer, path: str, **said: str) -> dict[str, str]:
    """The form as it stands on the page, filled in, to be sent."""
    return {**form_of(surfer.get(path)).values, **said, "step": "send"}


def draft_of(surfer: Surfer, filing: str) -> dict[str, str]:
    return filled(surfer, f"/projects/{filing}/opinion/draft", text=TEXT, conditions="")


async def opinions_on(platform: Platform, filing: str) -> int:
    return await platform.count("review", OPINIONS, filing)


# -- forms of others


@pytest.mark.parametrize("forged", ["missing", "empty", "wrong", "of another session", "of an ended session"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_form_without_the_sessions_own_mark_does_nothing(
    platform: Platform, surf: Surf, approved: str, forged: str, language: str
) -> None:
    drafter = surf("drafter.xining", language=language)
    form = draft_of(drafter, approved)
    marks = {
        "missing": None,
        "empty": "",
        "wrong": "x" * len(form["csrf"]),
        "of another session": surf("drafter.qinghai").csrf,
        "of an ended session": _ended(surf()),
    }
    form.pop("csrf")
    sent = form if marks[forged] is None else {**form, "csrf": str(marks[forged])}

    answer = drafter.post(f"/projects/{approved}/opinion/draft", sent)

    assert answer.status_code == FORBIDDEN
    assert is_plain(answer, language)
    assert await opinions_on(platform, approved) == 0


def _ended(surfer: Surfer) -> str:
    mark = surfer.sign_in("drafter.xining").csrf
    assert surfer.post("/sign-out", {"csrf": mark}).status_code == SEE_OTHER
    return mark


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_that_another_site_sends_does_nothing(
    platform: Platform, surf: Surf, approved: str, headers: dict[str, str]
) -> None:
    drafter = surf("drafter.xining")

    answer = drafter.post(f"/projects/{approved}/opinion/draft", draft_of(drafter, approved), headers=headers)

    assert answer.status_code == FORBIDDEN
    assert await opinions_on(platform, approved) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_no_act_is_done_by_another_method(platform: Platform, surf: Surf, approved: str, method: str) -> None:
    drafter = surf("drafter.xining")

    answer = drafter.ask(method, f"/projects/{approved}/opinion/draft", params=draft_of(drafter, approved))

    assert answer.status_code in (200, 405)
    assert await opinions_on(platform, approved) == 0


def test_signing_out_by_a_link_signs_nobody_out(surf: Surf) -> None:
    viewer = surf("viewer.qinghai")

    assert viewer.get("/sign-out").status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert viewer.get("/help").status_code == httpx.codes.OK


# -- sessions


def test_a_session_that_somebody_else_put_there_is_not_the_one_after_signing_in(surf: Surf) -> None:
    other, victim = surf().sign_in("viewer.haixi"), surf()
    victim.client.cookies.set(SESSION, other.session, domain="127.0.0.1", path="/")

    victim.sign_in("reviewer.qinghai")

    assert victim.session != other.session
    assert other.get("/help").status_code == SEE_OTHER


def test_a_made_up_session_is_never_taken(surf: Surf) -> None:
    victim = surf()
    made_up = "A" * 43
    victim.client.cookies.set(SESSION, made_up, domain="127.0.0.1", path="/")

    victim.sign_in("viewer.xining")
    thief = surf()
    thief.client.cookies.set(SESSION, made_up, domain="127.0.0.1", path="/")

    assert victim.session != made_up
    assert thief.get("/help").status_code == SEE_OTHER


def test_nobody_is_signed_in_as_somebody_else_by_a_link(surf: Surf) -> None:
    """Login CSRF: who began the sign-in sends the way back to another browser."""
    began, victim = surf(), surf()
    issuer = began.get("/sign-in").headers["location"]
    said = {"username": "viewer.haixi", "password": began.entrance.password}
    back = began.client.post(issuer, data=said).headers["location"]

    answer = victim.client.get(back)

    assert answer.status_code == BAD
    assert is_plain(answer)
    assert SESSION not in victim.client.cookies


def test_a_way_back_leads_in_once(surf: Surf) -> None:
    person = surf()
    issuer = person.get("/sign-in").headers["location"]
    said = {"username": "viewer.haixi", "password": person.entrance.password}
    back = person.client.post(issuer, data=said).headers["location"]

    assert person.client.get(back).status_code == SEE_OTHER
    assert person.client.get(back).status_code == BAD


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "/\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        " https://evil.example",
        "http:evil.example",
        "@evil.example",
        "/@evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/help/../..//evil.example",
        "/\u2028/evil.example",
        "／／evil.example",
    ],
)
def test_nobody_is_led_away_by_a_link_to_the_portal(surf: Surf, entrance: Entrance, target: str) -> None:
    person = surf()
    there = person.get("/sign-in", next=target).headers["location"]

    after_sign_in = person.signed_in_at("viewer.haixi", there)
    after_language = person.get("/language", to="en", next=target)

    for answer in (after_sign_in, after_language):
        assert answer.status_code == SEE_OTHER
        led = httpx.URL(entrance.address).join(answer.headers["location"])
        assert (led.scheme, led.netloc) == ("http", urlsplit(entrance.address).netloc.encode())
        assert not answer.headers["location"].startswith("//")


# -- the host, and requests that two readers would read as two


@pytest.mark.parametrize("path", ["/", "/sign-in", "/help", "/static/portal.css", "/nothing"])
def test_another_host_is_answered_nothing(surf: Surf, path: str) -> None:
    answer = surf("viewer.qinghai").ask("GET", path, headers={"Host": "evil.example"})

    assert answer.status_code == MISDIRECTED
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_what_a_stranger_says_of_the_host_is_not_believed(surf: Surf, entrance: Entrance, header: str) -> None:
    value = "host=evil.example" if header == "Forwarded" else "evil.example"

    answer = surf().ask("GET", "/sign-in", headers={header: value})

    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{entrance.address}signed-in"]


RAW = {
    "two hosts": "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "host with a blank": "GET / HTTP/1.1\r\nHost : {host}\r\n\r\n",
    "a whole address": "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "two lengths": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n12345",
    "length and chunks": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /help HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "chunks by another name": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "a signed length": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nContent-Length: +5\r\n\r\n12345",
    "a negative length": "POST /sign-out HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
    "a folded header": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n c: d\r\n\r\n",
    "a bare line feed in a header": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\rTransfer-Encoding: chunked\r\n\r\n",
    "NUL in a header": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\0c\r\n\r\n",
    "an endless header": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: " + "a" * 1_000_000 + "\r\n\r\n",
    "a hundred thousand headers": "GET / HTTP/1.1\r\nHost: {host}\r\n" + "X-A: b\r\n" * 100_000 + "\r\n",
}
FOLDS = {"a folded header"}
"""Allowed by the parser, which reads it as one header; nobody behind the portal reads it again."""


@pytest.mark.parametrize("kind", RAW)
def test_a_request_that_could_be_read_in_two_ways_is_refused_and_read_once(entrance: Entrance, kind: str) -> None:
    host = urlsplit(entrance.address).netloc

    answers = spoken(host, RAW[kind].replace("{host}", host))

    statuses = [int(one) for one in re.findall(r"HTTP/1\.1 (\d{3})", answers)]
    assert len(statuses) == 1, answers[:500]
    assert BAD <= statuses[0] < httpx.codes.INTERNAL_SERVER_ERROR or (kind in FOLDS and statuses[0] == SEE_OTHER)
    assert "Traceback" not in answers


def spoken(host: str, request: str) -> str:
    """All that comes back until the portal is silent or closes."""
    connection = HTTPConnection(host, timeout=2)
    connection.connect()
    heard = b""
    try:
        connection.sock.sendall(request.encode("latin-1"))
        while part := connection.sock.recv(65_536):
            heard += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        connection.close()
    return heard.decode("utf-8", "replace")


# -- twice, late, and both at once


async def test_a_form_sent_ten_times_at_once_is_one_opinion_and_one_answer(platform: Platform, surf: Surf) -> None:
    filing = decided(platform, 52_101)
    drafter = surf("drafter.xining")
    form = draft_of(drafter, filing)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: drafter.post(f"/projects/{filing}/opinion/draft", form), range(AT_ONCE)))

    assert {one.status_code for one in answers} == {SEE_OTHER}, [one.text for one in answers if one.status_code != 303]
    assert len({one.headers["location"] for one in answers}) == 1
    assert await opinions_on(platform, filing) == 1


async def test_the_back_button_after_an_act_does_it_no_second_time(platform: Platform, surf: Surf) -> None:
    filing = decided(platform, 52_111)
    drafter, path = surf("drafter.xining"), f"/projects/{filing}/opinion/draft"
    form = draft_of(drafter, filing)
    assert drafter.post(path, form).status_code == SEE_OTHER

    again = drafter.post(path, form)
    other_words = drafter.post(path, {**form, "text": "另一份意见(虚构)"})
    as_new = drafter.post(path, {**form, "request_id": str(uuid4())})

    assert again.status_code == SEE_OTHER
    assert other_words.status_code in (CONFLICT, WRONG)
    assert as_new.status_code == CONFLICT
    assert "另一份意见(虚构)" in other_words.text
    assert await opinions_on(platform, filing) == 1


async def test_of_two_persons_on_one_case_the_second_is_told_and_keeps_what_he_wrote(
    platform: Platform, surf: Surf
) -> None:
    filing = decided(platform, 52_121)
    first, second = surf("drafter.xining"), surf("drafter.qinghai", language="en")
    path = f"/projects/{filing}/opinion/draft"
    forms = [draft_of(one, filing) for one in (first, second)]
    mine = "乙的意见, 不应丢失(虚构)"

    assert first.post(path, forms[0]).status_code == SEE_OTHER
    answer = second.post(path, {**forms[1], "text": mine})

    assert answer.status_code == CONFLICT
    assert is_plain(answer, "en")
    assert mine in answer.text
    assert await opinions_on(platform, filing) == 1


async def test_a_draft_that_one_sent_back_is_not_signed_by_another_who_still_sees_it(
    platform: Platform, surf: Surf
) -> None:
    filing = decided(platform, 52_131)
    drafter, signer, reviewer = surf("drafter.xining"), surf().sign_in("signer.xining"), surf("reviewer.xining")
    drafter.post(f"/projects/{filing}/opinion/draft", draft_of(drafter, filing))
    top = f"/projects/{filing}/opinions/1"
    issue = filled(signer, f"{top}/issue", document="虚构文号〔2026〕52131号")
    back = filled(reviewer, f"{top}/return", reason="请补充依据(虚构)")

    returned = reviewer.post(f"{top}/return", back)
    signed = signer.post(f"{top}/issue", issue)

    assert returned.status_code == SEE_OTHER
    assert signed.status_code == CONFLICT
    assert await platform.count("review", OPINIONS + " AND state = 'issued'", filing) == 0


async def test_a_form_on_a_decision_that_was_replaced_is_a_conflict(platform: Platform, surf: Surf) -> None:
    filing = decided(platform, 52_141)
    drafter, path = surf("drafter.xining"), f"/projects/{filing}/opinion/draft"
    form: Form = form_of(drafter.get(path))
    older = form.values["on"].rpartition("/")[0] + "/99"

    answer = drafter.post(path, {**form.values, "on": older, "text": TEXT, "step": "check"})

    assert answer.status_code == CONFLICT
    assert TEXT in answer.text
    assert await opinions_on(platform, filing) == 0
