"""Promises in PostgreSQL."""

from collections.abc import Mapping, Sequence

from kernel.regions import RegionCode, code_prefix
from servicekit.storage.database import Connection
from targets.application.ports import Promised
from targets.domain.promises import Promise


class PostgresPromises:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, promise: Promise) -> None:
        await self._record(promise, released=False)

    async def release(self, promise: Promise) -> None:
        await self._record(promise, released=True)
        await self._connection.execute(
            "UPDATE promise SET released = true WHERE deduction_id = $1 AND NOT released", promise.deduction
        )

    async def _record(self, promise: Promise, *, released: bool) -> None:
        """What is known of the deduction stays; what was released once counts in no year."""
        await self._connection.execute(
            "INSERT INTO promise (deduction_id, year, region_code, amount_kgce, released) "
            "SELECT $1, p.year, $4, p.kgce, $5 OR EXISTS (SELECT FROM promise WHERE deduction_id = $1 AND released) "
            "FROM unnest($2::int[], $3::bigint[]) AS p (year, kgce) ON CONFLICT DO NOTHING",
            promise.deduction,
            list(promise.kgce_by_year),
            list(promise.kgce_by_year.values()),
            promise.region,
            released,
        )

    async def promised(self, regions: Sequence[RegionCode]) -> Mapping[RegionCode, Promised]:
        """For each region what counts in it and below it: a sum over the promises, never a number kept apart."""
        rows = await self._connection.fetch(
            "SELECT r.code, p.year, sum(p.amount_kgce)::bigint AS kgce FROM unnest($1::text[], $2::text[]) "
            "AS r (code, prefix) JOIN promise AS p ON NOT p.released AND p.region_code ^@ r.prefix "
            "GROUP BY r.code, p.year ORDER BY r.code, p.year",
            regions,
            [code_prefix(region) for region in regions],
        )
        found: dict[RegionCode, dict[int, int]] = {region: {} for region in regions}
        for row in rows:
            found[row["code"]][row["year"]] = row["kgce"]
        return {region: Promised(by_year) for region, by_year in found.items()}
