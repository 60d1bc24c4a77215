"""Deductions beside their holds: what agrees, and what was changed behind the program's back."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest
from google.type.date_pb2 import Date
from services.budget.tests.support.calls import PROVINCE, grant_all, reserve_request

from budget.adapters.periods import PeriodsWork
from budget.adapters.postgres import BudgetWork
from budget.application.periods.close_period import close_period
from budget.application.verify_deductions import verify_deductions
from budget.domain.periods.closing import ClosePeriod
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.stack import Stack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration


@pytest.fixture
async def superuser(database: str, postgres_server: Stack) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """As somebody who is above every trigger."""
    name = database.rsplit("/", 1)[1].partition("?")[0]
    connection = await asyncpg.connect(postgres_server.postgres_admin_dsn, database=name)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def books(stub: "BudgetServiceAsyncStub") -> "BudgetServiceAsyncStub":
    """One held, one posted in part, one reversed, one voided, one refused: each of its own filing."""
    await grant_all(stub, province=2_000)
    for name, amount in (("held", 400), ("posted", 300), ("reversed", 200), ("voided", 100)):
        await stub.ReserveDeduction(reserve(name, amount), timeout=10)
    await stub.ReserveDeductions(pb.ReserveDeductionsRequest(requests=[reserve("refused", 5_000)]), timeout=10)
    used = [pb.Phase(year=2026, amount_kgce_calorific=250)]
    await stub.PostDeduction(pb.PostDeductionRequest(name="deductions/posted", document="批复", used=used), timeout=10)
    await stub.PostDeduction(pb.PostDeductionRequest(name="deductions/reversed", document="批复"), timeout=10)
    await stub.ReverseDeduction(
        pb.ReverseDeductionRequest(name="deductions/reversed", signers=["甲", "乙"], reason="误扣"), timeout=10
    )
    await stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/voided"), timeout=10)
    return stub


def reserve(name: str, amount: int) -> pb.ReserveDeductionRequest:
    request = reserve_request(name, amount, region=PROVINCE, expire_date=Date(year=2027, month=1, day=1))
    request.filing = f"filing-{name}"
    return request


async def looked(stub: "BudgetServiceAsyncStub") -> list[pb.VerifyDeductionsResponse]:
    return [one async for one in stub.VerifyDeductions(pb.VerifyDeductionsRequest(), timeout=30)]


async def found(stub: "BudgetServiceAsyncStub") -> list[tuple[str, str]]:
    return [(one.name, one.filing) for answer in await looked(stub) for one in answer.differences]


async def test_deductions_of_every_state_agree_with_their_holds(books: "BudgetServiceAsyncStub") -> None:
    answers = await looked(books)

    assert [(one.looked_at, one.complete) for one in answers] == [(5, False), (5, True)]
    assert not [one for answer in answers for one in answer.differences]


async def test_nothing_to_look_at_is_complete(stub: "BudgetServiceAsyncStub") -> None:
    assert [(one.looked_at, one.complete) for one in await looked(stub)] == [(0, True)]


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE deduction SET state = 'posted' WHERE deduction_id = 'held'", ("deductions/held", "filing-held")),
        (
            "UPDATE deduction SET state = 'reserved' WHERE deduction_id = 'voided'",
            ("deductions/voided", "filing-voided"),
        ),
        (
            "DELETE FROM ledger_entry WHERE transfer_id = 'deductions/reversed'",
            ("deductions/reversed", "filing-reversed"),
        ),
        (
            "UPDATE ledger_entry SET amounts = '{401}' WHERE transfer_id = 'deductions/held'",
            ("deductions/held", "filing-held"),
        ),
        ("DELETE FROM deduction WHERE deduction_id = 'held'", ("deductions/held", "")),
        ("UPDATE deduction SET filing = 'filing-held' WHERE deduction_id = 'posted'", ("", "filing-held")),
    ],
    ids=["state", "hold gone on", "no hold", "amount", "no deduction", "two of a filing"],
)  # fmt: skip
async def test_what_was_changed_is_named(
    books: "BudgetServiceAsyncStub",
    superuser: "asyncpg.Connection[asyncpg.Record]",
    tampering: str,
    named: tuple[str, str],
) -> None:
    await superuser.execute(tampering)

    assert await found(books) == [named]
    assert (await looked(books))[-1].complete


async def test_a_hold_that_a_closing_carried_on_is_looked_for_in_its_new_year(
    books: "BudgetServiceAsyncStub",
    pool: Database,
    policy: PolicyBundle,
    clock: "Hands",
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await grant_all(books, year=2027, province=1_000)
    clock.now = clock.now.replace(year=2026, month=12, day=31) + timedelta(days=1)
    asked = ClosePeriod("a1", RegionCode(PROVINCE), 2026, ("甲", "乙"), carry_holds=True, reason="年终")
    async with PeriodsWork(pool, "budget") as work:
        await close_period(asked, work, policy, clock.now)
        await work.commit()

    assert await found(books) == []
    await superuser.execute("DELETE FROM ledger_entry WHERE transfer_id = 'carried/2027/deductions/held'")
    assert await found(books) == [("deductions/held", "filing-held")]


async def test_it_ends_when_too_much_differs(
    books: "BudgetServiceAsyncStub",
    begin: Callable[[], BudgetWork],
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await superuser.execute("DELETE FROM ledger_entry WHERE transfer_id ^@ 'deductions/'")

    async with begin() as work:
        parts = [part async for part in verify_deductions(work, page_size=1, differences_max=2)]

    assert [(part.deductions, len(part.differences), part.complete) for part in parts] == [(1, 1, False), (2, 1, False)]
