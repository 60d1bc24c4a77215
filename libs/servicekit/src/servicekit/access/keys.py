"""An issuer's public keys: read when needed, kept for a while, and read again when a token names one not known."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

FRESH_SECONDS: Final = 300
"""So long a key that the issuer took back is still believed."""
STALE_SECONDS_MAX: Final = 3_600
"""So long the last keys serve when the issuer does not answer."""
ASK_SECONDS_MIN: Final = 10
"""Tokens with invented key ids do not make us ask more often."""
ANSWER_SECONDS_MAX: Final = 3
BYTES_MAX: Final = 256 * 1024

PublicKey = RSAKey | ECKey | OKPKey

Read = Callable[[str], Awaitable[bytes]]


class KeysAway(Exception):
    """The issuer's keys cannot be read, and there are none from before."""


class IssuerKeys:
    """The keys at one place, by key id. An id is looked up and nothing else: it is never a path or a query."""

    def __init__(self, place: str, read: Read, clock: Callable[[], float] = time.monotonic) -> None:
        self._place = place
        self._read = read
        self._clock = clock
        self._keys: Mapping[str, PublicKey] = {}
        self._read_at: float | None = None
        self._asked_at: float | None = None
        self._asking = asyncio.Lock()

    async def find(self, key_id: str) -> PublicKey | None:
        """None: the issuer has no such key. Raises KeysAway."""
        if not self._is_good(key_id):
            await self._ask(key_id)
        if self._read_at is None or self._clock() - self._read_at > STALE_SECONDS_MAX:
            raise KeysAway(self._place)
        return self._keys.get(key_id)

    def _is_good(self, key_id: str) -> bool:
        return self._read_at is not None and self._clock() - self._read_at <= FRESH_SECONDS and key_id in self._keys

    async def _ask(self, key_id: str) -> None:
        async with self._asking:
            recently = self._asked_at is not None and self._clock() - self._asked_at < ASK_SECONDS_MIN
            if recently or self._is_good(key_id):
                return
            self._asked_at = self._clock()
            try:
                self._keys = keys_of(await self._read(self._place))
            except (OSError, TimeoutError, ValueError, httpx.HTTPError):
                return
            self._read_at = self._clock()


def keys_of(document: bytes) -> Mapping[str, PublicKey]:
    """The keys of a JSON Web Key Set by their ids; shared secrets are left out. Raises ValueError."""
    try:
        made = KeySet.import_key_set(json.loads(document))
    except (JoseError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"no key set: {problem}") from None
    return {key.kid: key for key in made.keys if key.kid and not isinstance(key, OctKey)}


async def read_keys(place: str) -> bytes:
    """The document at an address or in a file. Raises OSError, TimeoutError, ValueError or httpx.HTTPError."""
    if not place.startswith(("http://", "https://")):
        return await asyncio.to_thread(Path(place).read_bytes)
    async with (
        asyncio.timeout(ANSWER_SECONDS_MAX),
        httpx.AsyncClient(trust_env=False) as http,
        http.stream("GET", place) as answer,
    ):
        answer.raise_for_status()
        document = b""
        async for part in answer.aiter_bytes():
            document += part
            if len(document) > BYTES_MAX:
                raise ValueError("the key set is too large")
        return document
