"""Who this command calls as: a token kept for its user, got by signing in at a browser (RFC 8628)."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import typer

from client.errors import ClientError
from kernel.text import Text

VARIABLE: Final = "DUALCONTROL_TOKEN_FILE"
ISSUER_VARIABLE: Final = "DUALCONTROL_ISSUER"
CLIENT: Final = "dualcontrol-command"
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
DISCOVERY: Final = "/.well-known/openid-configuration"
ANSWER_SECONDS_MAX: Final = 10
INTERVAL_SECONDS: Final = 5
"""Between two questions when the issuer names no other pause (RFC 8628, 3.2)."""

NOT_REACHED = Text("无法连接身份服务, 请核对地址后重试", "The issuer cannot be reached. Check its address.")
NO_DEVICES = Text("该身份服务不支持设备登录", "This issuer has no sign-in for devices.")
REFUSED = Text("登录未完成或已过期, 请重新登录", "The sign-in was not finished in time. Sign in again.")


class SignInFailed(ClientError):
    """The issuer cannot be reached, cannot do it, or the person did not finish."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the person has to do: open the address and see that it shows the code."""

    address: str
    user_code: str
    device_code: str
    token_endpoint: str
    seconds: int
    interval: float


@dataclass(frozen=True, slots=True)
class Identity:
    """What a token says of its holder. Nothing here was checked: the services do that."""

    name: str
    subject: str
    grants: tuple[str, ...]
    ends_at: int


def kept_file() -> Path:
    """Where the token of a sign-in is kept, for this user of the machine alone."""
    return Path(typer.get_app_dir("dualcontrol")) / "token"


def token_of(files: Iterable[Path], environ: Mapping[str, str] = os.environ) -> str | None:
    """What DUALCONTROL_TOKEN_FILE names; when it names nothing, the first of `files` that holds anything; else None."""
    named = environ.get(VARIABLE)
    for file in (Path(named),) if named else files:
        try:
            if token := file.read_text("ascii").strip():
                return token
        except (OSError, ValueError):
            continue
    return None


async def invited(http: httpx.AsyncClient, issuer: str) -> Invitation:
    """Raises SignInFailed."""
    try:
        about = (await http.get(issuer.rstrip("/") + DISCOVERY)).raise_for_status().json()
        if "device_authorization_endpoint" not in about:
            raise SignInFailed(NO_DEVICES)
        form = {"client_id": CLIENT, "scope": "openid profile"}
        asked = (await http.post(about["device_authorization_endpoint"], data=form)).raise_for_status().json()
        return Invitation(
            asked.get("verification_uri_complete") or asked["verification_uri"],
            asked["user_code"],
            asked["device_code"],
            about["token_endpoint"],
            int(asked["expires_in"]),
            float(asked.get("interval", INTERVAL_SECONDS)),
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        raise SignInFailed(NOT_REACHED) from problem


async def redeemed(http: httpx.AsyncClient, invitation: Invitation) -> str:
    """The token, once the person has signed in. Raises SignInFailed."""
    form = {"grant_type": DEVICE_GRANT, "client_id": CLIENT, "device_code": invitation.device_code}
    ends, pause = time.monotonic() + invitation.seconds, invitation.interval
    while time.monotonic() < ends:
        try:
            answer = await http.post(invitation.token_endpoint, data=form)
            said: Any = answer.json()
        except (httpx.HTTPError, ValueError) as problem:
            raise SignInFailed(NOT_REACHED) from problem
        if answer.is_success and isinstance(said, dict) and isinstance(said.get("access_token"), str):
            return str(said["access_token"])
        error = said.get("error") if isinstance(said, dict) else None
        if error not in ("authorization_pending", "slow_down"):
            break
        pause += INTERVAL_SECONDS if error == "slow_down" else 0
        await asyncio.sleep(pause)
    raise SignInFailed(REFUSED)


def keep(token: str, file: Path) -> None:
    """For the owner alone, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as handle:
        handle.write(token)
    fresh.replace(file)


def identity_of(token: str) -> Identity:
    """Raises ValueError when it is no token."""
    try:
        middle = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return Identity(said["name"], said["sub"], tuple(said["grants"]), int(said["exp"]))
    except (IndexError, KeyError, TypeError, ValueError) as problem:
        raise ValueError("it is no token") from problem
