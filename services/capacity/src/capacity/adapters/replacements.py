"""Replacements in PostgreSQL, with the filings that each lot goes to."""

from collections.abc import Collection, Sequence
from itertools import starmap
from typing import Final

import asyncpg

from capacity.domain.lots import LotId, named_lots
from capacity.domain.replacement import FilingId, HoldState, Replacement
from capacity.domain.signature import signature
from capacity.domain.splitting import Recipient
from capacity.wire.replacements import evaluation_from_wire, replacement_to_wire
from dossier.model import Dossier
from dossier.wire import dossier_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.storage.database import Connection

COLUMNS: Final = "filing_id, revision, withdrawn, evaluation, hold_id, hold_state, version, hold_revision, ended"


_SAVE: Final = """
    INSERT INTO replacement (filing_id, revision, withdrawn, evaluation, hold_id, hold_state, version, hold_revision,
        ended, signature, looked_under, dossier, region_code, application_date)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::boolean[], $4::bytea[], $5::text[], $6::text[], $7::bigint[],
        $8::integer[], $9::boolean[], $10::bytea[], $11::text[], $12::bytea[], $13::text[], $14::date[])
    ON CONFLICT (filing_id) DO UPDATE SET revision = excluded.revision, withdrawn = excluded.withdrawn,
        evaluation = excluded.evaluation, hold_id = excluded.hold_id, hold_state = excluded.hold_state,
        version = excluded.version, hold_revision = excluded.hold_revision, ended = excluded.ended,
        signature = excluded.signature, looked_under = excluded.looked_under,
        dossier = coalesce(excluded.dossier, replacement.dossier),
        region_code = CASE WHEN excluded.dossier IS NULL THEN replacement.region_code ELSE excluded.region_code END,
        application_date = CASE WHEN excluded.dossier IS NULL THEN replacement.application_date
            ELSE excluded.application_date END
"""
"""What is stated stays as it was where a row comes without it."""


def _state(hold: str | None, state: str | None) -> HoldState:
    """A hold without a state was written before there was one, and is held."""
    if hold is None:
        return HoldState.NONE
    return HoldState.HELD if state is None else HoldState(state)


def replacement_from(row: asyncpg.Record, *, findings: bool = True) -> Replacement:
    """Of code that counted no versions, they are the revisions."""
    filing, hold = FilingId(row["filing_id"]), row["hold_id"]
    held = None if hold is None else int(hold.removeprefix(f"{filing}/"))
    message = None if row["evaluation"] is None else pb.Replacement.FromString(row["evaluation"])
    if message is not None and not findings:
        message.ClearField("findings")
    return Replacement(
        filing,
        row["revision"],
        None if message is None else evaluation_from_wire(message),
        withdrawn=row["withdrawn"],
        hold_state=_state(hold, row["hold_state"]),
        hold_revision=held if row["hold_revision"] is None else row["hold_revision"],
        version=row["version"] or row["revision"],
        hold_version=held,
        ended=row["ended"],
    )


class PostgresReplacements:
    """What is saved is written by `flush`, all in one statement; whatever refers to it must come after."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: dict[FilingId, Replacement | None] = {}
        """Those that this transaction has locked, as it leaves them."""
        self._fresh: set[FilingId] = set()
        """Those of them that had no row."""
        self._pending: dict[FilingId, tuple[Replacement, Dossier | None]] = {}

    async def lock(self, filings: Collection[FilingId]) -> None:
        """Also filings that have no row yet, so that two who bring its revisions come one after the other."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('replacement ' || filing, 0)) "
            "FROM (SELECT filing FROM unnest($1::text[]) AS filing ORDER BY filing) AS filing",
            list(filings),
        )
        # A statement of its own: it has to see what was committed while the locks were waited for.
        rows = await self._connection.fetch(
            f"SELECT {COLUMNS} FROM replacement WHERE filing_id = ANY ($1::text[])",  # noqa: S608  # a constant
            list(filings),
        )
        found = {row["filing_id"]: replacement_from(row) for row in rows}
        for filing in filings:
            self._locked[filing] = found.get(filing)
            if filing not in found:
                self._fresh.add(filing)

    def is_fresh(self, filing: FilingId) -> bool:
        """Whether it is locked and had no row before this transaction: then nothing that refers to it is stored."""
        return filing in self._fresh

    async def get_for_update(self, filing: FilingId) -> Replacement | None:
        if filing not in self._locked:
            await self.lock([filing])
        return self._locked[filing]

    async def get(self, filing: FilingId) -> Replacement | None:
        if filing in self._locked:
            return self._locked[filing]
        row = await self._connection.fetchrow(
            f"SELECT {COLUMNS} FROM replacement WHERE filing_id = $1",  # noqa: S608  # a constant
            filing,
        )
        return None if row is None else replacement_from(row)

    async def region_of(self, filing: FilingId) -> RegionCode | None:
        await self.flush()
        region = await self._connection.fetchval("SELECT region_code FROM replacement WHERE filing_id = $1", filing)
        return RegionCode(region) if region else None

    async def save(self, replacement: Replacement, stated: Dossier | None = None) -> None:
        """Its hold is in the ledger already. Its filing is locked."""
        filing = replacement.filing
        self._locked[filing] = replacement
        before = self._pending.get(filing)
        self._pending[filing] = (replacement, before[1] if stated is None and before is not None else stated)

    async def flush(self) -> None:
        """The unit of work calls it before it commits, and whoever reads or writes what refers to it."""
        if not self._pending:
            return
        saved, self._pending = list(self._pending.values()), {}
        await self._connection.execute(_SAVE, *map(list, zip(*starmap(_row, saved), strict=True)))
        await self._save_named([(one.filing, stated) for one, stated in saved if stated is not None])
        await self._save_recipients([one for one, _ in saved])

    async def _save_named(self, stated: Sequence[tuple[FilingId, Dossier]]) -> None:
        if known := [filing for filing, _ in stated if not self.is_fresh(filing)]:
            await self._connection.execute("DELETE FROM named_lot WHERE filing_id = ANY ($1::text[])", known)
        if rows := [(lot, filing) for filing, dossier in stated for lot in named_lots(dossier)]:
            await self._connection.execute(
                "INSERT INTO named_lot (lot_id, filing_id) SELECT * FROM unnest($1::text[], $2::text[])",
                *map(list, zip(*rows, strict=True)),
            )

    async def _save_recipients(self, saved: Sequence[Replacement]) -> None:
        if known := [one.filing for one in saved if not self.is_fresh(one.filing)]:
            await self._connection.execute("DELETE FROM lot_recipient WHERE filing_id = ANY ($1::text[])", known)
        self._fresh.difference_update(one.filing for one in saved)
        if rows := [row for one in saved for row in _recipients(one)]:
            await self._connection.execute(
                "INSERT INTO lot_recipient (lot_id, filing_id, own_site) "
                "SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[])",
                *map(list, zip(*rows, strict=True)),
            )

    async def recipients(self, lots: Collection[LotId], *, besides: FilingId | None) -> Sequence[Recipient]:
        if not lots:
            return []
        await self.flush()
        rows = await self._connection.fetch(
            "SELECT lot_id, filing_id, own_site FROM lot_recipient WHERE lot_id = ANY ($1::text[]) "
            "AND filing_id IS DISTINCT FROM $2 "
            "ORDER BY lot_id, filing_id",
            list(lots),
            besides,
        )
        return [Recipient(FilingId(row["filing_id"]), LotId(row["lot_id"]), row["own_site"]) for row in rows]


def _row(replacement: Replacement, stated: Dossier | None) -> tuple[object, ...]:
    evaluation = replacement.evaluation
    message = None if evaluation is None else replacement_to_wire(replacement)
    return (
        replacement.filing,
        replacement.revision,
        replacement.withdrawn,
        None if message is None else message.SerializeToString(deterministic=True),
        replacement.hold,
        None if replacement.hold is None else replacement.hold_state.value,
        replacement.version,
        replacement.hold_revision,
        replacement.ended,
        None if evaluation is None else signature(evaluation),
        "" if evaluation is None else evaluation.bundle_hash,
        None if stated is None else dossier_to_wire(stated).SerializeToString(deterministic=True),
        "" if stated is None else stated.region,
        None if stated is None else stated.application_date,
    )


def _recipients(replacement: Replacement) -> list[tuple[LotId, FilingId, bool | None]]:
    if not replacement.holds:
        return []
    assert replacement.evaluation is not None
    return [(hold.lot, replacement.filing, replacement.evaluation.own_site) for hold in replacement.holds]
