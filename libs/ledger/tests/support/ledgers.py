"""What the tests of the real ledger do over and over."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kernel.clock import Clock, system_clock
from ledger.accounts import AccountId
from ledger.differences import Difference
from ledger.entries import Entry, TransferId
from ledger.group import GroupCommit, LedgerDesk
from ledger.operations import Grant, Hold, Operation, Void
from ledger.store import LedgerStore
from ledger.verification import verify

if TYPE_CHECKING:
    import asyncpg

    from ledger.store import Connection

    Pool = asyncpg.Pool[asyncpg.Record]

PROVINCE, PREFECTURE, COUNTY = (AccountId(code, "energy_kgce", "2026") for code in ("630000", "630100", "630121"))
LEVELS = (COUNTY, PREFECTURE, PROVINCE)
DAY = date(2026, 3, 1)


def group_of(
    pool: "Pool", clock: Clock = system_clock, *, members_max: int = 1000
) -> GroupCommit[Any, tuple[Entry, ...]]:
    return GroupCommit(LedgerDesk(), pool.acquire, clock, members_max=members_max)


def grant(amount: int = 1000, *accounts: AccountId, id_: str = "grant", on: date = DAY) -> Grant:
    return Grant(TransferId(id_), dict.fromkeys(accounts or LEVELS, amount), on)


def hold(id_: str, amount: int, *accounts: AccountId, on: date = DAY) -> Hold:
    return Hold(TransferId(id_), dict.fromkeys(accounts or LEVELS, amount), on)


def amended(before: str, after: Hold) -> list[Operation]:
    """The void names what takes its place: a hold that gave way to another is not amended again."""
    return [Void(TransferId(before), after.effective_on, f"amended to {after.id}"), after]


async def apply(connection: "Connection", known_at: datetime, *operations: Operation) -> tuple[Entry, ...]:
    """As one batch."""
    store = LedgerStore(connection)
    async with connection.transaction():
        accounts = {a for one in operations for a in getattr(one, "legs", None) or [getattr(one, "account", None)] if a}
        book = await store.open(accounts, [one.id for one in operations])
        entries = book.apply_linked(operations)
        await store.save(book, known_at)
    return entries


async def standing(connection: "Connection") -> Mapping[AccountId, tuple[int, int, int]]:
    """Of every account: granted, held, posted."""
    return {a: (b.granted, b.held, b.posted) for a, b in (await LedgerStore(connection).balances(LEVELS)).items()}


async def verified(connection: "Connection") -> Difference | None:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await verify(connection)
