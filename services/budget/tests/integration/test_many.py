"""Many at once: batches of reservations, concurrent callers, commands between calls, poison among them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from services.budget.tests.support.calls import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    account,
    grant_all,
    refusal,
    reserve_request,
    told,
)

from budget.adapters.postgres import BudgetWork, PostgresRecords
from budget.application.commands import Reserve
from budget.application.desk import DeductionDesk, Ticket
from budget.domain.deductions import Asked, Deduction, DeductionId, DeductionState, demand_of
from budget.domain.reservation import refusal_error
from budget.entrypoints.stream import subscriptions
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.errors import DomainError
from kernel.regions import RegionCode
from ledger.group import GroupCommit
from servicekit.eventing.broker import Broker
from servicekit.eventing.consumer import InboxConsumer
from servicekit.eventing.dead_letters import DeadLetters, Record
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topic_creation import create_topics
from servicekit.eventing.topics import BUDGET_COMMANDS
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.stack import Stack

if TYPE_CHECKING:
    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub
    from ledger.store import Connection as LedgerConnection

pytestmark = pytest.mark.integration

AT_ONCE = 50


def many(*requests: pb.ReserveDeductionRequest) -> pb.ReserveDeductionsRequest:
    return pb.ReserveDeductionsRequest(requests=requests)


def command(name: str, amount: int, region: str = PROVINCE) -> commands.ReserveDeduction:
    return commands.ReserveDeduction(
        deduction=name, filing="f-1", region_code=region, year=2026, amount_kgce_calorific=amount
    )


async def take(begin: Callable[[], BudgetWork], *messages: Message) -> None:
    """As the consumer does: one transaction, its commit included."""
    (subscription,) = subscriptions()
    async with begin() as work:
        for message in messages:
            await subscription.routes[event_type("budget", message)].handle(message, work)
        await work.commit()


async def is_balanced(stub: "BudgetServiceAsyncStub") -> bool:
    return (await stub.VerifyLedger(pb.VerifyLedgerRequest(), timeout=30)).balanced


async def test_each_of_many_is_answered_by_itself_and_in_its_order(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, county=1_000, prefecture=1_000, province=1_000)
    asked = many(
        reserve_request("a", 600),
        reserve_request("b", 600),
        reserve_request("c", 400),
        reserve_request("d", 1, region="630202"),
        reserve_request("e", 1),
    )

    first = await stub.ReserveDeductions(asked, timeout=10)
    again = await stub.ReserveDeductions(asked, timeout=10)

    assert first == again
    assert [one.deduction.name for one in first.outcomes] == ["deductions/a", "", "deductions/c", "", ""]
    assert [one.reason for one in first.outcomes] == [
        "", "INSUFFICIENT_BUDGET", "", "ENVELOPE_NOT_SET", "INSUFFICIENT_BUDGET"
    ]  # fmt: skip
    assert "400" in first.outcomes[1].message.zh
    assert (await account(stub, COUNTY)).held_kgce_calorific == 1_000
    assert await told(pool) == [
        "deduction-reserved", "deduction-refused", "deduction-reserved", "deduction-refused", "deduction-refused"
    ]  # fmt: skip


async def test_one_that_comes_with_another_content_refuses_itself_alone(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, province=1_000)
    await stub.ReserveDeduction(reserve_request("a", 100, region=PROVINCE), timeout=10)

    answer = await stub.ReserveDeductions(
        many(reserve_request("a", 101, region=PROVINCE), reserve_request("b", 200, region=PROVINCE)), timeout=10
    )

    assert [one.reason for one in answer.outcomes] == ["DEDUCTION_EXISTS_DIFFERENT", ""]
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 300


async def test_an_amendment_within_the_batch_takes_the_place_of_the_one_before(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, province=1_000)

    answer = await stub.ReserveDeductions(
        many(
            reserve_request("a", 900, region=PROVINCE),
            reserve_request("b", 1_000, region=PROVINCE, replaces="deductions/a"),
            reserve_request("c", 1, region=PROVINCE, replaces="deductions/a"),
        ),
        timeout=10,
    )

    assert [one.reason for one in answer.outcomes] == ["", "", "DEDUCTION_VOIDED"]
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 1_000


async def test_every_wrong_field_of_every_reservation_is_named_and_none_is_made(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, province=1_000)
    good = reserve_request("a", 1, region=PROVINCE)
    wrong = reserve_request("b", 0, region=PROVINCE)
    wrong.year = 1
    phased = reserve_request("c", 1, later_phases=[pb.Phase(year=2027)])

    mixed = await refusal(stub.ReserveDeductions(many(good, good, wrong, phased), timeout=10))
    none = await refusal(stub.ReserveDeductions(many(), timeout=10))
    too_many = await refusal(
        stub.ReserveDeductions(many(*(reserve_request(f"d{n}", 1) for n in range(1_001))), timeout=10)
    )

    assert mixed == (
        StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        [
            "requests",
            "requests[2].year",
            "requests[2].amount_kgce_calorific",
            "requests[3].later_phases[0].amount_kgce_calorific",
        ],
    )
    assert none[2] == too_many[2] == ["requests"]
    assert await told(pool) == []


async def test_a_thousand_are_reserved_in_one_call_and_exactly_what_fits_is(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, county=9_000, prefecture=7_770, province=9_000)

    answer = await stub.ReserveDeductions(many(*(reserve_request(f"d{n}", 10) for n in range(1_000))), timeout=60)

    granted = [bool(one.deduction.name) for one in answer.outcomes]
    assert granted == [True] * 777 + [False] * 223
    assert (await account(stub, PREFECTURE)).available_kgce_calorific == 0
    assert await is_balanced(stub)


async def test_calls_and_commands_at_once_never_overdraw_and_each_is_told_once(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], pool: Database
) -> None:
    await grant_all(stub, province=2_000)

    called = [
        stub.ReserveDeduction(reserve_request(f"call{n}", 100, region=PROVINCE), timeout=60) for n in range(AT_ONCE)
    ]
    sent = [take(begin, command(f"sent{n}", 100), command(f"also{n}", 100)) for n in range(5)]
    outcomes = await asyncio.gather(*called, *sent, return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, grpc.aio.AioRpcError)]
    assert {error.code() for error in refused} <= {StatusCode.FAILED_PRECONDITION}
    assert not [one for one in outcomes[AT_ONCE:] if one is not None]
    found = await account(stub, PROVINCE)
    assert (found.available_kgce_calorific, found.held_kgce_calorific) == (0, 2_000)
    kinds = await told(pool)
    assert (kinds.count("deduction-reserved"), kinds.count("deduction-refused")) == (20, AT_ONCE - 10)
    assert await is_balanced(stub)


async def test_the_same_deduction_by_call_and_by_command_at_once_is_held_once(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], pool: Database
) -> None:
    await grant_all(stub, province=2_000)
    request = reserve_request("d1", 400, region=PROVINCE)

    called = [stub.ReserveDeduction(request, timeout=60) for _ in range(10)]
    await asyncio.gather(*called, *(take(begin, command("d1", 400)) for _ in range(3)))

    assert (await account(stub, PROVINCE)).held_kgce_calorific == 400
    assert await told(pool) == ["deduction-reserved"]
    assert await is_balanced(stub)


class Overtaken(PostgresRecords):
    """Lets somebody else in between the first look and what is written."""

    def __init__(self, between: Callable[[], Awaitable[None]]) -> None:
        super().__init__("budget")
        self._between = [between]

    async def load(self, connection: "LedgerConnection", ids: Sequence[DeductionId]) -> dict[DeductionId, Deduction]:
        found = await super().load(connection, ids)
        if self._between:
            await self._between.pop()()
        return found


def reason_of(outcome: object) -> str:
    refusal = refusal_error(outcome) if isinstance(outcome, Deduction) else outcome
    return refusal.reason if isinstance(refusal, DomainError) else ""


@pytest.mark.parametrize(
    ("overtaking", "reason"),
    [
        (commands.VoidDeduction(deduction="d1", filing="f-1"), "DEDUCTION_VOIDED"),
        (command("d1", 1_001), "DEDUCTION_EXISTS_DIFFERENT"),
    ],
    ids=["void", "refusal"],
)
async def test_what_was_decided_between_the_look_and_the_batch_is_not_written_over(
    stub: "BudgetServiceAsyncStub",
    pool: Database,
    begin: Callable[[], BudgetWork],
    policy: PolicyBundle,
    clock: "Hands",
    *,
    overtaking: Message,
    reason: str,
) -> None:
    """Neither a void that overtakes nor a refusal is in the ledger, so the ledger cannot tell of it."""
    await grant_all(stub, province=1_000)
    records = Overtaken(lambda: take(begin, overtaking))
    group = GroupCommit(DeductionDesk(records, policy, clock), pool.acquire, clock)

    async def reserve(name: str, amount: int) -> Deduction:
        asked = Asked(DeductionId(name), "f-1", demand_of(RegionCode(PROVINCE), 2026, amount))
        return await group.submit(Ticket(Reserve(asked)))

    outcomes = await asyncio.gather(reserve("d1", 50), reserve("d2", 20), return_exceptions=True)

    assert [reason_of(outcome) for outcome in outcomes] == [reason, ""]
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 20
    assert await is_balanced(stub)


async def test_what_is_decided_while_another_batch_is_written_heeds_all_that_was_heard_of_before(
    stub: "BudgetServiceAsyncStub",
    pool: Database,
    begin: Callable[[], BudgetWork],
    policy: PolicyBundle,
    clock: "Hands",
) -> None:
    """Batches of two: every one but the first is decided from memory, which knows of no deduction at all."""
    await grant_all(stub, province=1_000)
    await take(begin, command("held", 40), command("refused", 1_001))
    await take(begin, commands.VoidDeduction(deduction="voided", filing="f-1"))
    group = GroupCommit(DeductionDesk(PostgresRecords("budget"), policy, clock), pool.acquire, clock, members_max=2)

    async def reserve(name: str, amount: int) -> Deduction:
        asked = Asked(DeductionId(name), "f-1", demand_of(RegionCode(PROVINCE), 2026, amount))
        return await group.submit(Ticket(Reserve(asked)))

    asked = [(f"d{n}", 10) for n in range(12)]
    asked[5:5] = [("held", 40), ("voided", 10)]
    asked[9:9] = [("refused", 1_001), ("held", 41), ("d0", 10)]
    outcomes = await asyncio.gather(*(reserve(*one) for one in asked), return_exceptions=True)

    refused = {
        name: reason for (name, _), outcome in zip(asked, outcomes, strict=True) if (reason := reason_of(outcome))
    }
    assert refused == {
        "voided": "DEDUCTION_VOIDED", "refused": "INSUFFICIENT_BUDGET", "held": "DEDUCTION_EXISTS_DIFFERENT"
    }  # fmt: skip
    assert [outcome.state for outcome in outcomes[:12:11] if isinstance(outcome, Deduction)] == [
        DeductionState.RESERVED, DeductionState.RESERVED
    ]  # fmt: skip
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 160
    kinds = await told(pool)
    assert (kinds.count("deduction-reserved"), kinds.count("deduction-refused")) == (13, 2)
    assert await is_balanced(stub)


async def test_every_batch_has_its_deductions_its_entries_and_its_events_or_none_of_them(
    stub: "BudgetServiceAsyncStub", pool: Database, policy: PolicyBundle, clock: "Hands"
) -> None:
    await grant_all(stub, county=10_000, prefecture=10_000, province=700)
    group = GroupCommit(DeductionDesk(PostgresRecords("budget"), policy, clock), pool.acquire, clock, members_max=7)
    asked = [Asked(DeductionId(f"d{n}"), "f-1", demand_of(RegionCode(COUNTY), 2026, 10)) for n in range(90)]

    await asyncio.gather(*(group.submit(Ticket(Reserve(one))) for one in asked))

    states = await pool.fetch("SELECT state, count(*) AS many FROM deduction GROUP BY state ORDER BY state")
    assert [(row["state"], row["many"]) for row in states] == [("refused", 20), ("reserved", 70)]
    kinds = await told(pool)
    assert kinds == ["deduction-reserved"] * 70 + ["deduction-refused"] * 20
    assert await pool.fetchval("SELECT count(*) FROM ledger_entry WHERE step = 'hold'") == 70
    answers = [one async for one in stub.VerifyDeductions(pb.VerifyDeductionsRequest(), timeout=30)]
    assert [difference.name for answer in answers for difference in answer.differences] == [""]
    assert await is_balanced(stub)


def record(message: Message, number: int) -> Record:
    kind = event_type("budget", message)
    envelope = Envelope(f"e{number}", "/dualcontrol/screening", kind, PROVINCE, message.SerializeToString())
    headers = headers_of(envelope, datetime(2026, 3, 1, tzinfo=UTC))
    return Record(BUDGET_COMMANDS, 0, number, key=PROVINCE.encode(), value=envelope.value, headers=headers)


async def test_poison_in_a_batch_of_commands_holds_up_no_other(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], kafka_broker: Stack, pool: Database
) -> None:
    broker = Broker(kafka_broker.kafka_bootstrap)
    create_topics(broker, (), consumed=[BUDGET_COMMANDS], group="poison", shape=(1, 1))
    await grant_all(stub, province=1_000)
    (subscription,) = subscriptions()
    dead = DeadLetters(broker, "poison")
    batch = [
        command("a", 100),
        command("a", 101),
        commands.PostDeduction(deduction="a", filing="f-1", document="批复"),
        commands.PostDeduction(deduction="none", filing="f-1", document="批复"),
        commands.PostDeduction(deduction="a", filing="f-2", document="批复"),
        commands.VoidDeduction(deduction="a", filing="f-1"),
        commands.ReserveDeduction(deduction="b c"),
        command("b", 200),
    ]

    await InboxConsumer(subscription, begin, dead).apply([record(made, n) for n, made in enumerate(batch)])
    await dead.stop()

    found = await account(stub, PROVINCE)
    assert (found.posted_kgce_calorific, found.held_kgce_calorific) == (100, 200)
    assert await told(pool) == ["deduction-reserved", "deduction-posted", "deduction-reserved"]
    assert await is_balanced(stub)
