"""What is under way between a browser, a client and the issuer: codes that serve once, and wrong passwords."""

import base64
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

CODE_SECONDS_MAX: Final = 60
DEVICE_SECONDS_MAX: Final = 600
WRONG_MAX: Final = 5
LOCKED_SECONDS: Final = 300
WAITING_MAX: Final = 1_000
"""More at once nobody waits for on one machine."""
USER_CODE_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
USER_CODE_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks a person's sign-in for (RFC 6749, RFC 7636, OpenID Connect)."""

    client: str
    redirect_uri: str
    challenge: str
    nonce: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and when."""

    subject: str
    at: int


@dataclass(slots=True)
class Device:
    """A command on some machine that waits for a person at a browser (RFC 8628)."""

    user_code: str
    began: float
    signed_in: SignedIn | None = None


@dataclass(slots=True)
class UnderWay:
    """Mutable and in memory: after a restart everybody begins anew."""

    clock: Callable[[], float] = time.time
    _codes: dict[str, tuple[Asked, SignedIn]] = field(default_factory=dict)
    _devices: dict[str, Device] = field(default_factory=dict)
    _wrong: dict[str, tuple[int, float]] = field(default_factory=dict)

    def code_for(self, asked: Asked, signed_in: SignedIn) -> str:
        code = secrets.token_urlsafe(32)
        self._codes[code] = (asked, signed_in)
        while len(self._codes) > WAITING_MAX:
            self._codes.pop(next(iter(self._codes)))
        return code

    def redeem(self, code: str, client: str, redirect_uri: str, verifier: str) -> tuple[Asked, SignedIn] | None:
        """What the code stands for; None when it is unknown, used, old, another client's or without the verifier."""
        asked, signed_in = self._codes.pop(code, (None, None))
        if asked is None or signed_in is None or self.clock() - signed_in.at > CODE_SECONDS_MAX:
            return None
        known = (asked.client, asked.redirect_uri) == (client, redirect_uri)
        return (asked, signed_in) if known and hmac.compare_digest(challenge_of(verifier), asked.challenge) else None

    def new_device(self) -> tuple[str, Device]:
        user_code = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(USER_CODE_LENGTH))
        device_code, device = secrets.token_urlsafe(32), Device(user_code, self.clock())
        self._devices[device_code] = device
        while len(self._devices) > WAITING_MAX:
            self._devices.pop(next(iter(self._devices)))
        return device_code, device

    def device(self, device_code: str) -> Device | None:
        """None: unknown or too old. One that was signed in for is given once."""
        device = self._devices.get(device_code)
        if device is None or self.clock() - device.began > DEVICE_SECONDS_MAX or device.signed_in is not None:
            self._devices.pop(device_code, None)
        return device if device is not None and self.clock() - device.began <= DEVICE_SECONDS_MAX else None

    def device_of(self, user_code: str) -> Device | None:
        plain = user_code.upper().replace("-", "").replace(" ", "")
        waiting = (one for one in self._devices.values() if self.clock() - one.began <= DEVICE_SECONDS_MAX)
        return next((one for one in waiting if hmac.compare_digest(one.user_code, plain)), None)

    def is_locked(self, subject: str) -> bool:
        count, last = self._wrong.get(subject, (0, 0.0))
        return count >= WRONG_MAX and self.clock() - last < LOCKED_SECONDS

    def was_wrong(self, subject: str) -> None:
        count, last = self._wrong.get(subject, (0, 0.0))
        again = 0 if self.clock() - last >= LOCKED_SECONDS else count
        self._wrong[subject] = (again + 1, self.clock())

    def was_right(self, subject: str) -> None:
        self._wrong.pop(subject, None)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
