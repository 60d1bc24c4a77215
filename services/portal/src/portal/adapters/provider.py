"""The provider of sign-in: OpenID Connect, authorization code flow with PKCE (RFC 7636, RFC 9700)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.errors import JoseError

from kernel.clock import Clock
from portal.application.ports import ProviderAway, SignInFailed
from portal.domain.sessions import Attempt
from servicekit.access.keys import IssuerKeys, KeysAway, Read, read_keys

ANSWER_SECONDS_MAX: Final = 10
ANSWER_BYTES_MAX: Final = 256 * 1024
KNOWN_SECONDS: Final = 300
LEEWAY_SECONDS: Final = 30
LIFETIME_SECONDS: Final = 3_600
"""Of a token whose provider does not say for how long it holds; who checks it knows in any case."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the portal is to the provider. Without a secret it is a public client, and PKCE alone protects the code."""

    issuer: str
    id: str
    back: str
    """The portal's own address that the provider sends browsers back to."""
    algorithms: Sequence[str]
    secret: str | None = None
    scope: str = "openid profile"
    resource: str | None = None
    """The audience of the access token, for providers that want it named (RFC 8707)."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Implements `portal.application.ports.Proof`."""

    subject: str
    access_token: str
    lifetime_seconds: int


class OpenIdProvider:
    """Implements `portal.application.ports.Provider`."""

    def __init__(self, client: Client, http: httpx.AsyncClient, clock: Clock, read: Read = read_keys) -> None:
        self._client = client
        self._http = http
        self._clock = clock
        self._read = read
        self._known: tuple[float, Mapping[str, Any]] | None = None
        self._keys: IssuerKeys | None = None

    async def address_for(self, attempt: Attempt) -> str:
        known = await self._configuration()
        asked: dict[str, Any] = {"nonce": attempt.nonce, "code_challenge_method": "S256"}
        asked["code_challenge"] = create_s256_code_challenge(attempt.verifier)
        if attempt.fresh_seconds_max is not None:
            asked |= {"prompt": "login", "max_age": str(attempt.fresh_seconds_max)}
        if self._client.resource is not None:
            asked["resource"] = self._client.resource
        return str(
            prepare_grant_uri(
                known["authorization_endpoint"],
                client_id=self._client.id,
                response_type="code",
                redirect_uri=self._client.back,
                scope=self._client.scope,
                state=attempt.state,
                **asked,
            )
        )

    async def redeem(self, attempt: Attempt, code: str, issuer: str | None) -> Vouched:
        known = await self._configuration()
        _check_sender(issuer, known)
        answer = await self._tokens(known["token_endpoint"], attempt, code)
        said = await self._checked(answer.get("id_token"), attempt)
        token, lifetime = answer.get("access_token"), answer.get("expires_in", LIFETIME_SECONDS)
        if not isinstance(token, str) or not isinstance(lifetime, int) or lifetime <= 0:
            raise SignInFailed("there is no access token that holds")
        return Vouched(str(said["sub"]), token, lifetime)

    async def _configuration(self) -> Mapping[str, Any]:
        if self._known is not None and time.monotonic() - self._known[0] < KNOWN_SECONDS:
            return self._known[1]
        place = self._client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        said = await self._asked("GET", place)
        if said.get("issuer") != self._client.issuer:
            raise ProviderAway(f"{place} speaks for another issuer")
        protected = self._client.issuer.startswith("https://")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = said.get(name)
            if not isinstance(address, str) or not address.startswith("https://" if protected else "http"):
                raise ProviderAway(f"{place} has no {name} that may be used")
        if self._keys is None or self._known is None or self._known[1]["jwks_uri"] != said["jwks_uri"]:
            self._keys = IssuerKeys(said["jwks_uri"], self._read)
        self._known = (time.monotonic(), said)
        return said

    async def _tokens(self, place: str, attempt: Attempt, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.back,
            "client_id": self._client.id,
            "code_verifier": attempt.verifier,
        }
        if self._client.resource is not None:
            form["resource"] = self._client.resource
        secret = self._client.secret
        # Both are encoded as in a form before they are joined (RFC 6749, 2.3.1).
        auth = httpx.BasicAuth(quote_plus(self._client.id), quote_plus(secret)) if secret is not None else None
        return await self._asked("POST", place, form, auth)

    async def _asked(
        self, method: str, place: str, form: Mapping[str, str] | None = None, auth: httpx.Auth | None = None
    ) -> Mapping[str, Any]:
        """Raises SignInFailed when the provider refuses, ProviderAway when it does not answer sensibly."""
        try:
            answer = await self._http.request(method, place, data=form, auth=auth, timeout=ANSWER_SECONDS_MAX)
            said = answer.json() if len(answer.content) <= ANSWER_BYTES_MAX else None
        except (httpx.HTTPError, ValueError) as problem:
            raise ProviderAway(f"{place}: {problem}") from None
        if answer.is_client_error and form is not None:
            raise SignInFailed(f"the provider refuses: {said if isinstance(said, dict) else answer.status_code!r}")
        if not answer.is_success or not isinstance(said, dict):
            raise ProviderAway(f"{place} answers {answer.status_code}")
        return said

    async def _checked(self, token: object, attempt: Attempt) -> Mapping[str, Any]:
        """The claims of an id_token (OpenID Connect Core, 3.1.3.7)."""
        try:
            claims = await self._signed(token)
            now = int(self._clock().timestamp())
            jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_SECONDS, **self._wanted(attempt)).validate(claims)
            _check_more(claims, self._client.id, attempt, now)
        except KeysAway as problem:
            raise ProviderAway(str(problem)) from None
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise SignInFailed(f"the id_token is wrong: {problem}") from None
        return claims

    async def _signed(self, token: object) -> dict[str, Any]:
        """What the provider has signed. Raises JoseError or ValueError when it has not, KeysAway."""
        if not isinstance(token, str) or self._keys is None:
            raise ValueError("there is no id_token")
        registry = jws.JWSRegistry(algorithms=list(self._client.algorithms))
        key_id = jws.extract_compact(token.encode("ascii")).headers().get("kid")
        key = await self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise ValueError("its key is not the provider's")
        return jwt.decode(token, key, registry=registry).claims

    def _wanted(self, attempt: Attempt) -> Mapping[str, jwt.ClaimsOption]:
        said = {"iss": self._client.issuer, "aud": self._client.id, "nonce": attempt.nonce}
        wanted: dict[str, jwt.ClaimsOption] = {
            name: jwt.ClaimsOption(essential=True, value=value) for name, value in said.items()
        }
        return wanted | {name: jwt.ClaimsOption(essential=True) for name in ("sub", "exp", "iat")}


def _check_sender(issuer: str | None, known: Mapping[str, Any]) -> None:
    """Raises SignInFailed: a provider that names itself in its answers must have done so (RFC 9207, 2.4)."""
    if issuer is None and known.get("authorization_response_iss_parameter_supported") is not True:
        return
    if issuer != known["issuer"]:
        raise SignInFailed(f"another issuer answered: {(issuer or '')[:200]!r}")


def _check_more(claims: Mapping[str, Any], client: str, attempt: Attempt, now: int) -> None:
    """Raises ValueError for what the standard asks beyond single claims."""
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client:
        raise ValueError("it was made for others too, and not at our request")
    if attempt.fresh_seconds_max is None:
        return
    signed_in = claims.get("auth_time")
    if not isinstance(signed_in, int) or now - signed_in > attempt.fresh_seconds_max + LEEWAY_SECONDS:
        raise ValueError("the person did not show anew who he is")
