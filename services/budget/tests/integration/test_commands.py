"""Commands of the stream, on a real unit of work."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from google.protobuf.message import Message

from budget.adapters.postgres import BudgetWork
from budget.application.grant_envelope import GrantEnvelope, grant_envelope
from budget.domain.deductions import DeductionId, DeductionState
from budget.domain.refusals import DeductionExistsDifferent
from budget.entrypoints.stream import subscriptions
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_events_pb2 as events
from kernel.errors import InvalidRequest
from kernel.regions import RegionCode
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import BUDGET_COMMANDS
from servicekit.storage.database import Database
from statute.loader import PolicyBundle

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
RESERVE = commands.ReserveDeduction(
    deduction="d1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=400
)
POST = commands.PostDeduction(deduction="d1", filing="f-1", document="批复")
REVERSE = commands.ReverseDeduction(deduction="d1", filing="f-1", signers=["甲", "乙"], reason="意见失效")
VOID = commands.VoidDeduction(deduction="d1", filing="f-1")


class Commands:
    """Takes commands as the consumer does: one transaction, its commit included."""

    def __init__(self, begin: Callable[[], BudgetWork]) -> None:
        self._begin = begin
        (self._subscription,) = subscriptions()

    async def take(self, *messages: Message) -> None:
        assert self._subscription.topic == BUDGET_COMMANDS
        async with self._begin() as work:
            for message in messages:
                route = self._subscription.routes[event_type("budget", message)]
                await route.handle(route.message.FromString(message.SerializeToString()), work)
            await work.commit()


@pytest.fixture
async def budget(begin: Callable[[], BudgetWork]) -> Commands:
    async with begin() as work:
        command = GrantEnvelope("00000000-0000-4000-8000-000000000000", RegionCode("630000"), 2026, 1_000, "文件")
        await grant_envelope(command, work, NOW.date())
        await work.commit()
    return Commands(begin)


async def told(pool: Database) -> list[str]:
    rows = await pool.fetch("SELECT type FROM outbox WHERE key = 'f-1' ORDER BY id")
    return [row["type"].removeprefix("cn.dualcontrol.budget.") for row in rows]


async def held(pool: Database) -> int:
    amount: int = await pool.fetchval("SELECT sum(held)::bigint FROM ledger_account")
    return amount


async def test_a_command_repeated_is_decided_and_told_once(budget: Commands, pool: Database) -> None:
    await budget.take(RESERVE)
    await budget.take(RESERVE, RESERVE)

    assert await held(pool) == 400
    assert await told(pool) == ["deduction-reserved.v1"]


async def test_the_event_tells_what_each_level_has_left_and_why(
    budget: Commands, pool: Database, policy: PolicyBundle
) -> None:
    await budget.take(RESERVE)

    value = await pool.fetchval("SELECT value FROM outbox WHERE key = 'f-1'")
    event = events.DeductionReserved.FromString(value)
    assert event.deduction.name == "deductions/d1"
    assert [(a.name, a.available_kgce_calorific) for a in event.levels] == [("regions/630000/accounts/2026", 600)]
    assert [f.rule for f in event.findings] == ["budget.envelope", "budget.available"]
    assert event.bundle_hash == policy.bundle_hash


async def test_a_refusal_tells_its_reason(budget: Commands, pool: Database) -> None:
    short = commands.ReserveDeduction(
        deduction="d1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=1_001
    )
    await budget.take(short)

    value = await pool.fetchval("SELECT value FROM outbox WHERE key = 'f-1'")
    event = events.DeductionRefused.FromString(value)
    assert (event.deduction, event.filing, event.reason) == ("d1", "f-1", "INSUFFICIENT_BUDGET")
    assert len(event.findings) == 2


async def test_reserved_and_given_back_in_one_batch_leaves_nothing_held(budget: Commands, pool: Database) -> None:
    await budget.take(RESERVE, VOID, VOID)

    assert await held(pool) == 0
    assert await told(pool) == ["deduction-reserved.v1", "deduction-voided.v1"]


async def test_a_void_that_overtakes_its_reservation_wins(budget: Commands, pool: Database) -> None:
    await budget.take(VOID)
    await budget.take(RESERVE)
    await budget.take(RESERVE)

    assert await held(pool) == 0
    assert await told(pool) == ["deduction-refused.v1"]
    value = await pool.fetchval("SELECT value FROM outbox WHERE key = 'f-1'")
    assert events.DeductionRefused.FromString(value).reason == "DEDUCTION_VOIDED"


async def test_what_was_posted_is_reversed_by_a_command_once_whoever_sends_it_again(
    budget: Commands, pool: Database
) -> None:
    await budget.take(RESERVE, POST)
    await budget.take(REVERSE, REVERSE)
    await budget.take(REVERSE)

    assert await pool.fetchval("SELECT sum(held + posted)::bigint FROM ledger_account") == 0
    assert await told(pool) == ["deduction-reserved.v1", "deduction-posted.v1", "deduction-reversed.v1"]
    value = await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    event = events.DeductionReversed.FromString(value)
    assert (list(event.signers), event.reason) == (["甲", "乙"], "意见失效")
    assert [(one.region_code, one.year, one.instrument) for one in event.freed] == [("630000", 2026, "energy")]


async def test_a_reversal_gives_back_what_is_only_held_and_overtakes_what_is_on_its_way(
    budget: Commands, pool: Database
) -> None:
    await budget.take(RESERVE, REVERSE, REVERSE)
    late = commands.ReverseDeduction(deduction="d2", filing="f-1", signers=["甲", "乙"], reason="意见失效")
    await budget.take(late)
    second = commands.ReserveDeduction()
    second.CopyFrom(RESERVE)
    second.deduction = "d2"
    await budget.take(second)

    assert await held(pool) == 0
    assert await told(pool) == ["deduction-reserved.v1", "deduction-voided.v1", "deduction-refused.v1"]


async def test_a_refusal_for_want_of_budget_names_the_accounts(budget: Commands, pool: Database) -> None:
    await budget.take(RESERVE)
    short = commands.ReserveDeduction(
        deduction="d2", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=601
    )
    await budget.take(short)

    value = await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    (found,) = events.DeductionRefused.FromString(value).shortages
    assert (found.region_code, found.year, found.instrument) == ("630000", 2026, "energy")
    assert (found.asked, found.available, found.granted) == (601, 600, 1_000)


async def test_a_refused_deduction_may_be_voided_without_a_word(
    budget: Commands, pool: Database, begin: Callable[[], BudgetWork]
) -> None:
    short = commands.ReserveDeduction(
        deduction="d1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=1_001
    )
    await budget.take(short, VOID)

    assert await told(pool) == ["deduction-refused.v1"]
    async with begin() as work:
        kept = await work.deductions.get(DeductionId("d1"))
    assert kept is not None
    assert kept.state is DeductionState.VOIDED
    assert kept.answer is not None
    assert len(kept.answer.findings) == 2


@pytest.mark.parametrize(
    "other",
    [
        commands.ReserveDeduction(
            deduction="d1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=401
        ),
        commands.VoidDeduction(deduction="d1", filing="f-2"),
    ],
    ids=["reserve", "void"],
)
async def test_the_same_id_with_another_body_becomes_a_dead_letter(
    budget: Commands, pool: Database, other: Message
) -> None:
    await budget.take(RESERVE)

    with pytest.raises(DeductionExistsDifferent):
        await budget.take(other)

    assert await held(pool) == 400


@pytest.mark.parametrize(
    "malformed",
    [
        commands.ReserveDeduction(),
        commands.ReserveDeduction(
            deduction="d 1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=1
        ),
        commands.ReserveDeduction(deduction="d1", filing="f-1", region_code="63", year=2026, amount_kgce_calorific=1),
        commands.ReserveDeduction(deduction="d1", filing="f-1", region_code="630000", year=0, amount_kgce_calorific=1),
        commands.ReserveDeduction(
            deduction="d1", filing="f-1", region_code="630000", year=2026, amount_kgce_calorific=-1
        ),
        commands.VoidDeduction(deduction="d1"),
        commands.ReverseDeduction(deduction="d1", filing="f-1", signers=["甲"], reason="意见失效"),
        commands.ReverseDeduction(deduction="d1", filing="f-1", signers=["甲", "乙", "丙"], reason="意见失效"),
        commands.ReverseDeduction(deduction="d1", filing="f-1", signers=["甲", "乙"]),
        commands.ReverseDeduction(deduction="d1", signers=["甲", "乙"], reason="意见失效"),
    ],
)
async def test_a_malformed_command_becomes_a_dead_letter(budget: Commands, pool: Database, malformed: Message) -> None:
    with pytest.raises(InvalidRequest):
        await budget.take(malformed)

    assert await told(pool) == []


async def test_the_schema_keeps_an_answer_for_ever(budget: Commands, pool: Database) -> None:
    await budget.take(RESERVE)

    with pytest.raises(Exception, match="never changed"):
        await pool.execute("UPDATE deduction SET amount_kgce = 1")
