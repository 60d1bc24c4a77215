"""Sessions in the portal's own PostgreSQL database."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.clock import Clock
from portal.adapters.asking import asking
from portal.domain.sessions import ABSOLUTE, IDLE, SIGN_IN, Alive, Attempt, Session
from portal.domain.unsent import LATE
from servicekit.storage.database import Database

ID_BYTES: Final = 32
NONCE_BYTES: Final = 12
NOTED_EVERY: Final = timedelta(minutes=1)
"""A use is written down at most so often: most requests of a session only read."""
ATTEMPTS_MAX: Final = 10_000
"""Sign-ins on their way at once; more are somebody who begins them and never comes back."""

_FIND = """
SELECT subject, csrf, sealed_token, created_at, last_used_at, ends_at FROM session
WHERE id_hash = $1 AND ends_at > $2 AND last_used_at > $3
"""
_NOTE = "UPDATE session SET last_used_at = greatest(last_used_at, $2) WHERE id_hash = $1"
_CLEAR = """
WITH gone AS (
    DELETE FROM session WHERE ends_at <= $1 OR last_used_at <= $2 RETURNING id_hash, csrf, subject
)
INSERT INTO ended_session SELECT id_hash, csrf, subject, $1 FROM gone
"""
_CLEAR_ENDED = "DELETE FROM ended_session WHERE ended_at <= $1"
_OWNER = """
SELECT subject FROM session WHERE id_hash = $1 AND csrf = $2
UNION ALL SELECT subject FROM ended_session WHERE id_hash = $1 AND csrf = $2 AND ended_at > $3
LIMIT 1
"""
_ALIVE = """
SELECT subject, count(*) AS count, min(created_at) AS begun_at, max(last_used_at) AS last_used_at FROM session
WHERE ends_at > $1 AND last_used_at > $2 AND subject > $3 GROUP BY subject ORDER BY subject LIMIT $4
"""
_CLEAR_ATTEMPTS = """
DELETE FROM sign_in WHERE begun_at <= $1
   OR state_hash IN (SELECT state_hash FROM sign_in ORDER BY begun_at DESC OFFSET $2)
"""
_TAKE = """
DELETE FROM sign_in WHERE state_hash = $1 AND browser_hash = $2 AND begun_at > $3
RETURNING nonce, verifier, back, fresh_seconds_max, begun_at
"""


class PostgresSessions:
    """Implements `portal.application.ports.Sessions`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, subject: str, access_token: str, lifetime_seconds: int) -> Session:
        now = self._clock()
        ends = now + min(ABSOLUTE, timedelta(seconds=lifetime_seconds))
        made = Session(_secret(), subject, _secret(), access_token, now, now, ends)
        kept = (_hash(made.id), subject, made.csrf, _sealed(made.id, access_token), now, ends)
        async with asking(self._database) as connection:
            await connection.execute(_CLEAR, now, now - IDLE)
            await connection.execute(_CLEAR_ENDED, now - LATE)
            await connection.execute("INSERT INTO session VALUES ($1, $2, $3, $4, $5, $5, $6)", *kept)
        return made

    async def find(self, session_id: str) -> Session | None:
        now = self._clock()
        async with asking(self._database) as connection:
            row = await connection.fetchrow(_FIND, _hash(session_id), now, now - IDLE)
            if row is not None and now - row["last_used_at"] >= NOTED_EVERY:
                await connection.execute(_NOTE, _hash(session_id), now)
        return None if row is None else _session(session_id, row)

    async def owner_of_ended(self, session_id: str, csrf: str) -> str | None:
        async with asking(self._database) as connection:
            words = (_hash(session_id), csrf.replace("\0", ""), self._clock() - LATE)
            owner: str | None = await connection.fetchval(_OWNER, *words)
        return owner

    async def end(self, session_id: str) -> None:
        async with asking(self._database) as connection:
            await connection.execute("DELETE FROM session WHERE id_hash = $1", _hash(session_id))

    async def end_all(self, subject: str) -> int:
        """Takes back every session of the person; returns how many there were."""
        async with asking(self._database) as connection:
            return len(await connection.fetch("DELETE FROM session WHERE subject = $1 RETURNING 1", subject))

    async def alive(self, after: str, size: int) -> Sequence[Alive]:
        now = self._clock()
        async with asking(self._database) as connection:
            rows = await connection.fetch(_ALIVE, now, now - IDLE, after.replace("\0", ""), size)
        return [Alive(**dict(row)) for row in rows]

    async def keep_attempt(self, attempt: Attempt) -> None:
        secrets_kept = (_hash(attempt.state), _hash(attempt.browser), attempt.nonce, attempt.verifier)
        kept = (*secrets_kept, attempt.back, attempt.fresh_seconds_max, attempt.begun_at)
        async with asking(self._database) as connection:
            await connection.execute(_CLEAR_ATTEMPTS, self._clock() - SIGN_IN, ATTEMPTS_MAX)
            await connection.execute("INSERT INTO sign_in VALUES ($1, $2, $3, $4, $5, $6, $7)", *kept)

    async def take_attempt(self, state: str, browser: str) -> Attempt | None:
        async with asking(self._database) as connection:
            row = await connection.fetchrow(_TAKE, _hash(state), _hash(browser), self._clock() - SIGN_IN)
        return None if row is None else Attempt(state=state, browser=browser, **dict(row))


def _session(session_id: str, row: Any) -> Session | None:
    token = _opened(session_id, row["sealed_token"])
    if token is None:
        return None
    times = (row["created_at"], row["last_used_at"], row["ends_at"])
    return Session(session_id, row["subject"], row["csrf"], token, *times)


def _secret() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(session_id: str) -> AESGCM:
    # Another hash than the one that is kept: that one must not open anything.
    return AESGCM(sha256(b"dualcontrol token key " + session_id.encode("utf-8", "surrogatepass")).digest())


def _sealed(session_id: str, token: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _key(session_id).encrypt(nonce, token.encode(), None)


def _opened(session_id: str, sealed: bytes) -> str | None:
    try:
        return _key(session_id).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
    except InvalidTag:
        return None
