"""Signing in from a command, against a real issuer in this process."""

import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from client.identity import SignInFailed, identity_of, invited, keep, redeemed, token_of
from testkit.issuer.app import make_app
from testkit.issuer.identities import Identities

ISSUER = "http://127.0.0.1:9000"


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path, ISSUER)


@pytest.fixture
async def http(identities: Identities) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(identities)), base_url=ISSUER) as made:
        yield made


async def test_a_person_signs_in_at_a_browser_and_the_command_gets_the_token(
    http: httpx.AsyncClient, identities: Identities
) -> None:
    invitation = await invited(http, ISSUER)
    person = {"user_code": invitation.user_code, "username": "reviewer.haixi", "password": identities.password}
    assert (await http.post("/device", data=person)).is_success

    found = identity_of(await redeemed(http, invitation))

    assert found.subject == "reviewer.haixi"
    assert found.grants == ("reviewer:632800",)


async def test_who_does_not_finish_is_told_to_begin_again(http: httpx.AsyncClient) -> None:
    invitation = await invited(http, ISSUER)
    for late in (replace(invitation, seconds=0), replace(invitation, device_code="of nobody")):
        with pytest.raises(SignInFailed) as failed:
            await redeemed(http, late)

        assert "重新登录" in failed.value.text.zh


@pytest.mark.parametrize("said", [b"no json", b"[]", b"{}", b'{"device_authorization_endpoint": 1}'])
async def test_an_issuer_that_makes_no_sense_is_named_as_such(said: bytes) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=said))
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(SignInFailed):
            await invited(http, "http://127.0.0.1:1")


def test_a_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "token"
    keep("abc", file)

    assert file.read_text("ascii") == "abc"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_named_file_comes_before_all_others_and_those_in_their_order(tmp_path: Path) -> None:
    named, first, second = (tmp_path / name for name in ("named", "first", "second"))
    assert token_of((first, second), {}) is None

    for file in (named, first, second):
        file.write_text(f"{file.name}\n", "ascii")

    assert token_of((first, second), {"DUALCONTROL_TOKEN_FILE": str(named)}) == "named"
    assert token_of((first, second), {}) == "first"
    first.write_text("")
    assert token_of((first, second), {}) == "second"


def test_a_named_file_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("other")

    assert token_of((tmp_path / "other",), {"DUALCONTROL_TOKEN_FILE": str(tmp_path / "gone")}) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "a", "a.e30.c"])
def test_what_is_no_token_says_nothing(token: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        identity_of(token)
