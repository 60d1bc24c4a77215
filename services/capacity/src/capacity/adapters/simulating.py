"""Replacements under a draft of the law, read by the worker processes of a simulation; nothing is held or written."""

from collections.abc import Sequence
from typing import Final

from capacity.adapters.kept import KEPT, STANDING, kept_from
from capacity.adapters.postgres import PostgresReading
from capacity.application.looking import sight_of
from capacity.domain.signature import signature
from capacity.wire.replacements import replacement_to_wire
from kernel.clock import legal_day
from kernel.regions import RegionCode, code_prefix
from servicekit.simulation import RANGE_ROWS, Draft, Range
from servicekit.storage.database import Connection
from statute.bundle import PolicyBundle

WITHIN: Final = "region_code ^@ $1"


async def ranges(connection: Connection, region: str) -> Sequence[Range]:
    """All filings that stand in the region, by their ids."""
    rows = await connection.fetch(
        "SELECT max(filing_id) AS upto, count(*) AS filings FROM (SELECT filing_id, "  # noqa: S608  # constants
        "(row_number() OVER (ORDER BY filing_id) - 1) / $2 AS part FROM replacement "
        f"WHERE {STANDING} AND {WITHIN}) AS filing GROUP BY part ORDER BY part",
        _prefix(region),
        RANGE_ROWS,
    )
    starts = ["", *(row["upto"] for row in rows)]
    return [Range(after, row["upto"], row["filings"]) for after, row in zip(starts, rows, strict=False)]


async def look(connection: Connection, policy: PolicyBundle, one: Range, draft: Draft) -> Sequence[bytes]:
    """The replacements that would decide otherwise, whole, each as the version that would follow."""
    rows = await connection.fetch(
        f"{KEPT} AND {WITHIN} AND filing_id > $2 AND filing_id <= $3 ORDER BY filing_id",
        _prefix(draft.region),
        one.after,
        one.upto,
    )
    page = [kept_from(row) for row in rows]
    sight, on = await sight_of(page, PostgresReading(connection)), legal_day(draft.at)
    changed = []
    for kept in page:
        decided = sight.decided(kept, policy, on)
        if signature(decided.evaluation) != kept.signature:
            changed.append(replacement_to_wire(decided.replacement).SerializeToString())
    return changed


def _prefix(region: str) -> str:
    return code_prefix(RegionCode(region)) if region else ""
