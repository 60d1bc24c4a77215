"""The local issuer: it signs in those who know the password, for the clients it knows, once for each code."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt

from testkit.issuer.app import DEVICE_GRANT, make_app
from testkit.issuer.grants import LOCKED_SECONDS, WRONG_MAX, UnderWay, challenge_of
from testkit.issuer.identities import Identities
from testkit.issuer.users import USERS

ISSUER = "http://127.0.0.1:9000"
BACK = "http://127.0.0.1:9100/signed-in"
VERIFIER = "v" * 64
USER = "reviewer.haixi"
ASK = {
    "client_id": "portal",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


class Time:
    now = 0.0


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path, ISSUER)


@pytest.fixture
async def http(identities: Identities) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(identities))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as made:
        yield made


async def sign_in(http: httpx.AsyncClient, identities: Identities, **ask: str) -> httpx.Response:
    form = {"username": USER, "password": identities.password}
    return await http.post("/authorize", params={**ASK, **ask}, data=form)


async def code_of(http: httpx.AsyncClient, identities: Identities) -> str:
    answer = await sign_in(http, identities)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(BACK)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def redeem(http: httpx.AsyncClient, code: str, **form: str) -> httpx.Response:
    said = {"grant_type": "authorization_code", "client_id": "portal", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return await http.post("/token", data={**said, "code": code, **form})


async def test_a_person_signs_in_and_the_client_gets_tokens_of_his(
    http: httpx.AsyncClient, identities: Identities
) -> None:
    answer = (await redeem(http, await code_of(http, identities))).json()

    access = jwt.decode(answer["access_token"], identities.key).claims
    about = jwt.decode(answer["id_token"], identities.key).claims
    assert (access["sub"], access["aud"], access["grants"]) == (USER, "dualcontrol", list(USERS[USER].grants))
    assert (about["aud"], about["nonce"]) == ("portal", "n1")


@pytest.mark.parametrize("form", [{"code_verifier": "w" * 64}, {"client_id": "other"}, {"redirect_uri": BACK + "2"}])
async def test_a_code_is_worth_nothing_to_others(
    http: httpx.AsyncClient, identities: Identities, form: dict[str, str]
) -> None:
    answer = await redeem(http, await code_of(http, identities), **form)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


async def test_a_code_serves_once(http: httpx.AsyncClient, identities: Identities) -> None:
    code = await code_of(http, identities)
    assert (await redeem(http, code)).status_code == 200

    assert (await redeem(http, code)).status_code == 400


@pytest.mark.parametrize(
    "ask",
    [
        {"redirect_uri": "http://evil.example/signed-in"},
        {"redirect_uri": "http://127.0.0.1:9100/elsewhere"},
        {"client_id": "other"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
)
async def test_who_asks_wrongly_is_sent_nowhere(
    http: httpx.AsyncClient, identities: Identities, ask: dict[str, str]
) -> None:
    answer = await sign_in(http, identities, **ask)

    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_wrong_password_locks_after_five_times_and_nobody_learns_which_it_was(
    http: httpx.AsyncClient, identities: Identities
) -> None:
    for name in (USER, "nobody"):
        answers = [
            await http.post("/authorize", params=ASK, data={"username": name, "password": "x"})
            for _ in range(WRONG_MAX)
        ]
        assert {answer.status_code for answer in answers} == {401}

    assert (await sign_in(http, identities)).status_code == 401


def test_a_lock_ends() -> None:
    time = Time()
    under_way = UnderWay(lambda: time.now)
    for _ in range(WRONG_MAX):
        under_way.was_wrong(USER)
    assert under_way.is_locked(USER)

    time.now = LOCKED_SECONDS

    assert not under_way.is_locked(USER)


async def test_a_form_of_another_site_is_refused(http: httpx.AsyncClient, identities: Identities) -> None:
    form = {"username": USER, "password": identities.password}
    answer = await http.post("/authorize", params=ASK, data=form, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


async def test_a_command_signs_in_by_a_browser_elsewhere(http: httpx.AsyncClient, identities: Identities) -> None:
    begun = (await http.post("/device_authorization", data={"client_id": "dualcontrol-command"})).json()
    form = {"grant_type": DEVICE_GRANT, "client_id": "dualcontrol-command", "device_code": begun["device_code"]}
    assert (await http.post("/token", data=form)).json() == {"error": "authorization_pending"}

    person = {"user_code": begun["user_code"].lower(), "username": USER, "password": identities.password}
    assert (await http.post("/device", data=person)).status_code == 200

    answer = (await http.post("/token", data=form)).json()
    assert jwt.decode(answer["access_token"], identities.key).claims["sub"] == USER
    assert (await http.post("/token", data=form)).json() == {"error": "expired_token"}


async def test_what_is_typed_is_shown_as_text(http: httpx.AsyncClient) -> None:
    answer = await http.get("/device", params={"user_code": '"><script>'})

    assert "<script>" not in answer.text


async def test_where_everything_is_stands_in_the_configuration(http: httpx.AsyncClient) -> None:
    said = (await http.get("/.well-known/openid-configuration")).json()
    keys = (await http.get("/jwks")).json()["keys"]

    assert said["issuer"] == ISSUER
    assert [sorted(set(key) & {"d", "p", "q"}) for key in keys] == [[]]
