"""Who was served before others that stood before it, in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from kernel.regions import RegionCode, lineage
from screening.domain.case import Case
from screening.domain.facts import FilingId
from screening.domain.queue import Place, place_of
from servicekit.storage.database import Connection


class PostgresTurns:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note_served(self, cases: Sequence[Case], at: datetime) -> None:
        """Remembers those for whose budget somebody waits who stands before them."""
        rows = [
            (region, place.application_date, place.filing)
            for case in cases
            if case.reservation is not None
            for place in (place_of(case),)
            for region in lineage(case.reservation.region)
        ]
        if not rows:
            return
        await self._connection.execute(
            "INSERT INTO overtaking (region_code, application_date, filing_id, served_time) "
            "SELECT r.region_code, r.application_date, r.filing_id, $4 "
            "FROM unnest($1::text[], $2::date[], $3::text[]) AS r (region_code, application_date, filing_id) "
            "WHERE EXISTS (SELECT 1 FROM waiting AS w WHERE w.fits AND w.region_code = r.region_code "
            "AND (w.application_date, w.filing_id) < (r.application_date, r.filing_id)) "
            "ON CONFLICT (region_code, application_date, filing_id) DO UPDATE SET served_time = excluded.served_time",
            *[list(column) for column in zip(*rows, strict=True)],
            at,
        )

    async def overtaken(
        self, waited: Mapping[FilingId, tuple[Place, Sequence[RegionCode], datetime]]
    ) -> Collection[FilingId]:
        rows = await self._connection.fetch(
            "SELECT a.filing FROM unnest($1::text[], $2::date[], $3::text[], $4::timestamptz[]) "
            "AS a (filing, day, regions, since) WHERE EXISTS (SELECT 1 FROM overtaking AS o "
            "WHERE o.region_code = ANY (string_to_array(a.regions, ' ')) AND o.served_time > a.since "
            "AND (o.application_date, o.filing_id) > (a.day, a.filing))",
            list(waited),
            [place.application_date for place, _, _ in waited.values()],
            [" ".join(regions) for _, regions, _ in waited.values()],
            [since for _, _, since in waited.values()],
        )
        return [FilingId(row["filing"]) for row in rows]
