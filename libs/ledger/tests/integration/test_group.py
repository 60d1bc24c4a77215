"""Group commit: each caller has his own answer, and nobody is left waiting."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from libs.ledger.tests.support.ledgers import COUNTY, DAY, LEVELS, grant, group_of, hold, standing, verified

from kernel.clock import system_clock
from ledger.accounts import Balances
from ledger.book import Book
from ledger.entries import Entry, TransferId
from ledger.group import GroupCommit, LedgerDesk, Touched
from ledger.operations import Hold, Operation, Post, Void
from ledger.refusals import AlreadyPosted, InsufficientBalance, LedgerBusy, TransferExistsDifferent
from ledger.statements import WRITE
from ledger.store import LedgerStore

if TYPE_CHECKING:
    from libs.ledger.tests.support.ledgers import Pool

    from ledger.store import Connection

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]


WAITING = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def batch_sizes(connection: "Connection") -> list[int]:
    found = await connection.fetch("SELECT count(*) FROM ledger_entry GROUP BY batch ORDER BY batch")
    return [row["count"] for row in found]


@asynccontextmanager
async def locked(connection: "Connection") -> AsyncIterator[None]:
    """Meanwhile no batch can be written."""
    async with connection.transaction():
        await connection.execute("SELECT ledger_lock()")
        yield


async def until_waiting(connection: "Connection", count: int = 1) -> None:
    while await connection.fetchval(f"SELECT count(*) FROM ({WAITING}) AS w") < count:
        await asyncio.sleep(0.005)


async def test_a_refusal_is_its_own_members_alone(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool)
    await group.submit([grant()])

    answers = await asyncio.gather(
        group.submit([hold("a", 600)]),
        group.submit([hold("b", 600)]),
        group.submit([hold("c", 400)]),
        group.submit([hold("grant", 1)]),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [tuple, InsufficientBalance, tuple, TransferExistsDifferent]
    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 1000, 0))
    assert await verified(connection) is None


async def test_what_should_never_be_asked_fails_only_who_asked_it(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool)
    await group.submit([grant()])
    broken: list[Sequence[Operation]] = [
        [Hold(TransferId("none"), {}, DAY)],
        [Hold(TransferId("a\tb"), {COUNTY: 1}, DAY)],
        [Void(TransferId("x"), DAY, "a\nb")],
    ]

    for n, one in enumerate(broken):  # prepared behind another batch, which is decided anew for it
        async with locked(connection):
            first = group.submit([hold(f"first {n}", 1)])
            await until_waiting(connection)
            later = [group.submit(asked) for asked in ([hold(f"a{n}", 1)], one, [hold(f"b{n}", 1)])]
        answers = await asyncio.gather(first, *later, return_exceptions=True)
        assert [type(answer).__name__ for answer in answers[:2] + answers[3:]] == ["tuple"] * 3
        assert isinstance(answers[2], ValueError | AssertionError)

    with pytest.raises(ValueError, match="legs"):
        await group.submit(broken[0])
    assert (await standing(connection))[COUNTY] == (1000, 9, 0)


async def test_a_caller_who_goes_away_leaves_the_others_their_answers(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool)
    await group.submit([grant()])

    async with locked(connection):
        written = [group.submit([hold(f"w{n}", 1)]) for n in range(3)]
        await until_waiting(connection)
        waiting = [group.submit([hold(f"q{n}", 1)]) for n in range(3)]
        written[1].cancel()
        waiting[1].cancel()
    answers = await asyncio.gather(*written, *waiting, return_exceptions=True)

    assert [type(answer) for answer in answers] == [tuple, asyncio.CancelledError, tuple] * 2
    found = set(await LedgerStore(connection).transfers([TransferId(f"{k}{n}") for k in "wq" for n in range(3)]))
    # What was under way is done; whoever asks again learns of it. What only waited may be done or not.
    assert {"w0", "w1", "w2", "q0", "q2"} <= found
    assert await group.submit([hold("w1", 1)]) == ()
    assert await verified(connection) is None


async def test_when_all_go_away_the_next_one_is_still_served(pool: "Pool") -> None:
    group = group_of(pool)
    asked = [group.submit([grant(id_=f"g{n}")]) for n in range(3)]
    for one in asked:
        one.cancel()
    while group._writer is not None:  # nothing else tells that the writer has gone home
        await asyncio.sleep(0)

    assert len(await group.submit([grant()])) == 1


async def test_a_connection_that_breaks_fails_all_and_the_next_submission_works(
    pool: "Pool", connection: "Connection", superuser: "Connection"
) -> None:
    group = group_of(pool)
    await group.submit([grant()])
    async with locked(connection):
        under_way = [group.submit([hold(f"u{n}", 1)]) for n in range(3)]
        await until_waiting(connection)
        behind = [group.submit([hold(f"b{n}", 1)]) for n in range(3)]
        await superuser.execute(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS w")
        answers = await asyncio.wait_for(asyncio.gather(*under_way, *behind, return_exceptions=True), 10)

    again = [await group.submit([hold(f"{k}{n}", 1)]) for k in "ub" for n in range(3)]

    assert all(isinstance(answer, asyncpg.PostgresError | asyncpg.InterfaceError | OSError) for answer in answers)
    assert all(len(entries) == 1 for entries in again), "nothing of a batch that failed is there"
    assert (await standing(connection))[COUNTY] == (1000, 6, 0)
    assert await verified(connection) is None


async def test_who_cannot_connect_is_told_and_asks_again(pool: "Pool") -> None:
    broken = True

    @asynccontextmanager
    async def connect() -> AsyncIterator["Connection"]:
        if broken:
            raise OSError("no route")
        async with pool.acquire() as opened:
            yield opened

    group = GroupCommit[Any, tuple[Entry, ...]](LedgerDesk(), connect, system_clock)
    answers = await asyncio.gather(*(group.submit([grant(id_=f"g{n}")]) for n in range(3)), return_exceptions=True)
    broken = False

    assert [str(answer) for answer in answers] == ["no route"] * 3
    assert len(await group.submit([grant()])) == 1


async def test_a_batch_takes_no_more_members_than_it_may(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool, members_max=3)
    await group.submit([grant()])

    async with locked(connection):
        first = group.submit([hold("first", 1)])
        await until_waiting(connection)
        rest = [group.submit([hold(f"h{n:02}", 1)]) for n in range(10)]
    await asyncio.gather(first, *rest)

    assert await batch_sizes(connection) == [1, 1, 3, 3, 3, 1]
    found = await connection.fetch("SELECT transfer_id FROM ledger_entry WHERE transfer_id ^@ 'h' ORDER BY batch")
    assert {row["transfer_id"] for row in found[:3]} == {"h00", "h01", "h02"}, "who came first is served first"


async def test_who_comes_while_the_connection_is_given_back_is_served(pool: "Pool") -> None:
    given_back, go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def connect() -> AsyncIterator["Connection"]:
        async with pool.acquire() as opened:
            yield opened
            given_back.set()
            await go_on.wait()

    group = GroupCommit[Any, tuple[Entry, ...]](LedgerDesk(), connect, system_clock)
    await group.submit([grant()])
    await given_back.wait()

    late = group.submit([hold("late", 1)])
    go_on.set()

    assert len(await asyncio.wait_for(late, 5)) == 1


async def test_answers_are_right_when_another_process_writes_in_between(pool: "Pool", connection: "Connection") -> None:
    ours, theirs = group_of(pool), group_of(pool)
    await ours.submit([grant()])
    await ours.submit([hold("ours", 100)])  # from here on it remembers the accounts
    await theirs.submit([hold("theirs", 800)])

    with pytest.raises(InsufficientBalance) as refusal:
        await ours.submit([hold("too much", 101)])
    fitting = await ours.submit([hold("fitting", 100)])
    repeated = await ours.submit([hold("theirs", 800)])
    await theirs.submit([Post(TransferId("ours"), DAY)])
    with pytest.raises(AlreadyPosted):
        await ours.submit([Void(TransferId("ours"), DAY)])

    assert refusal.value.available == 100
    assert (len(fitting), repeated) == (1, ())
    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 900, 100))
    assert await verified(connection) is None


async def test_a_batch_that_was_prepared_behind_one_that_was_outpaced_is_decided_anew(
    pool: "Pool", connection: "Connection"
) -> None:
    ours, theirs = group_of(pool), group_of(pool)
    await ours.submit([grant()])
    await ours.submit([hold("ours", 100)])

    async with locked(connection):
        other = theirs.submit([hold("theirs", 700)])
        await until_waiting(connection)
        first = ours.submit([hold("first", 100)])
        await until_waiting(connection, 2)
        behind = [
            ours.submit([hold("second", 90)]),
            ours.submit([hold("third", 90)]),
            ours.submit([hold("fourth", 10)]),
        ]
    answers = await asyncio.gather(other, first, *behind, return_exceptions=True)

    assert [type(answer) for answer in answers] == [tuple, tuple, tuple, InsufficientBalance, tuple]
    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 1000, 0))
    assert await verified(connection) is None


async def test_a_repetition_is_never_answered_from_memory(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool)
    await group.submit([grant()])
    await group.submit([hold("old", 900)])
    await group.submit([hold("next", 1)])

    async with locked(connection):
        under_way = group.submit([hold("first", 1)])
        await until_waiting(connection)
        behind = [group.submit([hold("fresh", 1)]), group.submit([hold("old", 900)])]
    answers = await asyncio.gather(under_way, *behind, return_exceptions=True)

    # From memory it would be refused: what is left is not enough for it.
    assert [len(answer) if isinstance(answer, tuple) else answer for answer in answers] == [1, 1, 0]


async def test_more_than_may_wait_are_told_at_once(
    pool: "Pool", connection: "Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.group.WAITING_MAX", 2)
    group = group_of(pool)
    await group.submit([grant()])

    waiting = [group.submit([hold(name, 1)]) for name in ("a", "b")]
    with pytest.raises(LedgerBusy):
        group.submit([hold("c", 1)])
    await asyncio.gather(*waiting)

    assert len(await group.submit([hold("c", 1)])) == 1


async def test_one_id_asked_for_in_one_batch_is_done_once(pool: "Pool", connection: "Connection") -> None:
    group = group_of(pool)
    await group.submit([grant()])

    answers = await asyncio.gather(
        *(group.submit([hold("h", 60)]) for _ in range(4)), group.submit([hold("h", 61)]), return_exceptions=True
    )

    assert [len(answer) if isinstance(answer, tuple) else type(answer) for answer in answers] == [
        1, 0, 0, 0, TransferExistsDifferent,
    ]  # fmt: skip
    assert (await standing(connection))[COUNTY] == (1000, 60, 0)


@dataclass(slots=True)
class Rows:
    known: set[str]
    begun: list[str] = field(default_factory=list)


class KeepingDesk:
    """Keeps a row of its own beside each hold; a row that exists makes the whole batch fail."""

    keeps = True

    def touches(self, asked: Sequence[Hold]) -> Touched:
        return Touched(frozenset(LEVELS), frozenset(one.id for one in asked))

    statement = f"WITH kept AS (INSERT INTO kept SELECT * FROM unnest($13::text[])) {WRITE}"

    async def load(self, connection: "Connection", asked: Sequence[Hold]) -> Rows:
        found = await connection.fetch("SELECT id FROM kept WHERE id = ANY ($1::text[])", [one.id for one in asked])
        return Rows({row["id"] for row in found})

    def decide(self, asked: Hold, book: Book, loaded: Rows) -> str:
        book.apply(asked)
        if asked.id not in loaded.known:
            loaded.known.add(asked.id)
            loaded.begun.append(asked.id)
        return asked.id

    async def save(self, connection: "Connection", answers: Sequence[str], loaded: Rows) -> None:  # noqa: ARG002
        await connection.executemany("INSERT INTO kept VALUES ($1)", [(id_,) for id_ in loaded.begun])

    def unheard(self) -> Rows:
        return Rows(set())

    def records(self, loaded: Rows) -> Sequence[list[str]]:
        return (loaded.begun,)


async def test_what_is_kept_beside_the_ledger_is_there_with_its_holds_or_not_at_all(
    pool: "Pool", connection: "Connection"
) -> None:
    await connection.execute("DROP TABLE IF EXISTS kept")
    await connection.execute("CREATE TABLE kept (id text PRIMARY KEY CHECK (id <> 'poison'))")
    await group_of(pool).submit([grant()])
    groups = [GroupCommit[Hold, str](KeepingDesk(), pool.acquire, system_clock, members_max=4) for _ in range(2)]
    asked = [hold(f"h{n % 30}", 1) for n in range(60)]

    await groups[1].submit(hold("h29", 1))
    await asyncio.gather(*(groups[n % 2].submit(one) for n, one in enumerate(asked)))
    with pytest.raises(asyncpg.CheckViolationError):
        await groups[0].submit(hold("poison", 1))

    assert await connection.fetchval("SELECT count(*) FROM kept") == 30
    assert await LedgerStore(connection).balances([COUNTY]) == {COUNTY: Balances(1000, 30)}
    assert await verified(connection) is None
