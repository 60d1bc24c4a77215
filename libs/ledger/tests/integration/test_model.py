"""The real store against the model: the same random requests, one by one, at once, and from two processes at once.

5,000 operations in a usual run; DUALCONTROL_DEEP_TESTS=1 (`make test-deep`) makes 200,000 of it.
"""

import asyncio
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from libs.ledger.tests.support.asking import (
    ACCOUNTS,
    FIRST_DAY,
    OPENING,
    Linked,
    answer_of,
    levels,
    made_of,
    model_balances,
    operations_of,
    several,
)
from libs.ledger.tests.support.model import Ask, Made, Model
from libs.ledger.tests.support.serial import Answered, explained

from kernel.clock import system_clock
from ledger.accounts import AccountId, Standing
from ledger.group import GroupCommit, LedgerDesk
from ledger.log import entries_of, opened_by
from ledger.store import AsOf, LedgerStore
from ledger.verification import verify
from testkit.telling import Tell

pytestmark = pytest.mark.integration

DEEP = os.environ.get("DUALCONTROL_DEEP_TESTS") == "1"
OPERATIONS_MIN = 200_000 if DEEP else 5_000
EXAMPLES_AT_ONCE = 5
CLIENTS = 8
ANSWER_SECONDS_MAX = 60
TABLES = "ledger_day, ledger_balance, ledger_entry, ledger_account, ledger_batch"

Pool = Any


class Ledgers:
    """One database, emptied for every run of the machine, and two pools on it as two processes would have."""

    def __init__(self, dsn: str, admin_dsn: str) -> None:
        self.runner = asyncio.Runner()
        self.operations = self.runs = 0
        self.pools: list[Pool] = []
        self.runner.run(self._connect(dsn, admin_dsn))

    async def _connect(self, dsn: str, admin_dsn: str) -> None:
        self.admin = await asyncpg.connect(admin_dsn)
        await self.admin.execute("SET session_replication_role = replica")
        self.pools = [await asyncpg.create_pool(dsn, min_size=1, max_size=4) for _ in range(2)]
        self.reader = await asyncpg.connect(dsn)

    async def emptied(self) -> list[GroupCommit[Any, Any]]:
        self.runs += 1
        await self.admin.execute(f"TRUNCATE {TABLES}")
        # Few members a batch: there are always some left for a batch that is prepared behind the one under way.
        return [
            GroupCommit(LedgerDesk(), pool.acquire, system_clock, members_max=2 + n)
            for n, pool in enumerate(self.pools)
        ]

    @contextmanager
    def closing(self) -> Iterator[None]:
        try:
            yield
        finally:
            for one in (*self.pools, self.reader, self.admin):
                self.runner.run(one.close())
            self.runner.close()


class RealLedger(RuleBasedStateMachine):
    ledgers: ClassVar[Ledgers]

    def __init__(self) -> None:
        super().__init__()
        self.run = self.ledgers.runner.run
        self.groups = self.run(self.ledgers.emptied())
        self.model = Model()
        self.asked: list[Linked] = []
        self.names: dict[int, AccountId] = {}
        self.known: list[tuple[datetime, int]] = []  # of each batch: when, and how much was made by then

    def teardown(self) -> None:
        assert self.run(self.verified()) is None

    @initialize()
    def opens(self) -> None:
        self.step([OPENING], clients=1, groups=1)

    @rule(story=several(6))
    def asks_one_by_one(self, story: list[Linked]) -> None:
        self.step(story, clients=1, groups=1)

    @rule(story=several(12), groups=st.integers(1, 2))
    def asks_at_once(self, story: list[Linked], groups: int) -> None:
        self.step(story, clients=CLIENTS, groups=groups)

    @rule(amounts=st.lists(st.integers(1, 4), min_size=8, max_size=30), groups=st.integers(1, 2), again=st.booleans())
    def holds_without_a_pause(self, amounts: list[int], groups: int, again: bool) -> None:
        """New ids, and mostly no refusal: batches are decided ahead, from memory."""
        made = len(self.model.made)
        holds = [(Ask("hold", f"n{made}-{n}", FIRST_DAY, levels(2, amount)),) for n, amount in enumerate(amounts)]
        old = self.asked[len(self.asked) // 2 :][:2] if again else []
        self.step([*holds[:8], *old, *holds[8:]], clients=CLIENTS, groups=groups)

    @rule(places=st.lists(st.integers(0, 10_000), min_size=1, max_size=12), clients=st.sampled_from([1, CLIENTS]))
    def asks_again(self, places: list[int], clients: int) -> None:
        self.step(
            [self.asked[place % len(self.asked)] for place in places for _ in range(2)], clients=clients, groups=2
        )

    @rule(days=st.integers(0, 8), most=st.integers(1, 9))
    def expires_what_is_due(self, days: int, most: int) -> None:
        day = FIRST_DAY + timedelta(days=days)
        due = self.run(LedgerStore(self.ledgers.reader).due(day, most))
        holds = ((first.expires, id_) for id_, (first, ended, _) in self.model.transfers.items() if not ended)
        assert due == [id_ for expires, id_ in sorted(h for h in holds if h[0] and h[0] <= day)][:most]
        self.step([(Ask("expire", id_, day),) for id_ in due], clients=CLIENTS, groups=2)

    @rule(days=st.integers(-1, 6), place=st.integers(0, 10_000))
    def asks_for_the_past(self, days: int, place: int) -> None:
        (known_at, made), day = self.known[place % len(self.known)], FIRST_DAY + timedelta(days=days)
        found = self.run(LedgerStore(self.ledgers.reader).balances_as_of(ACCOUNTS, AsOf(day, known_at)))
        assert found == {a: Standing(*amounts) for a, amounts in self.model.as_of(day, made).items()}

    def step(self, story: Sequence[Linked], *, clients: int, groups: int) -> None:
        queues = self.run(self.answers(deque(story), clients, groups))
        logged = self.run(self.logged())
        explanation = explained(self.model, queues, logged)
        assert explanation is not None, f"no serial order explains {queues} with {logged} logged"
        self.model = explanation
        assert self.run(LedgerStore(self.ledgers.reader).list_balances()) == model_balances(self.model)
        self.asked += story
        self.ledgers.operations += sum(map(len, story))

    async def answers(self, story: deque[Linked], clients: int, groups: int) -> list[list[Answered]]:
        """What each group was asked for, in its order, and answered."""
        submitted: list[list[tuple[Linked, asyncio.Future[Any]]]] = [[] for _ in range(groups)]

        async def client(group: int) -> None:
            while story:
                linked = story.popleft()
                future = self.groups[group].submit(operations_of(linked))
                submitted[group].append((linked, future))
                await asyncio.wait([future])

        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            await asyncio.gather(*(client(n % groups) for n in range(clients)))
        return [[Answered(linked, answer_of(f.exception() or f.result())) for linked, f in one] for one in submitted]

    async def logged(self) -> list[Made]:
        """What was added to the log since it was last read."""
        made: list[Made] = []
        for batch in await LedgerStore(self.ledgers.reader).batches(len(self.known), 1000):
            self.names |= opened_by(batch.text)
            made += made_of(entries_of(batch.text, self.names))
            self.known.append((batch.known_at, len(self.model.made) + len(made)))
        return made

    async def verified(self) -> object:
        async with self.ledgers.reader.transaction(isolation="repeatable_read", readonly=True):
            return await verify(self.ledgers.reader)


@pytest.mark.timeout(3600)
def test_the_store_answers_as_the_model_does_whoever_asks_at_once(ledger: str, admin_dsn: str, tell: Tell) -> None:
    ledgers = Ledgers(ledger, admin_dsn)
    machine = type("AnyLedger", (RealLedger,), {"ledgers": ledgers})
    chosen = settings(
        max_examples=EXAMPLES_AT_ONCE,
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # what happens at once does not happen again when it is made shorter
        suppress_health_check=list(HealthCheck),
    )

    with ledgers.closing():
        while ledgers.operations < OPERATIONS_MIN:
            run_state_machine_as_test(machine, settings=chosen)

    tell(f"model check: {ledgers.operations} operations in {ledgers.runs} ledgers, no difference")
