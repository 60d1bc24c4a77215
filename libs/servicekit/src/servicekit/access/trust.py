"""Whose tokens are believed, and for what: the file that DUALCONTROL_TRUST_FILE names."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from access.roles import Role

Purpose = Literal["production", "demo"]
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Those with a private key alone: with a shared secret whoever checks a token could also make one."""

SHORT: Final = 200


class TrustedIssuer(BaseModel):
    """One issuer. `prefix` tells its subjects from those of another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Annotated[str, Field(min_length=1, max_length=SHORT)]
    audience: Annotated[str, Field(min_length=1, max_length=SHORT)] = "dualcontrol"
    keys: Annotated[str, Field(min_length=1, max_length=SHORT)]
    """Its JSON Web Key Set: an address that begins with http, or the path of a file."""
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("RS256",)
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    """Those that it may grant. A directory of officials has no business naming services, nor the other way round."""
    prefix: Annotated[str, Field(pattern=r"^([a-z0-9]+:)?$")] = ""


class Trust(BaseModel):
    """Every issuer that is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuers: Annotated[tuple[TrustedIssuer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if len({one.issuer for one in self.issuers}) < len(self.issuers):
            raise ValueError("an issuer is listed twice")
        prefixes = [one.prefix for one in self.issuers]
        if len(prefixes) > 1 and (len(set(prefixes)) < len(prefixes) or "" in prefixes):
            raise ValueError("of several issuers each needs a prefix of its own: their subjects could be one name")
        return self

    def issuer(self, name: object) -> TrustedIssuer | None:
        return next((one for one in self.issuers if one.issuer == name), None)


def load_trust(file: Path, purpose: Purpose) -> Trust:
    """Raises ValueError, whose text names what is wrong and where."""
    try:
        trust = Trust.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except OSError as problem:
        raise ValueError(f"{file} cannot be read: {problem.strerror}") from None
    except yaml.YAMLError as problem:
        raise ValueError(f"{file} is no YAML: {problem}") from None
    except ValidationError as problem:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors(include_url=False))
        raise ValueError(f"{file}: {said}") from None
    if purpose == "production":
        _refuse_unprotected(trust, file)
    return trust


def _refuse_unprotected(trust: Trust, file: Path) -> None:
    for one in trust.issuers:
        for address in (one.issuer, one.keys):
            if address.startswith("http://"):
                raise ValueError(f"{file}: {address} is not protected by TLS, which only a demonstration may accept")
