"""Cases in PostgreSQL: a row for each, its facts beside it; read and written many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import asyncpg

from kernel.clock import legal_day
from kernel.regions import RegionCode
from screening.adapters.locks import Locks
from screening.adapters.projects import keep_names
from screening.application.ports import Record, Waits
from screening.domain.case import Case, Turn
from screening.domain.decision import Digest, Standing
from screening.domain.facts import FilingId, OpinionFact
from screening.domain.queue import Place, bars, place_of
from screening.wire import kept
from screening.wire.kept import AnyFact, Key
from servicekit.storage.database import Connection
from statute.finding import Disposition, Outcome

VERSIONED: Final = ("filing", "withdrawal", "review", "replacement", "opinion", "ruling")
"""The facts whose versions stand in the case's row, in this order."""

_LISTED: Final = {"saving": "savings", "override": "overrides"}
"""Facts of which a case has many."""

_COLUMNS: Final = (
    "filing_id, region_code, application_date, attempt, queued, reservation, posted, refusals, overtaken, fits, short, "
    "asked_time, waiting_for, waiting_since, decision_number, decision_content, decision_says, outcome, disposition"
)


def facts_of(case: Case) -> dict[tuple[str, str], AnyFact]:
    """All facts that the case holds, by kind and key."""
    single = [getattr(case, kind) for kind in (*VERSIONED, "queue", "deduction")]
    held = [fact for fact in (*single, *case.savings, *case.overrides) if fact is not None]
    return {(key.kind, key.key): fact for fact in held for key in (kept.key_of(fact),)}


def _with_facts(case: Case, facts: Sequence[tuple[Key, bytes]]) -> dict[str, object]:
    found: dict[str, object] = {}
    many: dict[str, list[AnyFact]] = defaultdict(list)
    for key, raw in facts:
        fact = kept.read(case.filing_id, key, raw)
        if key.kind in _LISTED:
            many[_LISTED[key.kind]].append(fact)
        else:
            found[key.kind] = fact
    return found | {place: tuple(sorted(listed, key=lambda one: one.key)) for place, listed in many.items()}  # type: ignore[union-attr]  # those of a list have one


def _record(row: asyncpg.Record, facts: Sequence[tuple[Key, bytes]]) -> Record:
    filing = FilingId(row["filing_id"])
    bare = Case(filing)
    case = Case(
        filing_id=filing,
        attempt=row["attempt"],
        queued=row["queued"],
        reservation=kept.reservation_from_bytes(filing, row["reservation"]),
        posted=kept.posted_from_bytes(filing, row["posted"]),
        turn=Turn(
            row["refusals"], row["overtaken"], tuple(RegionCode(code) for code in row["short"].split()), row["fits"]
        ),
        **_with_facts(bare, facts),  # type: ignore[arg-type]  # by the names of its fields
    )
    standing = None
    if row["decision_number"]:
        standing = Standing(
            number=row["decision_number"],
            content=Digest(row["decision_content"]),
            says=Digest(row["decision_says"]),
            outcome=Outcome(row["outcome"]),
            disposition=Disposition(row["disposition"]),
        )
    waits = Waits(tuple(row["waiting_for"].split()), row["waiting_since"]) if row["waiting_for"] else None
    return Record(case, standing, row["asked_time"], waits)


class PostgresCases:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # What this transaction has locked and therefore knows.
        self._held: dict[FilingId, Record] = {}

    async def load(self, filings: Iterable[FilingId]) -> dict[FilingId, Record]:
        asked = list(dict.fromkeys(filings))
        wanted = [filing for filing in asked if filing not in self._held]
        if wanted:
            await self._locks.share_regions()
            await self._locks.filings(wanted)
            self._held |= await self.read(wanted)
        for filing in wanted:
            self._held.setdefault(filing, Record(Case(filing)))
        return {filing: self._held[filing] for filing in asked}

    async def get(self, filing: FilingId) -> Record | None:
        return (await self.read([filing])).get(filing)

    async def ids_within(self, prefix: str, after: FilingId, size: int) -> list[FilingId]:
        rows = await self._connection.fetch(
            "SELECT filing_id FROM screening_case WHERE region_code ^@ $1 AND filing_id > $2 "
            "ORDER BY filing_id LIMIT $3",
            prefix,
            after,
            size,
        )
        return [FilingId(row["filing_id"]) for row in rows]

    async def read(self, filings: Sequence[FilingId]) -> dict[FilingId, Record]:
        """Those of which something was heard, not locked."""
        rows = await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM screening_case WHERE filing_id = ANY ($1::text[])",  # noqa: S608  # a constant
            filings,
        )
        if not rows:
            return {}
        found = await self._connection.fetch(
            "SELECT filing_id, kind, key, version, fact FROM case_fact WHERE filing_id = ANY ($1::text[]) AND held",
            [row["filing_id"] for row in rows],
        )
        facts: dict[str, list[tuple[Key, bytes]]] = defaultdict(list)
        for row in found:
            facts[row["filing_id"]].append((Key(row["kind"], row["key"], row["version"]), row["fact"]))
        return {FilingId(row["filing_id"]): _record(row, facts[row["filing_id"]]) for row in rows}

    async def save(self, records: Mapping[FilingId, Record], *, bars_at: int, at: datetime) -> None:
        changed = {filing: record for filing, record in records.items() if record != self._held[filing]}
        if not changed:
            return
        await self._save_rows(changed, at)
        await self._save_facts(changed)
        await self._save_waiting(changed, bars_at)
        await keep_names(
            self._connection, {filing: (self._held[filing].case, one.case) for filing, one in changed.items()}
        )
        self._held |= changed

    async def _save_rows(self, records: Mapping[FilingId, Record], at: datetime) -> None:
        columns = [list(column) for column in zip(*(_row(record, at) for record in records.values()), strict=True)]
        await self._connection.execute(_SAVE_ROWS, *columns)

    async def _save_facts(self, records: Mapping[FilingId, Record]) -> None:
        new, gone = [], []
        for filing, record in records.items():
            before, after = facts_of(self._held[filing].case), facts_of(record.case)
            new += [
                (filing, *kept.key_of(fact), kept.written(fact)) for at, fact in after.items() if before.get(at) != fact
            ]
            gone += [(filing, *at) for at, fact in before.items() if after.get(at) != fact]
        if gone:
            await self._connection.execute(
                "UPDATE case_fact AS f SET held = false FROM unnest($1::text[], $2::text[], $3::text[]) "
                "AS g (filing_id, kind, key) "
                "WHERE f.filing_id = g.filing_id AND f.kind = g.kind AND f.key = g.key AND f.held",
                *[list(column) for column in zip(*gone, strict=True)],
            )
        if new:
            await self._connection.execute(
                "INSERT INTO case_fact (filing_id, kind, key, version, fact) "
                "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bytea[])",
                *[list(column) for column in zip(*new, strict=True)],
            )

    async def _save_waiting(self, records: Mapping[FilingId, Record], bars_at: int) -> None:
        before = {filing: _waiting(self._held[filing].case, bars_at) for filing in records}
        after = {filing: _waiting(record.case, bars_at) for filing, record in records.items()}
        moved = [filing for filing in records if before[filing] != after[filing]]
        if not moved:
            return
        await self._connection.execute("DELETE FROM waiting WHERE filing_id = ANY ($1::text[])", moved)
        rows = [row for filing in moved for row in after[filing]]
        if rows:
            await self._connection.execute(
                "INSERT INTO waiting (region_code, application_date, filing_id, fits, bars) "
                "SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::boolean[], $5::boolean[])",
                *[list(column) for column in zip(*rows, strict=True)],
            )

    async def barriers(self, regions: Iterable[RegionCode]) -> dict[RegionCode, Place]:
        await self._locks.share_waiting()
        rows = await self._connection.fetch(
            "SELECT r.code, w.application_date, w.filing_id FROM unnest($1::text[]) AS r (code) CROSS JOIN LATERAL "
            "(SELECT application_date, filing_id FROM waiting WHERE bars AND region_code = r.code "
            "ORDER BY application_date, filing_id LIMIT 1) AS w",
            sorted(regions),
        )
        return {RegionCode(row["code"]): Place(row["application_date"], FilingId(row["filing_id"])) for row in rows}

    async def lapsed_overrides(self, day: date, size: int) -> list[FilingId]:
        rows = await self._connection.fetch(
            "SELECT filing_id FROM screening_case WHERE override_until <= $1 "
            "ORDER BY override_until, filing_id LIMIT $2",
            day,
            size,
        )
        return [FilingId(row["filing_id"]) for row in rows]

    async def note_lapse(self, filings: Iterable[FilingId], day: date) -> None:
        rows = [(filing, next_lapse(self._held[filing].case, day)) for filing in filings]
        if rows:
            await self._connection.execute(
                "UPDATE screening_case AS c SET override_until = n.until "
                "FROM unnest($1::text[], $2::date[]) AS n (filing_id, until) WHERE c.filing_id = n.filing_id",
                *[list(column) for column in zip(*rows, strict=True)],
            )


def _waiting(case: Case, bars_at: int) -> list[tuple[object, ...]]:
    place = place_of(case)
    barring = bars(case, bars_at)
    regions = sorted(case.waits_on)
    return [(region, place.application_date, case.filing_id, case.fits, barring) for region in regions]


def _row(record: Record, at: datetime) -> tuple[object, ...]:
    case, standing, waits = record.case, record.standing, record.waits
    versions = [0 if (fact := getattr(case, kind)) is None else _age(fact) for kind in VERSIONED]
    return (
        case.filing_id,
        None if case.filing is None else case.filing.region,
        place_of(case).application_date,
        " ".join(map(str, versions)),
        case.attempt,
        case.queued,
        kept.reservation_to_bytes(case.reservation),
        None if case.posted is None else kept.reservation_to_bytes(case.posted.reservation, case.posted),
        case.turn.refusals,
        case.turn.overtaken,
        case.turn.fits,
        " ".join(case.turn.short),
        record.asked_at,
        "" if waits is None else " ".join(waits.names),
        None if waits is None else waits.since,
        next_lapse(case, legal_day(at)),
        0 if standing is None else standing.number,
        None if standing is None else standing.content,
        None if standing is None else standing.says,
        "" if standing is None else standing.outcome.value,
        "" if standing is None else standing.disposition.value,
        case.settled,
        at,
        None if case.review is None else case.review.annual_kgce,
        "" if case.review is None else case.review.two_high.value,
    )


def _age(fact: AnyFact) -> int:
    """What only grows: an opinion on a later revision replaces whatever became of one on an earlier revision."""
    return fact.revision if isinstance(fact, OpinionFact) else fact.version  # type: ignore[union-attr]  # one of VERSIONED


def next_lapse(case: Case, after: date) -> date | None:
    """The first day, later than `after`, on which an override of the revision that stands ends by itself."""
    revision = 0 if case.filing is None else case.filing.revision
    days = [one.until for one in case.overrides if not one.ended and one.revision == revision and one.until > after]
    return min(days, default=None)


_SAVED: Final = (
    "filing_id, region_code, application_date, versions, attempt, queued, reservation, posted, refusals, overtaken, "
    "fits, short, asked_time, waiting_for, waiting_since, override_until, decision_number, decision_content, "
    "decision_says, outcome, disposition, settled, moved_time, annual_kgce, two_high"
)
_MOVED: Final = (
    "moved_time = CASE WHEN excluded.decision_number > screening_case.decision_number "
    "THEN excluded.moved_time ELSE screening_case.moved_time END"
)
_ASSIGNED: Final = ", ".join(
    _MOVED if name == "moved_time" else f"{name} = excluded.{name}" for name in _SAVED.split(", ")[1:]
)
_READ: Final = _SAVED.replace("versions", "string_to_array(versions, ' ')::integer[]")
_SAVE_ROWS: Final = (
    f"INSERT INTO screening_case ({_SAVED}) SELECT {_READ} "  # noqa: S608  # constants
    "FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::integer[], $6::integer[], $7::bytea[], "
    "$8::bytea[], $9::integer[], $10::integer[], $11::boolean[], $12::text[], $13::timestamptz[], $14::text[], "
    "$15::timestamptz[], $16::date[], $17::integer[], $18::bytea[], $19::bytea[], $20::text[], $21::text[], "
    "$22::boolean[], $23::timestamptz[], $24::bigint[], $25::text[]) "
    f"AS row ({_SAVED}) ON CONFLICT (filing_id) DO UPDATE SET {_ASSIGNED}"
)
