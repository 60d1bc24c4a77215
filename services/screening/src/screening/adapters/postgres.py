"""Cases, region levels and decisions in PostgreSQL."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import asyncpg

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.regions import RegionCode, code_prefix
from screening import wire
from screening.adapters.journal import PostgresJournal
from screening.adapters.locks import Locks, OrderedInbox
from screening.domain.case import Case, Reservation
from screening.domain.decision import Decision
from screening.domain.facts import DeductionFact, FilingFact, FilingId, ReplacementFact, ReviewFact, WithdrawalFact
from screening.domain.regions import RegionFact, RegionFacts
from servicekit.eventing.topics import BUDGET_COMMANDS, SCREENING_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork

_CASE = (
    "filing_id, region_code, filing_revision, filing, withdrawal_revision, review_revision, review, "
    "replacement_revision, replacement, attempt, reservation_revision, reservation, deduction_state, deduction"
)


def _case(row: asyncpg.Record) -> Case:
    kept = {name: row[name] for name in ("filing", "review", "replacement", "reservation", "deduction")}
    reservation = kept["reservation"] and commands.ReserveDeduction.FromString(kept["reservation"])
    return Case(
        filing_id=FilingId(row["filing_id"]),
        filing=kept["filing"] and wire.filing_from_wire(filing.FilingAccepted.FromString(kept["filing"])),
        withdrawal=WithdrawalFact(row["withdrawal_revision"]) if row["withdrawal_revision"] else None,
        review=kept["review"] and wire.review_from_wire(review.Review.FromString(kept["review"])),
        replacement=kept["replacement"]
        and wire.replacement_from_wire(capacity.Replacement.FromString(kept["replacement"])),
        attempt=row["attempt"],
        reservation=reservation and wire.reserve_from_wire(reservation, row["reservation_revision"]),
        deduction=kept["deduction"] and wire.deduction_from_bytes(kept["deduction"], row["deduction_state"]),
    )


def _filing(fact: FilingFact | None) -> dict[str, object]:
    if fact is None:
        return {"region_code": None, "filing_revision": None, "filing": None}
    kept = wire.canonical(wire.filing_to_wire(fact))
    return {"region_code": fact.region, "filing_revision": fact.revision, "filing": kept}


def _withdrawal(fact: WithdrawalFact | None) -> dict[str, object]:
    return {"withdrawal_revision": fact and fact.revision}


def _review(fact: ReviewFact | None) -> dict[str, object]:
    return {"review_revision": fact and fact.revision, "review": fact and wire.canonical(wire.review_to_wire(fact))}


def _replacement(fact: ReplacementFact | None) -> dict[str, object]:
    kept = fact and wire.canonical(wire.replacement_to_wire(fact))
    return {"replacement_revision": fact and fact.revision, "replacement": kept}


def _reservation(standing: Reservation | None) -> dict[str, object]:
    kept = standing and wire.canonical(wire.reserve_to_wire(standing))
    return {"reservation_revision": standing and standing.revision, "reservation": kept}


def _deduction(fact: DeductionFact | None) -> dict[str, object]:
    return {"deduction_state": fact and fact.state.value, "deduction": fact and wire.deduction_to_bytes(fact)}


_COLUMNS: Final[dict[str, Callable[[Any], dict[str, object]]]] = {
    "filing": _filing,
    "withdrawal": _withdrawal,
    "review": _review,
    "replacement": _replacement,
    "attempt": lambda attempt: {"attempt": attempt},
    "reservation": _reservation,
    "deduction": _deduction,
}
"""The columns that hold each part of a case."""


class PostgresCases:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # What this transaction has locked and therefore knows: a batch often has several facts of one filing.
        self._held: dict[FilingId, Case] = {}

    async def get_for_update(self, filing: FilingId) -> Case:
        if filing not in self._held:
            await self._locks.share_regions()
            self._held[filing] = await self._locked(filing) or await self._made(filing)
        return self._held[filing]

    async def _locked(self, filing: FilingId) -> Case | None:
        row = await self._connection.fetchrow(
            f"SELECT {_CASE} FROM screening_case WHERE filing_id = $1 FOR UPDATE",  # noqa: S608  # a constant
            filing,
        )
        return None if row is None else _case(row)

    async def _made(self, filing: FilingId) -> Case:
        """Two transactions with the first facts of one filing wait for each other here."""
        await self._connection.execute(
            "INSERT INTO screening_case (filing_id) VALUES ($1) ON CONFLICT DO NOTHING", filing
        )
        case = await self._locked(filing)
        assert case is not None
        return case

    async def get(self, filing: FilingId) -> Case | None:
        """None when no fact has arrived."""
        row = await self._connection.fetchrow(
            f"SELECT {_CASE} FROM screening_case WHERE filing_id = $1",  # noqa: S608  # a constant
            filing,
        )
        return None if row is None else _case(row)

    async def page_within_for_update(self, region: RegionCode, after: FilingId, size: int) -> list[Case]:
        rows = await self._connection.fetch(
            f"SELECT {_CASE} FROM screening_case WHERE region_code ^@ $1 AND filing_id > $2 "  # noqa: S608  # a constant
            "ORDER BY filing_id LIMIT $3 FOR UPDATE",
            code_prefix(region),
            after,
            size,
        )
        page = [_case(row) for row in rows]
        self._held |= {case.filing_id: case for case in page}
        return page

    async def save(self, case: Case) -> None:
        """Writes the parts that differ from what was read: findings are long, and most facts change one of them."""
        held = self._held[case.filing_id]
        changed: dict[str, object] = {}
        for part, columns in _COLUMNS.items():
            if getattr(case, part) != getattr(held, part):
                changed |= columns(getattr(case, part))
        self._held[case.filing_id] = case
        if not changed:
            return
        assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(changed, start=2))
        await self._connection.execute(
            f"UPDATE screening_case SET {assignments} WHERE filing_id = $1",  # noqa: S608  # names of our own columns
            case.filing_id,
            *changed.values(),
        )


class PostgresRegions:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # Whoever screens shares the regions' lock, so what was read stays true until the transaction ends.
        self._known: dict[RegionCode, RegionFact | None] = {}

    async def get_for_update(self, region: RegionCode) -> RegionFact | None:
        await self._locks.own_regions()
        return (await self.known_of([region])).get(region)

    async def known_of(self, regions: Iterable[RegionCode]) -> RegionFacts:
        asked = list(regions)
        await self._read([region for region in asked if region not in self._known])
        return {region: fact for region in asked if (fact := self._known[region]) is not None}

    async def _read(self, regions: list[RegionCode]) -> None:
        if not regions:
            return
        rows = await self._connection.fetch(
            "SELECT levels FROM region_fact WHERE region_code = ANY ($1::text[])", regions
        )
        facts = [wire.region_from_wire(targets.RegionLevelChanged.FromString(row["levels"])) for row in rows]
        self._known |= dict.fromkeys(regions) | {fact.code: fact for fact in facts}

    async def save(self, fact: RegionFact) -> None:
        self._known[fact.code] = fact
        await self._connection.execute(
            "INSERT INTO region_fact (region_code, version, levels) VALUES ($1, $2, $3) "
            "ON CONFLICT (region_code) DO UPDATE SET version = excluded.version, levels = excluded.levels",
            fact.code,
            fact.version,
            wire.canonical(wire.region_to_wire(fact)),
        )


class PostgresDecisions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def current(self, filing: FilingId) -> Decision | None:
        kept = await self._connection.fetchval(
            "SELECT decision FROM decision WHERE filing_id = $1 ORDER BY number DESC LIMIT 1", filing
        )
        return None if kept is None else _decision(kept)

    async def get(self, filing: FilingId, number: int) -> Decision | None:
        kept = await self._connection.fetchval(
            "SELECT decision FROM decision WHERE filing_id = $1 AND number = $2", filing, number
        )
        return None if kept is None else _decision(kept)

    async def page(self, after: str, size: int) -> list[Decision]:
        """The current decisions of the filings that follow `after`, by filing id."""
        rows = await self._connection.fetch(
            "SELECT d.decision FROM screening_case AS c CROSS JOIN LATERAL (SELECT decision FROM decision "
            "WHERE filing_id = c.filing_id ORDER BY number DESC LIMIT 1) AS d "
            "WHERE c.filing_id > $1 ORDER BY c.filing_id LIMIT $2",
            after,
            size,
        )
        return [_decision(row["decision"]) for row in rows]

    async def add(self, decision: Decision) -> None:
        await self._connection.execute(
            "INSERT INTO decision (filing_id, number, decision) VALUES ($1, $2, $3)",
            decision.filing,
            decision.number,
            wire.canonical(wire.decision_to_wire(decision)),
        )


def _decision(kept: bytes) -> Decision:
    return wire.decision_from_wire(pb.Decision.FromString(kept))


class ScreeningWork(UnitOfWork):
    """One transaction on cases, region levels and decisions."""

    cases: PostgresCases
    regions: PostgresRegions
    decisions: PostgresDecisions
    journal: PostgresJournal

    def _open(self) -> None:
        locks = Locks(self.connection)
        self.inbox = OrderedInbox(self.connection, locks)
        self.cases = PostgresCases(self.connection, locks)
        self.regions = PostgresRegions(self.connection, locks)
        self.decisions = PostgresDecisions(self.connection)
        self.journal = PostgresJournal(self.connection)

    async def announce(self, decision: Decision) -> None:
        await self.outbox.append(SCREENING_EVENTS, decision.filing, wire.event_to_wire(decision))

    async def reserve(self, reservation: Reservation) -> None:
        await self.outbox.append(BUDGET_COMMANDS, reservation.region, wire.reserve_to_wire(reservation))

    async def void(self, reservation: Reservation) -> None:
        await self.outbox.append(BUDGET_COMMANDS, reservation.region, wire.void_to_wire(reservation))
