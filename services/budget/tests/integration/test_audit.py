"""The second book finds what was changed behind the ledger's back; accounts stay closed until a person reopens them."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import pytest
from grpc import StatusCode
from prometheus_client import REGISTRY
from services.budget.tests.support.calls import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    announced,
    grant_all,
    grant_request,
    refusal,
    reserve_request,
    standing,
    told,
)

from budget.adapters.postgres import BudgetWork
from budget.application.close_on_difference import close_on_difference
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from ledger.differences import BalanceDiffers
from ledger.entries import TransferId
from ledger.operations import Close
from servicekit.storage.auditor import Auditor
from servicekit.storage.database import Database
from testkit.stack import Stack

if TYPE_CHECKING:
    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration

ENERGY = "energy_calorific_kgce/2026"
TAMPER = "UPDATE ledger_account SET granted = granted + 1 WHERE id = '630100/energy_calorific_kgce/2026'"
MEND = TAMPER.replace("+ 1", "- 1")


def reopen_request() -> pb.ReopenLedgerRequest:
    return pb.ReopenLedgerRequest(person="甲", reason="已查明", request_id=str(uuid4()))


def metric() -> float | None:
    return REGISTRY.get_sample_value("dualcontrol_ledger_differences")


async def closed(stub: "BudgetServiceAsyncStub") -> list[str]:
    return [name for name, one in (await standing(stub)).items() if one.closed]


@pytest.fixture
async def superuser(database: str, postgres_server: Stack) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """As somebody who is above every trigger."""
    name = database.rsplit("/", 1)[1].partition("?")[0]
    connection = await asyncpg.connect(postgres_server.postgres_admin_dsn, database=name)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def books(stub: "BudgetServiceAsyncStub") -> "BudgetServiceAsyncStub":
    """d1 holds 400 kgce of the county, and the second county stands beside it."""
    await grant_all(stub, county=500, prefecture=900, province=2_000)
    await stub.ReserveDeduction(reserve_request("d1", 400), timeout=10)
    return stub


@pytest.fixture
def auditor(pool: Database, begin: Callable[[], BudgetWork], clock: "Hands") -> Auditor[BudgetWork]:
    return Auditor(pool, begin, close_on_difference, clock)


async def test_books_that_agree_close_nothing(books: "BudgetServiceAsyncStub", auditor: Auditor[BudgetWork]) -> None:
    for _ in range(3):
        assert await auditor.look() is None

    assert metric() == 0
    assert await closed(books) == []


async def test_a_changed_account_is_closed_told_and_refuses_what_is_new(
    books: "BudgetServiceAsyncStub",
    auditor: Auditor[BudgetWork],
    superuser: "asyncpg.Connection[asyncpg.Record]",
    pool: Database,
) -> None:
    assert await auditor.look() is None
    await superuser.execute(TAMPER)

    found = await auditor.look()

    assert isinstance(found, BalanceDiffers)
    assert metric() == 1
    assert await closed(books) == [f"{PREFECTURE}/{ENERGY}"]
    assert (await announced(pool))[-1] == ("ledger", "ledger-differed.v1")
    event = events.LedgerDiffered.FromString(await pool.fetchval("SELECT value FROM outbox WHERE key = 'ledger'"))
    assert list(event.closed_accounts) == [f"{PREFECTURE}/{ENERGY}"]
    assert "630100" in event.difference.zh
    below = await refusal(books.ReserveDeduction(reserve_request("d2", 1), timeout=10))
    beside = await books.ReserveDeduction(reserve_request("d3", 1, region=PROVINCE), timeout=10)
    assert below[:2] == (StatusCode.FAILED_PRECONDITION, "ACCOUNT_CLOSED")
    assert beside.deduction.state == pb.DEDUCTION_STATE_RESERVED
    voided = await books.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d1"), timeout=10)
    assert voided.deduction.state == pb.DEDUCTION_STATE_VOIDED


async def test_a_grant_to_a_closed_account_is_refused_by_name(
    books: "BudgetServiceAsyncStub", auditor: Auditor[BudgetWork], superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()

    late = await refusal(books.GrantEnvelope(grant_request(PREFECTURE, 1), timeout=10))

    assert late[:2] == (StatusCode.FAILED_PRECONDITION, "ACCOUNT_CLOSED")


async def test_the_same_difference_is_found_again_without_a_second_closure_even_after_a_restart(
    books: "BudgetServiceAsyncStub",
    auditor: Auditor[BudgetWork],
    superuser: "asyncpg.Connection[asyncpg.Record]",
    pool: Database,
    begin: Callable[[], BudgetWork],
    clock: "Hands",
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()
    entries = await pool.fetchval("SELECT count(*) FROM ledger_entry")

    again = await auditor.look()
    restarted = await Auditor(pool, begin, close_on_difference, clock).look()

    assert again is not None
    assert restarted is not None
    assert metric() == 1
    assert await pool.fetchval("SELECT count(*) FROM ledger_entry") == entries
    assert await told(pool, "ledger") == ["ledger-differed"]


async def test_nothing_is_reopened_while_the_books_differ_and_all_is_when_they_agree(
    books: "BudgetServiceAsyncStub",
    auditor: Auditor[BudgetWork],
    superuser: "asyncpg.Connection[asyncpg.Record]",
    pool: Database,
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()

    too_early = await refusal(books.ReopenLedger(reopen_request(), timeout=10))
    await superuser.execute(MEND)
    request = reopen_request()
    answer = await books.ReopenLedger(request, timeout=10)
    again = await books.ReopenLedger(request, timeout=10)
    nothing = await books.ReopenLedger(reopen_request(), timeout=10)

    assert too_early[:2] == (StatusCode.FAILED_PRECONDITION, "LEDGER_DIFFERS")
    assert list(answer.accounts) == list(again.accounts) == [f"{PREFECTURE}/{ENERGY}"]
    assert list(nothing.accounts) == []
    assert await closed(books) == []
    assert await told(pool, "ledger") == ["ledger-differed", "ledger-reopened"]
    assert await auditor.look() is None
    assert metric() == 0
    await books.ReserveDeduction(reserve_request("d2", 1), timeout=10)


async def test_a_record_of_the_log_that_was_changed_closes_every_account(
    books: "BudgetServiceAsyncStub", auditor: Auditor[BudgetWork], superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    changed = "UPDATE ledger_batch SET digest = sha256(digest) WHERE no = 2"
    await superuser.execute(changed)

    assert await auditor.look() is not None

    assert len(await closed(books)) == len(await standing(books)) == 3
    late = await refusal(books.ReserveDeduction(reserve_request("d2", 1), timeout=10))
    assert late[1] == "ACCOUNT_CLOSED"


async def test_a_hold_changed_in_the_tables_closes_the_accounts_of_that_hold(
    books: "BudgetServiceAsyncStub", auditor: Auditor[BudgetWork], superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await superuser.execute("UPDATE ledger_entry SET amounts = '{1,1,1}' WHERE transfer_id = 'deductions/d1'")

    assert await auditor.look() is not None

    assert await closed(books) == [f"{region}/{ENERGY}" for region in (PROVINCE, PREFECTURE, COUNTY)]


@pytest.mark.parametrize("first", ["period", "audit"])
async def test_what_a_period_closed_is_not_reopened_with_what_the_second_book_closed(
    books: "BudgetServiceAsyncStub",
    auditor: Auditor[BudgetWork],
    superuser: "asyncpg.Connection[asyncpg.Record]",
    begin: Callable[[], BudgetWork],
    clock: "Hands",
    first: str,
) -> None:
    async def close_period() -> None:
        async with begin() as work:
            accounts = list(await work.ledger.all_balances())
            book = await work.ledger.open(accounts)
            for account in accounts:
                book.apply(Close(TransferId(f"closings/a1/{account}"), account, clock.now.date(), "year is over"))
            await work.ledger.save(book, work.now)
            await work.commit()

    if first == "period":
        await close_period()
    await superuser.execute(TAMPER)
    await auditor.look()
    if first == "audit":
        await close_period()
    await superuser.execute(MEND)

    answer = await books.ReopenLedger(reopen_request(), timeout=10)

    assert list(answer.accounts) == []
    assert len(await closed(books)) == 3


async def test_wrong_fields_of_a_reopening_are_named_at_once(stub: "BudgetServiceAsyncStub") -> None:
    request = pb.ReopenLedgerRequest(person="甲" * 101, reason="x" * 351)

    assert (await refusal(stub.ReopenLedger(request, timeout=10)))[2] == ["request_id", "person", "reason"]
