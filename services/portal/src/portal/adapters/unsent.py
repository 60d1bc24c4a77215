"""Unsent forms in the portal's own PostgreSQL database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from kernel.clock import Clock
from portal.adapters.asking import asking
from portal.domain.unsent import FORMS_MAX, KEPT, UnsentForm, packed, unpacked
from servicekit.storage.database import Database

_CLEAR: Final = "DELETE FROM unsent WHERE saved_at <= $1"
_KEEP: Final = """
INSERT INTO unsent VALUES ($1, $2, $3, $4)
ON CONFLICT (subject, place) DO UPDATE SET content = excluded.content, saved_at = excluded.saved_at
"""
_BOUND: Final = """
DELETE FROM unsent WHERE subject = $1
   AND place IN (SELECT place FROM unsent WHERE subject = $1 ORDER BY saved_at DESC, place OFFSET $2)
"""
_FIND: Final = "SELECT content, saved_at FROM unsent WHERE subject = $1 AND place = $2 AND saved_at > $3"
_LIST: Final = """
SELECT place, saved_at FROM unsent WHERE subject = $1 AND saved_at > $2 ORDER BY saved_at DESC, place LIMIT $3
"""


class PostgresUnsentForms:
    """Implements `portal.application.ports.UnsentForms`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, subject: str, place: str, values: Mapping[str, str]) -> bool:
        content, now = packed(values), self._clock()
        if content is None:
            return False
        async with asking(self._database) as connection:
            await connection.execute(_CLEAR, now - KEPT)
            await connection.execute(_KEEP, subject, place, content, now)
            await connection.execute(_BOUND, subject, FORMS_MAX)
        return True

    async def find(self, subject: str, place: str) -> UnsentForm | None:
        async with asking(self._database) as connection:
            row = await connection.fetchrow(_FIND, subject, place, self._clock() - KEPT)
        return None if row is None else UnsentForm(place, unpacked(row["content"]), row["saved_at"])

    async def every(self, subject: str) -> Sequence[tuple[str, datetime]]:
        async with asking(self._database) as connection:
            rows = await connection.fetch(_LIST, subject, self._clock() - KEPT, FORMS_MAX)
        return [(row["place"], row["saved_at"]) for row in rows]

    async def forget(self, subject: str, place: str) -> None:
        async with asking(self._database) as connection:
            await connection.execute("DELETE FROM unsent WHERE subject = $1 AND place = $2", subject, place)
