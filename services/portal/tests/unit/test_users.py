"""用户与权限: what each role may do, who is signed in, and ending it."""

from typing import TYPE_CHECKING

import pytest

from access.acts import ALLOWED, Act
from access.roles import Role
from portal.application.rights import ACTS, matrix

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import SessionsInMemory

    from portal.domain.sessions import Session


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("security_administrator:630000",)


def test_every_act_has_its_words_and_every_role_its_acts() -> None:
    assert ACTS.keys() == set(Act)
    assert {role: len(acts) for role, _, acts in matrix()} == {role: len(ALLOWED[role]) for role in Role}


async def test_roles_and_who_is_signed_in_are_shown(browser: "httpx.AsyncClient", sessions: "SessionsInMemory") -> None:
    for _ in range(2):
        await sessions.begin("signer.qinghai", "other", 3600)

    page = (await browser.get("/users")).text

    assert 'href="/users"' in page
    assert "signer.qinghai" in page
    assert "/users/end?subject=signer.qinghai" in page
    for role in Role:
        assert f">{role.value}</code>" in page


async def test_all_sign_ins_of_a_person_are_ended_after_a_check(
    browser: "httpx.AsyncClient", session: "Session", sessions: "SessionsInMemory"
) -> None:
    for _ in range(2):
        await sessions.begin("signer.qinghai", "other", 3600)

    check = await browser.get("/users/end?subject=signer.qinghai")
    before = len(sessions.sessions)
    done = await browser.post("/users/end?subject=signer.qinghai", data={"csrf": session.csrf, "step": "send"})

    assert "signer.qinghai" in check.text
    assert before == 3
    assert (done.status_code, done.headers["location"]) == (303, "/users?ended=1")
    assert [one.subject for one in sessions.sessions.values()] == ["reviewer.test"]


@pytest.mark.parametrize("query", ["", "?subject=", "?subject=" + "a" * 201, "?subject=a%00"])
async def test_nobody_is_named_by_no_name(browser: "httpx.AsyncClient", query: str) -> None:
    assert (await browser.get(f"/users/end{query}")).status_code == 404


@pytest.mark.parametrize(
    "grants", [("system_administrator:630000",), ("audit_administrator:630000",), ("reviewer:630000", "signer:630000")]
)
async def test_nobody_else_is_offered_it_or_let_in(
    browser: "httpx.AsyncClient", session: "Session", sessions: "SessionsInMemory"
) -> None:
    home = (await browser.get("/help")).text
    shown = await browser.get("/users")
    ended = await browser.post("/users/end?subject=reviewer.test", data={"csrf": session.csrf, "step": "send"})

    assert 'href="/users"' not in home
    assert (shown.status_code, ended.status_code) == (403, 403)
    assert len(sessions.sessions) == 1
