"""Reviews under a draft of the law, read by the worker processes of a simulation; nothing is written."""

from collections.abc import Sequence
from typing import Final

from kernel.regions import RegionCode, code_prefix
from review.adapters.reviews import KEPT, kept_from
from review.domain.again import answered
from review.domain.review import Review
from review.domain.signature import signature
from review.wire import review_to_wire
from servicekit.simulation import RANGE_ROWS, Draft, Range
from servicekit.storage.database import Connection
from statute.bundle import PolicyBundle

STANDING: Final = "r.asked IS NOT NULL AND o.standing AND o.region ^@ $1"
"""The filings of a region that can be evaluated again."""


async def ranges(connection: Connection, region: str) -> Sequence[Range]:
    """All filings that stand in the region, by their ids."""
    rows = await connection.fetch(
        "SELECT max(filing_id) AS upto, count(*) AS filings FROM (SELECT r.filing_id, "  # noqa: S608  # a constant
        "(row_number() OVER (ORDER BY r.filing_id) - 1) / $2 AS part FROM review AS r "
        f"JOIN owners_filing AS o USING (filing_id) WHERE {STANDING}) AS filing GROUP BY part ORDER BY part",
        _prefix(region),
        RANGE_ROWS,
    )
    starts = ["", *(row["upto"] for row in rows)]
    return [Range(after, row["upto"], row["filings"]) for after, row in zip(starts, rows, strict=False)]


async def look(connection: Connection, policy: PolicyBundle, one: Range, draft: Draft) -> Sequence[bytes]:
    """The reviews that would decide otherwise, whole, each as the version that would follow."""
    rows = await connection.fetch(
        # Both sides by their range: otherwise each range goes through all that the owners filed.
        f"{KEPT} WHERE {STANDING} AND r.filing_id > $2 AND r.filing_id <= $3 "
        "AND o.filing_id > $2 AND o.filing_id <= $3 ORDER BY r.filing_id",
        _prefix(draft.region),
        one.after,
        one.upto,
    )
    changed = []
    for row in rows:
        kept = kept_from(row)
        assert kept.asked is not None
        evaluation = answered(kept.filing, kept.asked, policy)
        if signature(kept.revision, evaluation) != kept.signature:
            review = Review(kept.filing, kept.revision, evaluation, kept.version + 1)
            changed.append(review_to_wire(review).SerializeToString())
    return changed


def _prefix(region: str) -> str:
    return code_prefix(RegionCode(region)) if region else ""
