"""Reads deductions beside their holds in the ledger."""

from collections.abc import Sequence

import asyncpg

from budget.domain.deductions import Answer, Deduction, DeductionId, DeductionState, Refusal
from budget.domain.periods.carried import ids_of
from budget.domain.reservation import hold_id
from budget.wire.deductions import demand_from_wire, levels_from_bytes
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from ledger.store import LedgerStore
from ledger.transfers import Transfer
from servicekit.storage.database import Connection

_PAGE = (
    "SELECT deduction_id, filing, state, demand, answer, refusal FROM deduction WHERE deduction_id > $1 "
    "ORDER BY deduction_id LIMIT $2"
)
# The id that a hold began with: a closing puts the year in front of it.
_ALONE = """
SELECT root FROM (
    SELECT DISTINCT CASE WHEN transfer_id ^@ 'carried/' THEN regexp_replace(transfer_id, '^carried/[0-9]+/', '')
        ELSE transfer_id END AS root
    FROM ledger_entry
    WHERE stage = 0 AND step = 'hold' AND (transfer_id ^@ 'deductions/' OR transfer_id ^@ 'carried/')
) AS hold
WHERE NOT EXISTS (SELECT FROM deduction AS d WHERE 'deductions/' || d.deduction_id = hold.root)
ORDER BY root LIMIT $1
"""
_TOGETHER = (
    "SELECT filing, array_agg(deduction_id ORDER BY deduction_id) AS ids FROM deduction "
    "WHERE state IN ('reserved', 'posted') GROUP BY filing HAVING count(*) > 1 ORDER BY filing LIMIT $1"
)


def _deduction(row: asyncpg.Record) -> Deduction:
    """Without its findings: nobody asks for them here, and they take the most time to read."""
    answer = demand = None
    if row["answer"] is not None:
        refusal = None if row["refusal"] is None else Refusal(row["refusal"])
        answer = Answer(refusal, levels_from_bytes(row["answer"]), (), "")
        demand = demand_from_wire(pb.Deduction.FromString(row["demand"]))
    return Deduction(DeductionId(row["deduction_id"]), row["filing"], DeductionState(row["state"]), demand, answer)


class PostgresAgreement:
    """Reads only; all of it on the transaction's own snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def closed_years(self) -> list[int]:
        rows = await self._connection.fetch("SELECT DISTINCT year FROM period_act WHERE kind = 'close'")
        return [row["year"] for row in rows]

    async def with_holds(
        self, after: str, size: int, closed_years: Sequence[int]
    ) -> list[tuple[Deduction, list[Transfer]]]:
        """Those that follow `after`, by id, each with its holds from the first to the newest."""
        deductions = [_deduction(row) for row in await self._connection.fetch(_PAGE, after, size)]
        ids = {one.id: ids_of(hold_id(one.id), closed_years) for one in deductions}
        found = await LedgerStore(self._connection).transfers([id_ for all_ids in ids.values() for id_ in all_ids])
        return [(one, [found[id_] for id_ in ids[one.id] if id_ in found]) for one in deductions]

    async def holds_alone(self, limit: int) -> list[str]:
        """Deductions that holds are named after, and that nobody has heard of."""
        return [row["root"].removeprefix("deductions/") for row in await self._connection.fetch(_ALONE, limit)]

    async def live_together(self, limit: int) -> list[tuple[str, list[str]]]:
        """Filings with more than one deduction that is held or posted, with those."""
        return [(row["filing"], row["ids"]) for row in await self._connection.fetch(_TOGETHER, limit)]
