"""Regions' levels in PostgreSQL, every version of them, and when budget became free where."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.regions import RegionCode
from screening.adapters.locks import Locks
from screening.domain.facts import FactVersion
from screening.domain.regions import RegionFact, RegionFacts
from screening.wire.decisions import canonical
from screening.wire.facts import region_from_wire, region_to_wire
from servicekit.storage.database import Connection

REGION = "region/"


class PostgresRegions:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # Whoever screens shares the regions' lock, so what was read stays true until the transaction ends.
        self._known: dict[RegionCode, RegionFact | None] = {}

    async def get_for_update(self, region: RegionCode) -> RegionFact | None:
        await self._locks.own_regions()
        return (await self.known_of([region])).get(region)

    async def known_of(self, regions: Iterable[RegionCode]) -> RegionFacts:
        asked = list(regions)
        await self._read([region for region in asked if region not in self._known])
        return {region: fact for region in asked if (fact := self._known[region]) is not None}

    async def _read(self, regions: list[RegionCode]) -> None:
        if not regions:
            return
        rows = await self._connection.fetch(
            "SELECT f.levels FROM unnest($1::text[]) AS r (code) CROSS JOIN LATERAL (SELECT levels FROM region_fact "
            "WHERE region_code = r.code ORDER BY version DESC LIMIT 1) AS f",
            regions,
        )
        self._known |= dict.fromkeys(regions) | {fact.code: fact for row in rows for fact in (_fact(row["levels"]),)}

    async def at_versions(self, facts: Sequence[FactVersion]) -> RegionFacts:
        """The regions among the facts, in just these versions."""
        asked = [(one.fact.removeprefix(REGION), one.version) for one in facts if one.fact.startswith(REGION)]
        rows = await self._connection.fetch(
            "SELECT levels FROM region_fact WHERE (region_code, version) IN "
            "(SELECT * FROM unnest($1::text[], $2::bigint[]))",
            [code for code, _ in asked],
            [version for _, version in asked],
        )
        return {fact.code: fact for row in rows for fact in (_fact(row["levels"]),)}

    async def save(self, fact: RegionFact) -> None:
        self._known[fact.code] = fact
        await self._connection.execute(
            "INSERT INTO region_fact (region_code, version, levels) VALUES ($1, $2, $3)",
            fact.code,
            fact.version,
            canonical(region_to_wire(fact)),
        )


def _fact(levels: bytes) -> RegionFact:
    return region_from_wire(targets.RegionLevelChanged.FromString(levels))


class PostgresFreed:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, regions: Iterable[RegionCode], at: datetime) -> None:
        """Rows are locked in one order."""
        await self._connection.execute(
            "INSERT INTO freed (region_code, freed_time) SELECT code, $2 FROM unnest($1::text[]) AS r (code) "
            "ON CONFLICT (region_code) DO UPDATE SET freed_time = greatest(freed.freed_time, excluded.freed_time)",
            sorted(set(regions)),
            at,
        )

    async def since(self, regions: Iterable[RegionCode]) -> dict[RegionCode, datetime]:
        rows = await self._connection.fetch(
            "SELECT region_code, freed_time FROM freed WHERE region_code = ANY ($1::text[])", sorted(set(regions))
        )
        return {RegionCode(row["region_code"]): row["freed_time"] for row in rows}
