"""Saved views in the portal's own PostgreSQL database."""

from collections.abc import Sequence
from typing import Final

from kernel.clock import Clock
from portal.adapters.asking import asking
from portal.domain.views import VIEWS_MAX, View
from servicekit.storage.database import Database

_KEEP: Final = """
INSERT INTO saved_view VALUES ($1, $2, $3, $4)
ON CONFLICT (subject, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at
"""
_BOUND: Final = """
DELETE FROM saved_view WHERE subject = $1
   AND name IN (SELECT name FROM saved_view WHERE subject = $1 ORDER BY saved_at DESC, name OFFSET $2)
"""


class PostgresViews:
    """Implements `portal.application.ports.Views`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, subject: str, view: View) -> None:
        async with asking(self._database) as connection:
            await connection.execute(_KEEP, subject, view.name, view.query, self._clock())
            await connection.execute(_BOUND, subject, VIEWS_MAX)

    async def every(self, subject: str) -> Sequence[View]:
        async with asking(self._database) as connection:
            rows = await connection.fetch(
                "SELECT name, query FROM saved_view WHERE subject = $1 ORDER BY name LIMIT $2", subject, VIEWS_MAX
            )
        return [View(row["name"], row["query"]) for row in rows]

    async def forget(self, subject: str, name: str) -> None:
        async with asking(self._database) as connection:
            await connection.execute("DELETE FROM saved_view WHERE subject = $1 AND name = $2", subject, name)
