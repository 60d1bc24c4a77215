"""Signing in by OpenID Connect against the issuer of the local stack, and against one that says wrong things."""

import json
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import httpx
import pytest

from portal.adapters.provider import Client, OpenIdProvider
from portal.application.ports import ProviderAway, SignInFailed
from portal.domain.sessions import Attempt
from testkit.forging import Forge, claims, unsigned
from testkit.issuer.app import make_app
from testkit.issuer.identities import Identities

LOCAL = "http://127.0.0.1:8090"
BACK = "http://127.0.0.1:8080/signed-in"
FAR = "https://issuer.test"


def system() -> datetime:
    return datetime.now(UTC)


def an_attempt(**stated: Any) -> Attempt:
    made = Attempt("the-state", "browser", "the-nonce", "v" * 43, "/", None, system())
    return replace(made, **stated)


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    made = Identities(tmp_path, LOCAL)
    made.write(["portal"])
    return made


@pytest.fixture
async def http(identities: Identities) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(identities)), base_url=LOCAL) as client:
        yield client


@pytest.fixture
def provider(http: httpx.AsyncClient) -> OpenIdProvider:
    async def read(place: str) -> bytes:
        return (await http.get(place)).content

    return OpenIdProvider(Client(LOCAL, "portal", BACK, ("RS256",)), http, system, read)


async def signed_in_there(http: httpx.AsyncClient, address: str, identities: Identities) -> dict[str, list[str]]:
    """What the person's browser brings back."""
    form = {"username": "reviewer.haixi", "password": identities.password}
    answer = await http.post(address, data=form)
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)


async def test_a_person_signs_in_and_is_vouched_for(
    provider: OpenIdProvider, http: httpx.AsyncClient, identities: Identities
) -> None:
    attempt = an_attempt()
    address = await provider.address_for(attempt)
    back = await signed_in_there(http, address, identities)

    proof = await provider.redeem(attempt, back["code"][0], back["iss"][0])

    assert back["state"] == ["the-state"]
    assert proof.subject == "reviewer.haixi"
    assert proof.lifetime_seconds > 0


async def test_the_verifier_itself_never_goes_through_the_browser(provider: OpenIdProvider) -> None:
    address = await provider.address_for(an_attempt())

    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "v" * 43 not in address
    assert "prompt" not in asked


async def test_a_step_up_asks_for_the_password_again(provider: OpenIdProvider) -> None:
    asked = parse_qs(urlsplit(await provider.address_for(an_attempt(fresh_seconds_max=300))).query)

    assert asked["prompt"] == ["login"]
    assert asked["max_age"] == ["300"]


@pytest.mark.parametrize("stated", [{"verifier": "w" * 43}, {"nonce": "another"}])
async def test_a_code_is_of_no_use_to_another_sign_in(
    provider: OpenIdProvider, http: httpx.AsyncClient, identities: Identities, stated: dict[str, str]
) -> None:
    attempt = an_attempt()
    back = await signed_in_there(http, await provider.address_for(attempt), identities)

    with pytest.raises(SignInFailed):
        await provider.redeem(replace(attempt, **stated), back["code"][0], back["iss"][0])  # type: ignore[arg-type]


async def test_an_answer_of_another_issuer_is_refused(
    provider: OpenIdProvider, http: httpx.AsyncClient, identities: Identities
) -> None:
    attempt = an_attempt()
    back = await signed_in_there(http, await provider.address_for(attempt), identities)

    with pytest.raises(SignInFailed, match="another issuer"):
        await provider.redeem(attempt, back["code"][0], "https://elsewhere.test")


PUBLIC = Client(FAR, "portal", BACK, ("RS256",))


def said_by(answer: Callable[[httpx.Request], httpx.Response], keys: bytes, client: Client = PUBLIC) -> OpenIdProvider:
    async def read(_place: str) -> bytes:
        return keys

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return OpenIdProvider(client, http, system, read)


CONFIGURATION = {
    "issuer": FAR,
    "authorization_endpoint": f"{FAR}/authorize",
    "token_endpoint": f"{FAR}/token",
    "jwks_uri": f"{FAR}/jwks",
}


def giving(forge: Forge, id_token: object) -> OpenIdProvider:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "a", "expires_in": 60, "id_token": id_token})
        return httpx.Response(200, json=CONFIGURATION)

    return said_by(answer, forge.document)


async def test_a_provider_that_names_itself_is_not_believed_without_its_name(forge: Forge) -> None:
    said = {**CONFIGURATION, "authorization_response_iss_parameter_supported": True}
    provider = said_by(lambda _request: httpx.Response(200, json=said), forge.document)

    with pytest.raises(SignInFailed, match="another issuer"):
        await provider.redeem(an_attempt(), "code", None)


async def test_a_secret_with_signs_arrives_as_it_is(forge: Forge) -> None:
    shown: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            shown.append(b64decode(request.headers["authorization"].removeprefix("Basic ")).decode())
            return httpx.Response(200, json={"access_token": "a", "id_token": forge.token(right(aud="a portal"))})
        return httpx.Response(200, json=CONFIGURATION)

    client = Client(FAR, "a portal", BACK, ("RS256",), secret="100%:+ß")
    await said_by(answer, forge.document, client).redeem(an_attempt(), "code", None)

    assert [unquote_plus(part) for part in shown[0].split(":")] == ["a portal", "100%:+ß"]


def right(**stated: Any) -> dict[str, Any]:
    return claims(**{"aud": "portal", "nonce": "the-nonce", **stated})


@pytest.fixture(scope="module")
def forge() -> Forge:
    return Forge()


async def test_a_right_id_token_is_believed(forge: Forge) -> None:
    proof = await giving(forge, forge.token(right())).redeem(an_attempt(), "code", None)

    assert proof.subject == "reviewer.test"


WRONG: dict[str, Callable[[Forge], object]] = {
    "none at all": lambda _forge: None,
    "a number": lambda _forge: 1,
    "not signed": lambda forge: unsigned(right(), {"alg": "none", "kid": forge.key_id}),
    "signed by the public key as a secret": lambda forge: forge.token_by_secret(right()),
    "signed by another": lambda forge: Forge(forge.key_id).token(right()),
    "another algorithm": lambda forge: forge.token(right(), alg="RS512"),
    "a key that is not the provider's": lambda forge: forge.token(right(), kid="another"),
    "another issuer": lambda forge: forge.token(right(iss="https://elsewhere.test")),
    "made for another": lambda forge: forge.token(right(aud="another")),
    "made for two, at another's request": lambda forge: forge.token(right(aud=["portal", "x"], azp="x")),
    "another sign-in": lambda forge: forge.token(right(nonce="another")),
    "no nonce": lambda forge: forge.token(right(nonce=None)),
    "expired": lambda forge: forge.token(right(exp=int(time.time()) - 600)),
    "without an end": lambda forge: forge.token(right(exp=None)),
    "without a subject": lambda forge: forge.token(right(sub=None)),
    "no claims": lambda forge: forge.token(b"[]"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_id_token_signs_nobody_in(forge: Forge, what: str) -> None:
    with pytest.raises(SignInFailed):
        await giving(forge, WRONG[what](forge)).redeem(an_attempt(), "code", None)


@pytest.mark.parametrize("auth_time", [None, "now", int(time.time()) - 4_000], ids=["none", "a word", "long ago"])
async def test_a_step_up_is_not_met_by_an_old_sign_in(forge: Forge, auth_time: object) -> None:
    provider = giving(forge, forge.token(right(auth_time=auth_time)))

    with pytest.raises(SignInFailed):
        await provider.redeem(an_attempt(fresh_seconds_max=300), "code", None)


@pytest.mark.parametrize(
    "said",
    [
        {**CONFIGURATION, "issuer": "https://elsewhere.test"},
        {**CONFIGURATION, "token_endpoint": "http://issuer.test/token"},
        {**CONFIGURATION, "jwks_uri": 1},
        {"issuer": FAR},
        [],
    ],
)
async def test_a_configuration_that_leads_elsewhere_is_not_followed(forge: Forge, said: object) -> None:
    provider = said_by(lambda _request: httpx.Response(200, content=json.dumps(said)), forge.document)

    with pytest.raises(ProviderAway):
        await provider.address_for(an_attempt())


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, content=b"<html>"), httpx.Response(302)])
async def test_a_provider_that_is_away_is_said_to_be(forge: Forge, answer: httpx.Response) -> None:
    with pytest.raises(ProviderAway):
        await said_by(lambda _request: answer, forge.document).address_for(an_attempt())
