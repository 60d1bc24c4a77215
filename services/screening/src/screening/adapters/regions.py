"""Regions' levels in PostgreSQL, every version of them, and when budget became free where."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.regions import RegionCode
from screening.adapters.locks import Locks
from screening.domain.facts import FactVersion
from screening.domain.regions import RegionFact, RegionFacts
from screening.domain.sweeps import Scope
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

    async def at_versions(self, facts: Iterable[FactVersion]) -> dict[FactVersion, RegionFact]:
        """The regions among the facts, in just these versions."""
        asked = [(one.fact.removeprefix(REGION), one.version) for one in facts if one.fact.startswith(REGION)]
        rows = await self._connection.fetch(
            "SELECT levels FROM region_fact WHERE (region_code, version) IN "
            "(SELECT * FROM unnest($1::text[], $2::bigint[]))",
            [code for code, _ in asked],
            [version for _, version in asked],
        )
        found = [_fact(row["levels"]) for row in rows]
        return {FactVersion(f"{REGION}{fact.code}", fact.version): fact for fact in found}

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


_COLUMNS: Final = {Scope.FREED: "freed_time", Scope.GRANTED: "granted_time"}


class PostgresFreed:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # Rows are locked last, and all in one order: many transactions tell of the same regions.
        self._noted: dict[Scope, dict[RegionCode, datetime]] = {scope: {} for scope in _COLUMNS}

    async def note(self, regions: Iterable[RegionCode], scope: Scope, at: datetime) -> None:
        self._noted[scope] |= dict.fromkeys(regions, at)

    async def since(self, regions: Iterable[RegionCode], scope: Scope) -> dict[RegionCode, datetime]:
        await self._locks.share_waiting()
        column, asked = _COLUMNS[scope], set(regions)
        rows = await self._connection.fetch(
            f"SELECT region_code, {column} AS at FROM freed WHERE region_code = ANY ($1::text[]) "  # noqa: S608  # a constant
            f"AND {column} IS NOT NULL",
            sorted(asked),
        )
        found = {RegionCode(row["region_code"]): row["at"] for row in rows}
        return found | {region: at for region, at in self._noted[scope].items() if region in asked}

    async def flush(self) -> None:
        """Writes what was noted."""
        regions = sorted(set().union(*self._noted.values()))
        if not regions:
            return
        await self._connection.execute(
            "INSERT INTO freed (region_code, freed_time, granted_time) "
            "SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) "
            "ON CONFLICT (region_code) DO UPDATE SET "
            "freed_time = greatest(freed.freed_time, excluded.freed_time), "
            "granted_time = greatest(freed.granted_time, excluded.granted_time)",
            regions,
            *[[self._noted[scope].get(region) for region in regions] for scope in _COLUMNS],
        )
        self._noted = {scope: {} for scope in _COLUMNS}
