"""Who may speak to a local stack: the issuer's key, the file that trusts it, and the tokens that it gave."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml
from joserfc import jwt
from joserfc.jwk import RSAKey

from access.roles import Role
from testkit.issuer.users import PROVINCES, USERS

AUDIENCE: Final = "dualcontrol"
ALGORITHM: Final = "RS256"
KEY_BITS: Final = 2048
PASSWORD_BYTES: Final = 9
STACK_SECONDS: Final = 30 * 24 * 3600
"""How long the tokens live that lie in the stack's folder; every start gives new ones."""
PERSON_SECONDS: Final = 8 * 3600
PARTNER: Final = "partner.local"
OPERATOR: Final = "sysadmin"


class Identities:
    """Everything lies in the stack's folder, and what is secret only its owner may read."""

    def __init__(self, folder: Path, issuer: str) -> None:
        self.folder = folder
        self.issuer = issuer

    @property
    def trust_file(self) -> Path:
        return self.folder / "trust.yaml"

    @property
    def partner_token_file(self) -> Path:
        """What the `dualcontrol` command uses when it is told nothing else."""
        return self.folder / "token"

    def token_file(self, service: str) -> Path:
        return self.folder / "tokens" / service

    @property
    def _keys_file(self) -> Path:
        return self.folder / "issuer" / "keys.json"

    @property
    def _key_file(self) -> Path:
        return self.folder / "issuer" / "key.pem"

    @property
    def _password_file(self) -> Path:
        return self.folder / "issuer" / "password"

    @cached_property
    def key(self) -> RSAKey:
        """The one key of this stack, made when it is first needed."""
        if not self._key_file.exists():
            _write(self._key_file, RSAKey.generate_key(KEY_BITS).as_pem(private=True).decode())
        made = RSAKey.import_key(self._key_file.read_bytes())
        return RSAKey.import_key({**made.as_dict(private=True), "kid": made.thumbprint()})

    @cached_property
    def password(self) -> str:
        """With which every seeded person signs in; drawn once for each stack."""
        if not self._password_file.exists():
            _write(self._password_file, secrets.token_urlsafe(PASSWORD_BYTES))
        return self._password_file.read_text("ascii")

    def key_set(self) -> Mapping[str, Any]:
        """What is published."""
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}

    def write(self, services: Iterable[str]) -> None:
        """Writes keys, trust and fresh tokens for `services` and for a partner system."""
        _write(self._keys_file, json.dumps(self.key_set()))
        trusted = {
            "issuer": self.issuer,
            "audience": AUDIENCE,
            # From the file: what is asked of the services does not hang on whether the issuer runs.
            "keys": str(self._keys_file),
            "algorithms": [ALGORITHM],
            "roles": [role.value for role in Role],
        }
        _write(self.trust_file, yaml.safe_dump({"issuers": [trusted]}))
        for service in services:
            name = f"服务 {service}"
            _write(self.token_file(service), self.mint(_everywhere(Role.SERVICE), subject=service, name=name))
        partner = self.mint(_everywhere(Role.PARTNER), subject=PARTNER, name="本机对接系统(虚构)")
        _write(self.partner_token_file, partner)

    def delete(self) -> None:
        """Takes away what `write` wrote."""
        for part in (self._key_file.parent, self.token_file("any").parent):
            shutil.rmtree(part, ignore_errors=True)
        for left in (self.trust_file, self.partner_token_file):
            left.unlink(missing_ok=True)

    def mint(self, grants: Sequence[str], *, subject: str, name: str = "测试", **claims: Any) -> str:
        """A token with the grants; `claims` come on top of what every token says, or in its place."""
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": subject,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + STACK_SECONDS,
            "auth_time": now,
            "name": name,
            "grants": list(grants),
            **claims,
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": self.key.kid}, said, self.key)

    def of_user(self, subject: str, **claims: Any) -> str:
        """A token as one of the seeded persons gets it after signing in now. Raises KeyError for a stranger."""
        user = USERS[subject]
        return self.mint(claims.pop("grants", user.grants), subject=user.subject, name=user.name, **claims)


def _everywhere(role: Role) -> Sequence[str]:
    return tuple(f"{role}:{province}" for province in PROVINCES)


def _write(file: Path, text: str) -> None:
    """Whole or not at all, for the owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    fresh.replace(file)
