"""Signing in from a command, against a real issuer in this process."""

import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from client import identity
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


def test_a_named_file_comes_before_the_sign_in_and_that_before_the_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: tmp_path / name for name in ("named", "kept", "stack")}
    monkeypatch.setattr(identity, "kept_file", lambda: files["kept"])
    environ: dict[str, Any] = {"DUALCONTROL_TOKEN_FILE": str(files["named"])}
    assert token_of(files["stack"], {}) is None

    for name, file in files.items():
        file.write_text(f"{name}\n", "ascii")

    assert token_of(files["stack"], environ) == "named"
    assert token_of(files["stack"], {}) == "kept"
    files["kept"].unlink()
    assert token_of(files["stack"], {}) == "stack"


@pytest.mark.parametrize("token", ["", "a.b.c", "a", "a.e30.c"])
def test_what_is_no_token_says_nothing(token: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        identity_of(token)
