"""Lots and what is learned of them in PostgreSQL; what is held and used is the ledger's word."""

from collections.abc import Iterable, Sequence
from typing import Final

import asyncpg

from capacity.application.ports import LotFilter
from capacity.domain.evidence import AsOf, EvidenceKind, KnownLot, LotEvidence, LotStanding
from capacity.domain.lots import Lot, LotExists, LotId
from capacity.domain.tonnage import Tonnage, Unit
from capacity.wire.replacements import details_to_wire, equipment_from_wire, evidence_to_wire, facts_from_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode, code_prefix
from ledger.accounts import AccountId, Standing
from ledger.store import AsOf as LedgerAsOf
from ledger.store import LedgerStore
from servicekit.storage.database import Connection
from servicekit.wire import findings_from_wire, findings_to_wire
from statute.finding import Finding

_LOT: Final = "lot_id, product_id, owner, region_code, quantity_t, unit, remark, details"

SCANNED_MAX: Final = 5_000
"""Lots looked at for one page of those of which something is left."""


def _lot(row: asyncpg.Record, details: pb.Lot) -> Lot:
    return Lot(
        id=LotId(row["lot_id"]),
        product_id=row["product_id"],
        owner=row["owner"],
        region=RegionCode(row["region_code"]),
        quantity=Tonnage(row["quantity_t"], Unit(row["unit"])),
        remark=row["remark"],
        equipment=equipment_from_wire(details),
        facts=facts_from_wire(details.facts),
    )


def _evidence(row: asyncpg.Record) -> LotEvidence:
    stated = pb.LotEvidence.FromString(row["facts"])
    return LotEvidence(
        EvidenceKind(row["kind"]), row["effective_on"], row["document"], row["known_at"], facts_from_wire(stated.facts)
    )


class PostgresLots:
    def __init__(self, connection: Connection, ledger: LedgerStore) -> None:
        self._connection = connection
        self._ledger = ledger

    async def add(self, known: KnownLot, findings: Sequence[Finding], bundle_hash: str) -> None:
        """Waits while another transaction registers the same id. Raises LotExists."""
        lot, details = known.lot, details_to_wire(known.lot)
        details.findings.extend(findings_to_wire(findings))
        details.bundle_hash = bundle_hash
        added = await self._connection.fetchval(
            f"INSERT INTO lot ({_LOT}, account_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "  # noqa: S608  # a constant
            "ON CONFLICT (lot_id) DO NOTHING RETURNING true",
            lot.id,
            lot.product_id,
            lot.owner,
            lot.region,
            lot.quantity.tonnes,
            lot.quantity.unit.value,
            lot.remark,
            details.SerializeToString(deterministic=True),
            str(lot.account),
        )
        if not added:
            raise LotExists(lot.id)
        for place, evidence in enumerate(known.evidence, 1):
            await self._add(lot.id, place, evidence)

    async def get(self, lots: Iterable[LotId]) -> dict[LotId, KnownLot]:
        asked = list(lots)
        rows = await self._rows(asked) if asked else []
        return {standing.lot.id: standing.known for standing in await self._known(rows)}

    async def get_for_update(self, lot: LotId) -> KnownLot | None:
        """A lot's row never changes, so its lock is one of its own."""
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('lot ' || $1, 0))", lot)
        return (await self.get([lot])).get(lot)

    async def add_evidence(self, known: KnownLot) -> None:
        await self._add(known.lot.id, len(known.evidence), known.evidence[-1])

    async def standing(self, lot: LotId, as_of: AsOf | None = None) -> LotStanding | None:
        found = await self._standings(await self._rows([lot]), as_of)
        return found[0] if found else None

    async def page(self, asked: LotFilter, after: str, size: int, as_of: AsOf | None) -> tuple[list[LotStanding], str]:
        page: list[LotStanding] = []
        scanned = 0
        while len(page) < size and scanned < SCANNED_MAX:
            rows = await self._matching(asked, after, size)
            scanned += len(rows)
            for standing in await self._standings(rows, as_of):
                if len(page) < size and (standing.balances.available > 0 or not asked.available):
                    page.append(standing)
            if len(page) == size:
                return page, page[-1].lot.id
            if len(rows) < size:
                return page, ""
            after = rows[-1]["lot_id"]
        return page, after

    async def _matching(self, asked: LotFilter, after: str, size: int) -> list[asyncpg.Record]:
        return await self._connection.fetch(
            f"SELECT {_LOT} FROM lot WHERE lot_id > $1 "  # noqa: S608  # a constant
            "AND ($3 = '' OR product_id = $3) AND region_code ^@ $4 AND ($5::text IS NULL OR EXISTS "
            "(SELECT FROM lot_recipient AS r WHERE r.lot_id = lot.lot_id AND r.filing_id = $5)) "
            "ORDER BY lot_id LIMIT $2",
            after,
            size,
            asked.product_id,
            "" if asked.region is None else code_prefix(asked.region),
            asked.recipient,
        )

    async def _rows(self, lots: list[LotId]) -> list[asyncpg.Record]:
        return await self._connection.fetch(
            f"SELECT {_LOT} FROM lot WHERE lot_id = ANY ($1::text[]) ORDER BY lot_id",  # noqa: S608  # a constant
            lots,
        )

    async def _known(self, rows: Sequence[asyncpg.Record]) -> list[LotStanding]:
        """The lots with all their evidence; their balances are not looked up."""
        evidence: dict[str, list[LotEvidence]] = {row["lot_id"]: [] for row in rows}
        if rows:
            found = await self._connection.fetch(
                "SELECT lot_id, kind, effective_on, document, facts, known_at FROM lot_evidence "
                "WHERE lot_id = ANY ($1::text[]) ORDER BY lot_id, seq",
                list(evidence),
            )
            for row in found:
                evidence[row["lot_id"]].append(_evidence(row))
        made = []
        for row in rows:
            details = pb.Lot.FromString(row["details"])
            known = KnownLot(_lot(row, details), tuple(evidence[row["lot_id"]]))
            made.append(LotStanding(known, Standing(), findings_from_wire(details.findings), details.bundle_hash))
        return made

    async def _standings(self, rows: Sequence[asyncpg.Record], as_of: AsOf | None) -> list[LotStanding]:
        """Those of which something was known then."""
        found = await self._known(rows)
        balances = await self._balances([one.lot.account for one in found], as_of)
        made = []
        for one in found:
            if one.lot.account in balances:
                seen = one.known.evidence if as_of is None else as_of.evidence(one.known.evidence)
                known = KnownLot(one.lot, seen)
                made.append(LotStanding(known, balances[one.lot.account], one.findings, one.bundle_hash))
        return made

    async def _balances(self, accounts: list[AccountId], as_of: AsOf | None) -> dict[AccountId, Standing]:
        then = None if as_of is None else LedgerAsOf.limited(as_of.effective_on, as_of.known_at)
        if then is None:
            return dict(await self._ledger.balances(accounts))
        return await self._ledger.balances_as_of(accounts, then)

    async def _add(self, lot: LotId, place: int, evidence: LotEvidence) -> None:
        facts = pb.LotEvidence(facts=evidence_to_wire(evidence).facts)
        await self._connection.execute(
            "INSERT INTO lot_evidence (lot_id, seq, kind, effective_on, document, facts, known_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            lot,
            place,
            evidence.kind.value,
            evidence.effective_on,
            evidence.document,
            facts.SerializeToString(deterministic=True),
            evidence.known_at,
        )
