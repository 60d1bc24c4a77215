"""Replacements in PostgreSQL, with the filings that each lot goes to."""

from collections.abc import Iterable, Sequence

from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId, HoldState, Replacement
from capacity.domain.splitting import Recipient
from capacity.wire.replacements import evaluation_from_wire, replacement_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from servicekit.storage.database import Connection


def _state(hold: str | None, state: str | None) -> HoldState:
    """A hold without a state was written before there was one, and is held."""
    if hold is None:
        return HoldState.NONE
    return HoldState.HELD if state is None else HoldState(state)


class PostgresReplacements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, filing: FilingId) -> Replacement | None:
        """Also locks a filing that has no row yet, so that two who bring its revisions come one after the other."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('replacement ' || $1, 0))", filing
        )
        return await self.get(filing)

    async def get(self, filing: FilingId) -> Replacement | None:
        row = await self._connection.fetchrow(
            "SELECT revision, withdrawn, evaluation, hold_id, hold_state FROM replacement WHERE filing_id = $1", filing
        )
        if row is None:
            return None
        stored: bytes | None = row["evaluation"]
        hold: str | None = row["hold_id"]
        return Replacement(
            filing,
            row["revision"],
            None if stored is None else evaluation_from_wire(pb.Replacement.FromString(stored)),
            withdrawn=row["withdrawn"],
            hold_state=_state(hold, row["hold_state"]),
            hold_revision=None if hold is None else int(hold.removeprefix(f"{filing}/")),
        )

    async def save(self, replacement: Replacement) -> None:
        """Its hold is in the ledger already."""
        message = None if replacement.evaluation is None else replacement_to_wire(replacement)
        held = replacement.hold is not None
        await self._connection.execute(
            "INSERT INTO replacement (filing_id, revision, withdrawn, evaluation, hold_id, hold_state) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (filing_id) DO UPDATE SET revision = excluded.revision, "
            "withdrawn = excluded.withdrawn, evaluation = excluded.evaluation, hold_id = excluded.hold_id, "
            "hold_state = excluded.hold_state",
            replacement.filing,
            replacement.revision,
            replacement.withdrawn,
            None if message is None else message.SerializeToString(deterministic=True),
            replacement.hold,
            replacement.hold_state.value if held else None,
        )
        await self._save_recipient(replacement)

    async def _save_recipient(self, replacement: Replacement) -> None:
        await self._connection.execute("DELETE FROM lot_recipient WHERE filing_id = $1", replacement.filing)
        if replacement.holds:
            assert replacement.evaluation is not None
            await self._connection.execute(
                "INSERT INTO lot_recipient (lot_id, filing_id, own_site) "
                "SELECT lot, $2, $3 FROM unnest($1::text[]) AS lot",
                [hold.lot for hold in replacement.holds],
                replacement.filing,
                replacement.evaluation.own_site,
            )

    async def recipients(self, lots: Iterable[LotId], *, besides: FilingId) -> Sequence[Recipient]:
        rows = await self._connection.fetch(
            "SELECT lot_id, filing_id, own_site FROM lot_recipient WHERE lot_id = ANY ($1::text[]) AND filing_id <> $2 "
            "ORDER BY lot_id, filing_id",
            list(lots),
            besides,
        )
        return [Recipient(FilingId(row["filing_id"]), LotId(row["lot_id"]), row["own_site"]) for row in rows]
