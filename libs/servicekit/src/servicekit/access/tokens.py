"""A token becomes a caller: signature, issuer, audience, times and grants are checked (RFC 7519, RFC 8725)."""

import json
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from access.callers import Caller
from access.grants import Grant
from kernel.clock import Clock
from servicekit.access.keys import IssuerKeys, KeysAway, PublicKey, Read, read_keys
from servicekit.access.refusals import Unauthenticated
from servicekit.access.trust import Trust, TrustedIssuer

log = logging.getLogger(__name__)

TOKEN_CHARACTERS_MAX: Final = 7_000
LEEWAY_SECONDS: Final = 30
"""Clocks of two machines differ by less."""
REMEMBERED_SECONDS_MAX: Final = 60
"""A token that was found good is not checked again for so long."""
REMEMBERED_MAX: Final = 4_096
GRANTS_MAX: Final = 64
NAME_CHARACTERS_MAX: Final = 60
TYPES: Final = ("JWT", "at+jwt")

_ESSENTIAL: Final = ("iss", "sub", "aud", "exp", "iat", "name", "grants")


class _NothingTwice(json.JSONDecoder):
    """Two readers of a claim that is stated twice may see two values."""

    def __init__(self, **options: Any) -> None:
        super().__init__(object_pairs_hook=_told_once, **options)


def _told_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    told = dict(listed)
    if len(told) < len(listed):
        raise ValueError("a name is stated twice")
    return told


@dataclass(frozen=True, slots=True)
class _Found:
    caller: Caller
    until: float


class Tokens:
    """Checks tokens of the trusted issuers. What is wrong in detail goes to the log, never to the caller."""

    def __init__(self, trust: Trust, clock: Clock, read: Read = read_keys) -> None:
        self._trust = trust
        self._clock = clock
        self._keys = {one.issuer: IssuerKeys(one.keys, read) for one in trust.issuers}
        self._remembered: OrderedDict[bytes, _Found] = OrderedDict()

    async def caller(self, token: str) -> Caller:
        """Who the token says is calling. Raises Unauthenticated."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise _refused("TOKEN_INVALID", "it is too long")
        now = self._clock().timestamp()
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        found = self._remembered.get(digest)
        if found is None or found.until <= now:
            found = await self._find(token, now)
            self._remember(digest, found)
        return found.caller

    def _remember(self, digest: bytes, found: _Found) -> None:
        self._remembered[digest] = found
        self._remembered.move_to_end(digest)
        if len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)

    async def _find(self, token: str, now: float) -> _Found:
        try:
            issuer, key_id = self._addressee(token)
            key = await self._key(issuer, key_id)
            claims = _claims(token, key, issuer, int(now))
            caller = _caller(claims, issuer)
        except ExpiredTokenError as problem:
            raise _refused("TOKEN_EXPIRED", str(problem)) from None
        except KeysAway as problem:
            raise _refused("KEYS_AWAY", str(problem)) from None
        except (JoseError, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as problem:
            raise _refused("TOKEN_INVALID", str(problem)) from None
        return _Found(caller, min(claims["exp"] + LEEWAY_SECONDS, now + REMEMBERED_SECONDS_MAX))

    def _addressee(self, token: str) -> tuple[TrustedIssuer, str]:
        """Whose token it claims to be: that says only which keys, and which algorithms, to check it with."""
        unchecked = jws.extract_compact(token.encode("ascii"), registry=_registry())
        header = unchecked.headers()
        if header.get("typ", "JWT") not in TYPES:
            raise ValueError(f"it is of the type {header['typ']!r}")
        key_id = header.get("kid")
        if not isinstance(key_id, str):
            raise ValueError("it names no key")  # noqa: TRY004  # the token is wrong, not the program
        stated = json.loads(unchecked.payload, cls=_NothingTwice)
        issuer = self._trust.issuer(stated.get("iss")) if isinstance(stated, dict) else None
        if issuer is None:
            raise ValueError("nobody trusts its issuer")
        return issuer, key_id

    async def _key(self, issuer: TrustedIssuer, key_id: str) -> PublicKey:
        key = await self._keys[issuer.issuer].find(key_id)
        if key is None:
            raise ValueError("its issuer has no such key")
        return key


def _registry(algorithms: Sequence[str] = ()) -> jws.JWSRegistry:
    """One that checks a signature by `algorithms` alone, whatever the token says of itself."""
    made = jws.JWSRegistry(algorithms=algorithms)
    made.max_payload_length = TOKEN_CHARACTERS_MAX
    return made


def _claims(token: str, key: PublicKey, issuer: TrustedIssuer, now: int) -> Mapping[str, Any]:
    read = jwt.decode(token, key, registry=_registry(issuer.algorithms), decoder_cls=_NothingTwice)
    wanted = {name: jwt.ClaimsOption(essential=True) for name in _ESSENTIAL}
    wanted["iss"] = jwt.ClaimsOption(essential=True, value=issuer.issuer)
    wanted["aud"] = jwt.ClaimsOption(essential=True, value=issuer.audience)
    jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_SECONDS, **wanted).validate(read.claims)
    return read.claims


def _caller(claims: Mapping[str, Any], issuer: TrustedIssuer) -> Caller:
    """Raises ValueError when the claims are no caller, or grant what the issuer may not."""
    words = claims["grants"]
    if not isinstance(words, list) or len(words) > GRANTS_MAX or not all(isinstance(word, str) for word in words):
        raise ValueError("grants are no list of words")
    grants = tuple(Grant.parse(word) for word in words)
    if foreign := {grant.role for grant in grants} - issuer.roles:
        raise ValueError(f"its issuer may not grant {', '.join(sorted(foreign))}")
    signed_in = claims.get("auth_time", claims["iat"])
    if isinstance(signed_in, bool) or not isinstance(signed_in, int | float):
        raise ValueError("auth_time is no time")  # noqa: TRY004  # the token is wrong, not the program
    subject, name = _word(claims, "sub"), _word(claims, "name")
    return Caller(issuer.prefix + subject, name, grants, datetime.fromtimestamp(signed_in, UTC))


def _word(claims: Mapping[str, Any], name: str) -> str:
    """A short word without what separates words in records."""
    word = claims[name]
    if not isinstance(word, str) or not 0 < len(word) <= NAME_CHARACTERS_MAX:
        raise ValueError(f"{name} is no word of at most {NAME_CHARACTERS_MAX} characters")
    if not word.isprintable() or word != word.strip() or "/" in word:
        raise ValueError(f"{name} has characters that a record cannot hold")
    return word


def _refused(why: str, detail: str) -> Unauthenticated:
    log.info("a token was refused: %s", detail[:200], extra={"why": why})
    return Unauthenticated(why)
