"""Tokens for tests, right ones and wrong ones: an issuer's key, and whatever may be signed with it."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import RSAKey

from servicekit.access.trust import TrustedIssuer

ISSUER: Final = "https://issuer.test"
AUDIENCE: Final = "dualcontrol"
PLACE: Final = "https://issuer.test/jwks"
KEY_ID: Final = "key-1"
SECONDS: Final = 600
_HASHES: Final = {"RS256": SHA256(), "RS512": SHA512()}


def claims(*grants: str, at: float | None = None, **stated: Any) -> dict[str, Any]:
    """What a right token says; `stated` in its place, and None takes a claim away."""
    now = int(time.time() if at is None else at)
    said = {
        "iss": ISSUER,
        "sub": "reviewer.test",
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + SECONDS,
        "auth_time": now,
        "name": "测试甲",
        "grants": list(grants or ("reviewer:632800",)),
        **stated,
    }
    return {name: value for name, value in said.items() if value is not None}


class Forge:
    """One issuer with one key."""

    def __init__(self, key_id: str = KEY_ID) -> None:
        self.key_id = key_id
        self._private = generate_private_key(public_exponent=65_537, key_size=2048)
        pem = self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.public_pem: bytes = pem
        self.public = {**RSAKey.import_key(pem).as_dict(private=False), "kid": key_id}

    @property
    def document(self) -> bytes:
        """The key set that it publishes."""
        return json.dumps({"keys": [self.public]}).encode()

    def token(self, said: Mapping[str, Any] | bytes | None = None, **header: Any) -> str:
        """Signed by the issuer's key: right when `said` and `header` are."""
        body = said if isinstance(said, bytes) else json.dumps(said if said is not None else claims()).encode()
        heading = {"alg": "RS256", "typ": "JWT", "kid": self.key_id, **header}
        # By hand: a library that lets nothing wrong through could not make what must be refused.
        signed = _parts(heading, body)
        signature = self._private.sign(signed, PKCS1v15(), _HASHES[heading["alg"]])
        return b".".join([signed, _encoded(signature)]).decode()

    def token_by_secret(self, said: Mapping[str, Any]) -> str:
        """Signed by HS256 with the issuer's public key as the secret, which everybody knows."""
        signed = _parts({"alg": "HS256", "typ": "JWT", "kid": self.key_id}, json.dumps(said).encode())
        signature = hmac.new(self.public_pem, signed, "sha256").digest()
        return b".".join([signed, _encoded(signature)]).decode()


def _parts(heading: Mapping[str, Any], body: bytes) -> bytes:
    return b".".join([_encoded(json.dumps(heading).encode()), _encoded(body)])


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def trusted(*roles: str, **stated: Any) -> TrustedIssuer:
    """The forge's issuer as a service trusts it."""
    said: dict[str, Any] = {"issuer": ISSUER, "keys": PLACE, "roles": roles or ("reviewer",), **stated}
    return TrustedIssuer.model_validate(said)


def unsigned(said: dict[str, Any], header: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(said).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def wrong_tokens(forge: Forge, at: float) -> dict[str, str]:
    """By what is wrong with each, for a service that trusts `forge` and believes it to be the instant `at`."""
    return {**_wrong_claims(forge, at), **_wrong_forms(forge, at)}


def _wrong_claims(forge: Forge, at: float) -> dict[str, str]:
    """Signed well, and saying what must not be believed."""
    return {
        "another issuer with a known key id": forge.token(claims(at=at, iss="https://elsewhere.test")),
        "an issuer that is a list": forge.token(claims(at=at, iss=[ISSUER])),
        "no issuer": forge.token(claims(at=at, iss=None)),
        "no audience": forge.token(claims(at=at, aud=None)),
        "another audience": forge.token(claims(at=at, aud="portal")),
        "an audience that is a number": forge.token(claims(at=at, aud=1)),
        "not valid yet": forge.token(claims(at=at, nbf=int(at) + 600)),
        "issued in the future": forge.token(claims(at=at + 600)),
        "no end": forge.token(claims(at=at, exp=None)),
        "an end that is a word": forge.token(claims(at=at, exp="2030-01-01")),
        "a time too large": forge.token(claims(at=at, auth_time=10**30)),
        "a sign-in that is a word": forge.token(claims(at=at, auth_time="now")),
        "no subject": forge.token(claims(at=at, sub=None)),
        "an empty subject": forge.token(claims(at=at, sub="")),
        "a subject with a slash": forge.token(claims(at=at, sub="a/b")),
        "a name with a line end": forge.token(claims(at=at, name="甲\n乙")),
        "a name too long": forge.token(claims(at=at, name="甲" * 61)),
        "grants that are a word": forge.token(claims(at=at, grants="reviewer:632800")),
        "a grant that is none": forge.token(claims("reviewer", at=at)),
        "a role that does not exist": forge.token(claims("emperor:630000", at=at)),
        "a role that its issuer may not grant": forge.token(claims("service:630000", at=at)),
        "roles that do not go together": forge.token(claims("reviewer:630000", "audit_administrator:630000", at=at)),
        "a hundred grants": forge.token(claims(*["reviewer:632800"] * 100, at=at)),
    }


def _wrong_forms(forge: Forge, at: float) -> dict[str, str]:
    """Wrong header, wrong key, wrong signature, or no token at all."""
    good, other = claims(at=at), Forge(forge.key_id)
    return {
        "alg none": unsigned(good, {"alg": "none", "kid": forge.key_id}),
        "alg None with a signature": unsigned(good, {"alg": "None", "kid": forge.key_id}, b"x" * 256),
        "no alg": unsigned(good, {"kid": forge.key_id}, b"x" * 256),
        "HS256 with the public key as the secret": forge.token_by_secret(good),
        "an algorithm that the issuer does not use": forge.token(good, alg="RS512"),
        "another issuer's key under a known id": other.token(good),
        "an end that is no number": forge.token(json.dumps(good).replace(str(good["exp"]), "NaN").encode()),
        "a key id that is a path": forge.token(good, kid="../../../../etc/passwd"),
        "a key id that is SQL": forge.token(good, kid="' OR '1'='1"),
        "a key id that is a number": forge.token(good, kid=1),
        "no key id": unsigned(good, {"alg": "RS256"}, b"x" * 256),
        "a critical header nobody knows": forge.token(good, crit=["x"], x=1),
        "a header that brings its own key": forge.token(good, jwk=other.public),
        "another type": forge.token(good, typ="dpop+jwt"),
        "a claim twice": forge.token(json.dumps(good).replace('"aud"', '"sub": "signer.test", "aud"').encode()),
        "claims that are a list": forge.token(b"[1]"),
        "claims that are no JSON": forge.token(b"{"),
        "claims nested deeply": forge.token(b'{"a":' * 900 + b"1" + b"}" * 900),
        "too long": forge.token(good) + "A" * 100_000,
        "cut off": forge.token(good)[:-20],
        "one part": "abc",
        "five parts": "a.b.c.d.e",
        "no base64": "!.!.!",
        "not ASCII": "令.牌.牌",
        "nothing": "",
    }
