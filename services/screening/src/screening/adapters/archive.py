"""Decisions as they are kept in PostgreSQL, with the facts and the law that they are made of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.adapters.regions import PostgresRegions
from screening.application.replays.ports import Written
from screening.domain.decision import Decision
from screening.domain.differences import Reached
from screening.domain.facts import FactVersion, FilingId
from screening.domain.naming import KINDS
from screening.domain.replaying import AnyFact, Kept
from screening.wire import kept
from screening.wire.decisions import written
from screening.wire.kept import Key
from screening.wire.replays import content_digest, kept_from_wire
from servicekit.storage.database import Connection
from servicekit.wire import disposition_to_wire, outcome_to_wire
from statute.finding import Disposition, Outcome

DEDUCTION: Final = "deduction"

_Place = tuple[FilingId, Key]
"""Where a fact of a filing is kept."""

_WRITTEN: Final = (
    "SELECT d.filing_id, d.number, d.decision, d.attempt, c.decision_number, c.decision_content, c.outcome, "
    "c.disposition FROM decision AS d JOIN screening_case AS c USING (filing_id)"
)


class PostgresArchive:
    def __init__(self, connection: Connection, regions: PostgresRegions) -> None:
        self._connection = connection
        self._regions = regions

    async def find(self, filing: FilingId, number: int) -> Written | None:
        row = await self._connection.fetchrow(
            f"{_WRITTEN} WHERE d.filing_id = $1 AND d.number = coalesce(nullif($2::integer, 0), c.decision_number)",
            filing,
            number,
        )
        return None if row is None else _written(row)

    async def page(self, after: Reached, size: int) -> list[Written]:
        rows = await self._connection.fetch(
            f"{_WRITTEN} WHERE (d.filing_id, d.number) > ($1, $2) ORDER BY d.filing_id, d.number LIMIT $3",
            after.filing,
            after.number,
            size,
        )
        return [_written(row) for row in rows]

    async def undecided(self, after: FilingId, size: int) -> tuple[list[FilingId], FilingId | None]:
        rows = await self._connection.fetch(
            "SELECT filing_id, waiting_for = '' AND NOT settled AND decision_number = 0 OR decision_number > 0 "
            "AND NOT EXISTS (SELECT FROM decision AS d WHERE d.filing_id = c.filing_id "
            "AND d.number = c.decision_number) AS wrong "
            "FROM screening_case AS c WHERE filing_id > $1 ORDER BY filing_id LIMIT $2",
            after,
            size,
        )
        last = FilingId(rows[-1]["filing_id"]) if len(rows) == size else None
        return [FilingId(row["filing_id"]) for row in rows if row["wrong"]], last

    def written(self, decision: Decision) -> bytes:
        return written(decision)

    async def facts_of(self, decisions: Sequence[Kept]) -> list[dict[FactVersion, AnyFact]]:
        regions = await self._regions.at_versions({one for decision in decisions for one in decision.facts})
        held = await self._facts({place for decision in decisions for place in _places(decision).values()})
        return [regions | _found(decision, held) for decision in decisions]

    async def _facts(self, places: Collection[_Place]) -> dict[_Place, AnyFact]:
        """Each read once, however many decisions rest on it; an answer as it was first kept."""
        rows = await self._connection.fetch(
            "SELECT f.filing_id, f.kind, f.key, f.version, f.fact FROM unnest($1::text[], $2::text[], $3::text[], "
            "$4::integer[]) AS w (filing_id, kind, key, version) JOIN case_fact AS f ON f.filing_id = w.filing_id "
            "AND f.kind = w.kind AND f.key = w.key AND (f.version = w.version OR f.kind = $5 AND f.version = $6) "
            "ORDER BY f.version DESC",
            [filing for filing, _ in places],
            *[[getattr(key, name) for _, key in places] for name in Key._fields],
            DEDUCTION,
            kept.POSTED,
        )
        return {_place_of(row): kept.read(row["filing_id"], _key(row), row["fact"]) for row in rows}


def _places(decision: Kept) -> dict[FactVersion, _Place]:
    """Where each fact of the filing is kept. The budget's answer is found by its attempt."""
    places = {}
    for known in decision.facts:
        kind, _, key = known.fact.partition("/")
        if kind == DEDUCTION:
            answered = f"{decision.filing}-r{known.version}-{decision.attempt}"
            places[known] = decision.filing, Key(kind, answered, kept.ANSWERED)
        elif kind in KINDS.values() or kind == "queue":
            places[known] = decision.filing, Key(kind, key, known.version)
    return places


def _found(decision: Kept, held: Mapping[_Place, AnyFact]) -> dict[FactVersion, AnyFact]:
    return {known: held[place] for known, place in _places(decision).items() if place in held}


def _key(row: asyncpg.Record) -> Key:
    return Key(row["kind"], row["key"], row["version"])


def _place_of(row: asyncpg.Record) -> _Place:
    key = _key(row)
    return row["filing_id"], key._replace(version=kept.ANSWERED) if key.kind == DEDUCTION else key


def _written(row: asyncpg.Record) -> Written:
    message = pb.Decision.FromString(row["decision"])
    decision, current = kept_from_wire(message, row["attempt"]), row["decision_number"]
    stands = decision.number == current and _stands(row, message)
    return Written(decision, row["decision"], current, stands_as_kept=stands)


def _stands(row: asyncpg.Record, message: pb.Decision) -> bool:
    said = outcome_to_wire(Outcome(row["outcome"])), disposition_to_wire(Disposition(row["disposition"]))
    return said == (message.outcome, message.disposition) and content_digest(message) == row["decision_content"]


class PostgresLaws:
    """Every policy bundle that decisions were made under, packed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def has(self, bundle_hash: str) -> bool:
        return bool(
            await self._connection.fetchval("SELECT true FROM policy_bundle WHERE bundle_hash = $1", bundle_hash)
        )

    async def get(self, bundle_hash: str) -> bytes | None:
        law: bytes | None = await self._connection.fetchval(
            "SELECT law FROM policy_bundle WHERE bundle_hash = $1", bundle_hash
        )
        return law

    async def add(self, bundle_hash: str, law: bytes, at: datetime) -> None:
        await self._connection.execute(
            "INSERT INTO policy_bundle (bundle_hash, law, first_used) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bundle_hash,
            law,
            at,
        )
