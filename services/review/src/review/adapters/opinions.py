"""Opinions in PostgreSQL: each filing's docket, each opinion as it stands, every change for good."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import asyncpg

from access.deciding import Part
from dualcontrol.common.v1 import finding_pb2 as common
from review.application.opinions.ports import OpinionKey
from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.docket import Change, ChangeKind, Docket, Turn
from review.domain.opinions.opinion import LIVE, Lapse, Opinion, OpinionState, Wording
from review.domain.review import FilingId
from servicekit.storage.database import Connection
from servicekit.wire import citation_from_wire, citation_to_wire
from statute.finding import Disposition, Outcome

_OUTCOMES: Final = {Result.PASS: Outcome.APPROVE, Result.NOT_PASS: Outcome.BLOCK}
"""A draft is only made on a decision that bears its result."""

# Whether a draft is open stands on the docket's own row: another row would be read as it was before the wait for it.
_NOTE_DECISION: Final = (
    "INSERT INTO opinion_docket AS kept (filing_id, decision, outcome, disposition, revision) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (filing_id) DO UPDATE SET decision = excluded.decision, "
    "outcome = excluded.outcome, disposition = excluded.disposition, revision = excluded.revision "
    "WHERE kept.decision IS NULL OR kept.decision < excluded.decision RETURNING kept.draft_open"
)
_NOTE_WITHDRAWAL: Final = (
    "INSERT INTO opinion_docket AS kept (filing_id, withdrawn) VALUES ($1, true) "
    "ON CONFLICT (filing_id) DO UPDATE SET withdrawn = true RETURNING kept.draft_open"
)
_SAVE: Final = (
    "INSERT INTO opinion (filing_id, number, decision, disposition, revision, result, text, conditions, drafter, "
    "state, signer, document, issued_on, lapses_on, lapse_basis, construction_started_on, construction_evidence, "
    "reason, revokers, version) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) "
    "ON CONFLICT (filing_id, number) DO UPDATE SET decision = excluded.decision, state = excluded.state, "
    "signer = excluded.signer, document = excluded.document, issued_on = excluded.issued_on, "
    "lapses_on = excluded.lapses_on, lapse_basis = excluded.lapse_basis, "
    "construction_started_on = excluded.construction_started_on, "
    "construction_evidence = excluded.construction_evidence, reason = excluded.reason, "
    "revokers = excluded.revokers, version = excluded.version"
)
PARTS: Final = {
    ChangeKind.DRAFTED: Part.DRAFTER,
    ChangeKind.RETURNED: Part.REVIEWER,
    ChangeKind.ISSUED: Part.SIGNER,
}


class PostgresOpinions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note_decision(self, filing: FilingId, decision: Decided) -> bool:
        """One statement for what comes with every decision of every filing; few have a draft beside it."""
        draft_open = await self._connection.fetchval(
            _NOTE_DECISION,
            filing,
            decision.number,
            decision.outcome.value,
            decision.disposition.value,
            decision.revision,
        )
        return draft_open is True

    async def note_withdrawal(self, filing: FilingId) -> bool:
        return await self._connection.fetchval(_NOTE_WITHDRAWAL, filing) is True

    async def get_for_update(self, filing: FilingId) -> Docket | None:
        row = await self._connection.fetchrow("SELECT * FROM opinion_docket WHERE filing_id = $1 FOR UPDATE", filing)
        if row is None:
            return None
        live = await self._connection.fetch(
            "SELECT * FROM opinion WHERE filing_id = $1 AND state = ANY ($2) ORDER BY number",
            filing,
            [state.value for state in LIVE],
        )
        return Docket(
            filing=filing,
            decision=None if row["decision"] is None else _decided(row, Outcome(row["outcome"])),
            withdrawn=row["withdrawn"],
            numbered=row["opinions"],
            version=row["version"],
            live=tuple(_opinion(one) for one in live),
        )

    async def get(self, key: OpinionKey) -> Opinion | None:
        row = await self._connection.fetchrow("SELECT * FROM opinion WHERE filing_id = $1 AND number = $2", *key)
        return None if row is None else _opinion(row)

    async def newest(self, filing: FilingId) -> Opinion | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM opinion WHERE filing_id = $1 ORDER BY number DESC LIMIT 1", filing
        )
        return None if row is None else _opinion(row)

    async def parts(self, filing: FilingId) -> Mapping[Part, str]:
        rows = await self._connection.fetch(
            "SELECT DISTINCT ON (kind) kind, persons[1] AS person FROM opinion_change "
            "WHERE filing_id = $1 AND kind = ANY ($2::text[]) ORDER BY kind, version DESC",
            filing,
            [kind.value for kind in PARTS],
        )
        return {PARTS[ChangeKind(row["kind"])]: row["person"] for row in rows}

    async def save(self, turn: Turn) -> None:
        """In the order of versions: what is overtaken makes room before another comes into force."""
        for change in turn.changes:
            await self._save(change)
        await self._connection.execute(
            "UPDATE opinion_docket SET opinions = $2, version = $3, draft_open = $4 WHERE filing_id = $1",
            turn.docket.filing,
            turn.docket.numbered,
            turn.docket.version,
            turn.docket.open_draft is not None,
        )

    async def _save(self, change: Change) -> None:
        one = change.opinion
        await self._connection.execute(_SAVE, *_values(one))
        await self._connection.execute(
            "INSERT INTO opinion_change (filing_id, version, number, kind, persons, note) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            one.filing,
            one.version,
            one.number,
            change.kind.value,
            list(change.persons),
            change.note,
        )

    async def page(self, filing: FilingId | None, after: tuple[str, int], size: int) -> Sequence[Opinion]:
        rows = await self._connection.fetch(
            "SELECT * FROM opinion WHERE (filing_id, number) > ($2, $3) AND ($1::text IS NULL OR filing_id = $1) "
            "ORDER BY filing_id, number LIMIT $4",
            filing,
            *after,
            size,
        )
        return [_opinion(row) for row in rows]

    async def due(self, on: date, size: int) -> Sequence[OpinionKey]:
        rows = await self._connection.fetch(
            "SELECT filing_id, number FROM opinion WHERE state = 'issued' AND construction_started_on IS NULL "
            "AND lapses_on <= $1 ORDER BY lapses_on, filing_id LIMIT $2",
            on,
            size,
        )
        return [OpinionKey(FilingId(row["filing_id"]), row["number"]) for row in rows]


def _decided(row: asyncpg.Record, outcome: Outcome) -> Decided:
    return Decided(row["decision"], outcome, Disposition(row["disposition"]), row["revision"])


def _values(one: Opinion) -> tuple[object, ...]:
    return (
        one.filing,
        one.number,
        one.decision.number,
        one.decision.disposition.value,
        one.decision.revision,
        one.wording.result.value,
        one.wording.text,
        list(one.wording.conditions),
        one.wording.drafter,
        one.state.value,
        one.signer,
        one.document,
        one.issued_on,
        one.lapse.day if one.lapse else None,
        citation_to_wire(one.lapse.under).SerializeToString(deterministic=True) if one.lapse else b"",
        one.construction_started_on,
        one.construction_evidence,
        one.reason,
        list(one.revokers),
        one.version,
    )


def _opinion(row: asyncpg.Record) -> Opinion:
    result = Result(row["result"])
    lapses_on: date | None = row["lapses_on"]
    under = common.Citation.FromString(row["lapse_basis"])
    return Opinion(
        filing=FilingId(row["filing_id"]),
        number=row["number"],
        decision=_decided(row, _OUTCOMES[result]),
        wording=Wording(result, row["text"], tuple(row["conditions"]), row["drafter"]),
        version=row["version"],
        state=OpinionState(row["state"]),
        signer=row["signer"],
        document=row["document"],
        issued_on=row["issued_on"],
        lapse=None if lapses_on is None else Lapse(lapses_on, citation_from_wire(under)),
        construction_started_on=row["construction_started_on"],
        construction_evidence=row["construction_evidence"],
        reason=row["reason"],
        revokers=tuple(row["revokers"]),
    )
