"""Offsets, their evidence and savings in PostgreSQL."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

import asyncpg

from budget.adapters.periods import PostgresStatistics
from budget.application.offsets.ports import CertificateFilter, Event, OffsetFilter, SavingFilter
from budget.domain.offsets.amounts import Sums
from budget.domain.offsets.claims import CertificateRange, Claim
from budget.domain.offsets.deductibles import Offset, OffsetId, OffsetState, Revocation
from budget.domain.offsets.evidence import CertificateUse, Evidence, User
from budget.domain.offsets.headings import BASIS_WORDS
from budget.domain.offsets.saving_holds import HoldId, HoldState, SavingHold
from budget.domain.offsets.savings import SavingId, Statement
from budget.domain.offsets.situation import EarlierUse
from budget.wire.offsets import (
    event_to_wire,
    hold_from_wire,
    hold_to_wire,
    offset_from_wire,
    offset_to_wire,
    statement_from_wire,
    statement_to_wire,
)
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.regions import RegionCode, code_prefix, province_of
from ledger.store import LedgerStore
from servicekit.eventing.topics import BUDGET_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork

OFFSETS_LOCK = "budget offsets"


def _offset(row: asyncpg.Record) -> Offset:
    revocation = None
    if row["revoked_on"] is not None:
        revocation = Revocation(row["revoked_on"], row["revoked_at"], tuple(row["signers"]), row["reason"])
    return offset_from_wire(pb.Offset.FromString(row["answer"]), row["across_kgce"], revocation)


class PostgresOffsets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self) -> None:
        """One writer at a time: what is counted, and by whom evidence was used, cannot change under a decision."""
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", OFFSETS_LOCK)

    async def get(self, offset: OffsetId) -> Offset | None:
        row = await self._connection.fetchrow(
            "SELECT answer, across_kgce, revoked_on, revoked_at, signers, reason FROM budget_offset "
            "WHERE offset_id = $1",
            offset,
        )
        return None if row is None else _offset(row)

    async def page(self, filter_: OffsetFilter, after: str, size: int) -> list[Offset]:
        """Those that follow `after`, by id; each as it was known at the instant asked for."""
        rows = await self._connection.fetch(
            "SELECT answer, across_kgce, revoked_on, revoked_at, signers, reason FROM budget_offset "
            "WHERE offset_id > $1 AND starts_with(region_code, $2) "
            "AND ($3::integer IS NULL OR year = $3) AND ($4::text IS NULL OR heading = $4) "
            "AND ($5::text IS NULL OR $5 = CASE WHEN NOT accepted THEN 'refused' "
            "WHEN revoked_at <= coalesce($7, revoked_at) THEN 'revoked' ELSE 'recorded' END) "
            "AND ($6::date IS NULL OR assessed_on <= $6) AND ($7::timestamptz IS NULL OR recorded_at <= $7) "
            "ORDER BY offset_id LIMIT $8",
            after,
            code_prefix(filter_.parent) if filter_.parent else "",
            filter_.year,
            filter_.heading and filter_.heading.value,
            filter_.state and filter_.state.value,
            filter_.effective_on,
            filter_.known_at,
            size,
        )
        found = [_offset(row) for row in rows]
        return found if filter_.known_at is None else [offset.as_known(filter_.known_at) for offset in found]

    async def sums(self, claim: Claim) -> Sums:
        row = await self._connection.fetchrow(
            "SELECT coalesce(sum(exact_kgce), 0) AS exact, coalesce(sum(booked_kgce), 0)::bigint AS booked "
            "FROM budget_offset WHERE region_code = $1 AND year = $2 AND heading = $3 AND basis = $4 "
            "AND accepted AND revoked_on IS NULL",
            claim.region,
            claim.year,
            claim.heading.value,
            BASIS_WORDS[claim.basis],
        )
        assert row is not None
        return Sums(row["exact"], row["booked"])

    async def across_provinces_kgce(self, claim: Claim, years: tuple[int, int]) -> Decimal:
        total: Decimal = await self._connection.fetchval(
            "SELECT coalesce(sum(across_kgce), 0) FROM budget_offset WHERE starts_with(region_code, $1) "
            "AND year BETWEEN $2 AND $3 AND basis = $4 AND accepted AND revoked_on IS NULL",
            code_prefix(province_of(claim.region)),
            *years,
            BASIS_WORDS[claim.basis],
        )
        return total

    async def add(self, offset: Offset) -> None:
        claim = offset.claim
        await self._connection.execute(
            "INSERT INTO budget_offset (offset_id, region_code, year, assessed_on, heading, basis, accepted, "
            "exact_kgce, booked_kgce, across_kgce, recorded_at, answer) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            offset.id,
            claim.region,
            claim.year,
            claim.assessed_on,
            claim.heading.value,
            BASIS_WORDS[claim.basis],
            offset.accepted,
            offset.exact_kgce,
            offset.booked_kgce,
            offset.across_kgce,
            offset.recorded_at,
            offset_to_wire(offset).SerializeToString(deterministic=True),
        )

    async def save_revocation(self, offset: Offset) -> None:
        assert offset.state is OffsetState.REVOKED
        assert offset.revocation is not None
        await self._connection.execute(
            "UPDATE budget_offset SET revoked_on = $2, revoked_at = $3, signers = $4, reason = $5 WHERE offset_id = $1",
            offset.id,
            offset.revocation.effective_on,
            offset.revocation.known_at,
            list(offset.revocation.signers),
            offset.revocation.reason,
        )


class PostgresEvidences:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def earlier_uses(self, evidence: Evidence) -> tuple[EarlierUse, ...]:
        """In the order of the evidence; of a range the part that was used before is named."""
        keys = await self._connection.fetch(
            "SELECT u.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (kind, evidence_id, place) "
            "JOIN evidence_use u USING (kind, evidence_id) ORDER BY place",
            [key.kind.value for key in evidence.keys],
            [key.id for key in evidence.keys],
        )
        ranges = await self._connection.fetch(
            "SELECT u.series, greatest(u.first_number, asked.first) AS first, "
            "least(u.last_number, asked.last) AS last, "
            "u.used_by, u.region_code, u.used_on "
            "FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (series, first, last, place) "
            "JOIN certificate_use u ON u.series = asked.series "
            "AND u.numbers && int8range(asked.first, asked.last, '[]') ORDER BY place, u.first_number",
            [held.series for held in evidence.ranges],
            [held.first for held in evidence.ranges],
            [held.last for held in evidence.ranges],
        )
        return tuple(
            EarlierUse(kind, id_, row["used_by"], RegionCode(row["region_code"]), row["used_on"])
            for kind, id_, row in (
                *((row["kind"], row["evidence_id"], row) for row in keys),
                *(("certificate", str(CertificateRange(r["series"], r["first"], r["last"])), r) for r in ranges),
            )
        )

    async def use(self, evidence: Evidence, user: User) -> None:
        """Raises asyncpg.UniqueViolationError or ExclusionViolationError when any of it was used before."""
        by = (user.name, user.region, user.used_on, user.known_at)
        await self._connection.executemany(
            "INSERT INTO evidence_use (kind, evidence_id, used_by, region_code, used_on, known_at) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            [(key.kind.value, key.id, *by) for key in evidence.keys],
        )
        # In one order everywhere: the trigger locks series by series.
        ranges = sorted(evidence.ranges, key=lambda held: (held.series, held.first))
        await self._connection.executemany(
            "INSERT INTO certificate_use (series, first_number, last_number, used_by, region_code, used_on, known_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [(held.series, held.first, held.last, *by) for held in ranges],
        )

    async def page(self, filter_: CertificateFilter, after: tuple[str, int], size: int) -> list[CertificateUse]:
        rows = await self._connection.fetch(
            "SELECT * FROM certificate_use WHERE (series, first_number) > ($1, $2) "
            "AND ($3 = '' OR series = $3) AND ($4 = '' OR used_by = $4) "
            "AND ($5::date IS NULL OR used_on <= $5) AND ($6::timestamptz IS NULL OR known_at <= $6) "
            "ORDER BY series, first_number LIMIT $7",
            *after,
            filter_.series,
            filter_.used_by,
            filter_.effective_on,
            filter_.known_at,
            size,
        )
        return [
            CertificateUse(
                CertificateRange(row["series"], row["first_number"], row["last_number"]),
                User(row["used_by"], RegionCode(row["region_code"]), row["used_on"], row["known_at"]),
            )
            for row in rows
        ]


def _statement(row: asyncpg.Record) -> tuple[Statement, datetime]:
    return statement_from_wire(pb.SavingStatement.FromString(row["statement"])), row["registered_at"]


class PostgresSavings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, savings: Collection[SavingId]) -> Mapping[SavingId, tuple[Statement, datetime]]:
        rows = await self._connection.fetch(
            "SELECT statement, registered_at FROM saving WHERE saving_id = ANY($1::text[])", list(savings)
        )
        return {found[0].id: found for found in map(_statement, rows)}

    async def page(self, filter_: SavingFilter, after: str, size: int) -> list[tuple[Statement, datetime]]:
        rows = await self._connection.fetch(
            "SELECT statement, registered_at FROM saving WHERE saving_id > $1 AND starts_with(region_code, $2) "
            "AND ($3::text IS NULL OR source = $3) AND ($4::timestamptz IS NULL OR registered_at <= $4) "
            "ORDER BY saving_id LIMIT $5",
            after,
            code_prefix(filter_.parent) if filter_.parent else "",
            filter_.source and filter_.source.value,
            filter_.known_at,
            size,
        )
        return [_statement(row) for row in rows]

    async def add(self, statement: Statement, registered_at: datetime) -> None:
        await self._connection.execute(
            "INSERT INTO saving (saving_id, region_code, source, amount_kgce, registered_at, statement) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            statement.id,
            statement.region,
            statement.source.value,
            statement.amount_kgce,
            registered_at,
            statement_to_wire(statement).SerializeToString(deterministic=True),
        )

    async def hold(self, hold: HoldId) -> SavingHold | None:
        row = await self._connection.fetchrow("SELECT state, hold FROM saving_hold WHERE hold_id = $1", hold)
        return None if row is None else hold_from_wire(pb.SavingHold.FromString(row["hold"]), HoldState(row["state"]))

    async def save_hold(self, hold: SavingHold) -> None:
        """What was reserved is written once; afterwards only its state changes."""
        await self._connection.execute(
            "INSERT INTO saving_hold (hold_id, filing, region_code, state, hold) VALUES ($1, $2, $5, $3, $4) "
            "ON CONFLICT (hold_id) DO UPDATE SET state = excluded.state",
            hold.id,
            hold.asked.filing,
            hold.state.value,
            hold_to_wire(hold).SerializeToString(deterministic=True),
            hold.asked.region,
        )


class OffsetsWork(UnitOfWork):
    """One transaction on offsets, evidence and savings."""

    offsets: PostgresOffsets
    evidences: PostgresEvidences
    savings: PostgresSavings
    statistics: PostgresStatistics
    ledger: LedgerStore

    def _open(self) -> None:
        self.offsets = PostgresOffsets(self.connection)
        self.evidences = PostgresEvidences(self.connection)
        self.savings = PostgresSavings(self.connection)
        self.statistics = PostgresStatistics(self.connection)
        self.ledger = LedgerStore(self.connection)

    async def announce(self, event: Event) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(BUDGET_EVENTS, key, message)
