"""What was changed behind the ledger's back closes a lot, until the books agree and a person reopens it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from grpc import StatusCode

from capacity.adapters.postgres import CapacityWork
from capacity.application.close_on_difference import close_on_difference
from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from ledger.differences import BalanceDiffers
from servicekit.storage.auditor import Auditor
from servicekit.storage.database import Database
from testkit.stack import Stack

if TYPE_CHECKING:
    from services.capacity.tests.integration.conftest import Filings, Hands

    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

    Superuser = asyncpg.Connection[asyncpg.Record]

pytestmark = pytest.mark.integration

SECONDS_MAX = 10
OF_2021 = date(2024, 10, 31)
"""A plan by the measures that bar no splitting as far as is on file: a second filing may draw on the same lot."""
TAMPER = "UPDATE ledger_account SET granted = granted + 1 WHERE id = 'lot-a/capacity:clinker:t-d/'"
MEND = TAMPER.replace("+ 1", "- 1")

Refused = Callable[[Any], Awaitable[tuple[StatusCode, str, set[str]]]]


def reopening() -> pb.ReopenLotsRequest:
    return pb.ReopenLotsRequest(person="甲", reason="已查明", request_id=str(uuid4()))


async def closed(stub: "CapacityServiceAsyncStub") -> list[str]:
    listed = await stub.ListLots(pb.ListLotsRequest(), timeout=SECONDS_MAX)
    return [lot.name for lot in listed.lots if lot.account_closed]


async def evaluated(stub: "CapacityServiceAsyncStub", filing: str) -> tuple[common.Finding, list[str]]:
    """What was found of the lots, and those that are held."""
    request = pb.GetReplacementRequest(name=f"filings/{filing}/replacement")
    replacement = (await stub.GetReplacement(request, timeout=SECONDS_MAX)).replacement
    (finding,) = [finding for finding in replacement.findings if finding.rule == "capacity.lots"]
    return finding, [hold.lot for hold in replacement.holds]


async def told(pool: Database) -> list[str]:
    rows = await pool.fetch("SELECT type FROM outbox WHERE key = 'ledger' ORDER BY id")
    return [row["type"].removeprefix("cn.dualcontrol.capacity.") for row in rows]


@pytest.fixture
async def superuser(database: str, postgres_server: Stack) -> "AsyncIterator[Superuser]":
    """As somebody who is above every trigger."""
    name = database.rsplit("/", 1)[1].partition("?")[0]
    connection = await asyncpg.connect(postgres_server.postgres_admin_dsn, database=name)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def lots(filings: "Filings") -> None:
    """f-1 holds 6,000 t/d of lot-a; lot-b stands beside it."""
    await filings.register("lot-a", 20_000)
    await filings.register("lot-b", 20_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))


@pytest.fixture
def auditor(pool: Database, begin: Callable[[], CapacityWork], clock: "Hands") -> Auditor[CapacityWork]:
    return Auditor(pool, begin, close_on_difference, clock)


async def test_books_that_agree_close_nothing(
    lots: None, auditor: Auditor[CapacityWork], stub: "CapacityServiceAsyncStub", pool: Database
) -> None:
    for _ in range(2):
        assert await auditor.look() is None

    assert await closed(stub) == []
    assert await told(pool) == []


@pytest.mark.usefixtures("lots")
async def test_a_changed_lot_is_closed_and_told_once_also_after_a_restart(
    auditor: Auditor[CapacityWork],
    superuser: "Superuser",
    stub: "CapacityServiceAsyncStub",
    pool: Database,
    begin: Callable[[], CapacityWork],
    clock: "Hands",
) -> None:
    assert await auditor.look() is None
    await superuser.execute(TAMPER)

    found = await auditor.look()
    await auditor.look()
    await Auditor(pool, begin, close_on_difference, clock).look()

    assert isinstance(found, BalanceDiffers)
    assert await closed(stub) == ["lots/lot-a"]
    assert await told(pool) == ["lots-differed.v1"]
    event = events.LotsDiffered.FromString(await pool.fetchval("SELECT value FROM outbox WHERE key = 'ledger'"))
    assert list(event.closed_lots) == ["lots/lot-a"]
    assert "lot-a" in event.difference.zh
    assert "lot-a" in event.difference.en


async def test_filings_that_name_a_closed_lot_are_for_a_person_and_the_others_go_on(
    lots: None,
    auditor: Auditor[CapacityWork],
    superuser: "Superuser",
    filings: "Filings",
    stub: "CapacityServiceAsyncStub",
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()

    await filings.take(filings.accepted("f-1", revision=2, lot_a="6000"))
    await filings.take(filings.accepted("f-2", publicity=OF_2021, lot_a="6000"))
    await filings.take(filings.accepted("f-3", lot_b="6000"))

    amended, kept = await evaluated(stub, "f-1")
    new, nothing = await evaluated(stub, "f-2")
    other, held = await evaluated(stub, "f-3")
    assert amended.verdict == new.verdict == common.VERDICT_UNKNOWN
    assert amended.leads_to == new.leads_to == common.DISPOSITION_MANUAL
    assert "lot-a" in new.because.zh
    assert other.verdict == common.VERDICT_HOLDS
    assert (kept, nothing, held) == (["lots/lot-a"], [], ["lots/lot-b"])


async def test_what_is_held_of_a_closed_lot_can_still_be_given_back(
    lots: None,
    auditor: Auditor[CapacityWork],
    superuser: "Superuser",
    filings: "Filings",
    stub: "CapacityServiceAsyncStub",
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()

    await filings.take(filings.withdrawn("f-1"))

    lot = (await stub.GetLot(pb.GetLotRequest(name="lots/lot-a"), timeout=SECONDS_MAX)).lot
    assert (lot.held.value, lot.account_closed) == ("0", True)


@pytest.mark.usefixtures("lots")
async def test_nothing_is_reopened_while_the_books_differ_and_all_is_when_they_agree(
    auditor: Auditor[CapacityWork],
    superuser: "Superuser",
    filings: "Filings",
    stub: "CapacityServiceAsyncStub",
    pool: Database,
    refused: Refused,
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()
    request = reopening()

    too_early = await refused(stub.ReopenLots(request, timeout=SECONDS_MAX))
    await superuser.execute(MEND)
    answer = await stub.ReopenLots(request, timeout=SECONDS_MAX)
    nothing = await stub.ReopenLots(reopening(), timeout=SECONDS_MAX)

    assert too_early[:2] == (StatusCode.FAILED_PRECONDITION, "LEDGER_DIFFERS")
    assert list(answer.lots) == ["lots/lot-a"]
    assert list(nothing.lots) == []
    assert await closed(stub) == []
    assert await told(pool) == ["lots-differed.v1", "lots-reopened.v1"]
    assert await auditor.look() is None
    await filings.take(filings.accepted("f-2", publicity=OF_2021, lot_a="6000"))
    assert (await evaluated(stub, "f-2"))[1] == ["lots/lot-a"]


async def test_the_same_request_gets_the_first_answer_also_when_the_books_differ_anew(
    lots: None, auditor: Auditor[CapacityWork], superuser: "Superuser", stub: "CapacityServiceAsyncStub"
) -> None:
    await superuser.execute(TAMPER)
    await auditor.look()
    await superuser.execute(MEND)
    request = reopening()
    answer = await stub.ReopenLots(request, timeout=SECONDS_MAX)
    await superuser.execute(TAMPER)
    await auditor.look()

    again = await stub.ReopenLots(request, timeout=SECONDS_MAX)

    assert answer == again
    assert await closed(stub) == ["lots/lot-a"]


async def test_a_record_of_the_log_that_was_changed_closes_every_lot(
    lots: None, auditor: Auditor[CapacityWork], superuser: "Superuser", stub: "CapacityServiceAsyncStub"
) -> None:
    await superuser.execute("UPDATE ledger_batch SET digest = sha256(digest) WHERE no = 2")

    assert await auditor.look() is not None

    assert await closed(stub) == ["lots/lot-a", "lots/lot-b"]


async def test_a_lot_cannot_take_over_an_account_that_was_smuggled_in(
    auditor: Auditor[CapacityWork],
    lots: None,
    superuser: "Superuser",
    stub: "CapacityServiceAsyncStub",
    refused: Refused,
) -> None:
    await superuser.execute(
        "INSERT INTO ledger_account (no, id, granted, held, posted, overdraft, closed) "
        "VALUES (99, 'lot-c/capacity:clinker:t-d/', 5, 0, 0, 0, false)"
    )
    await auditor.look()
    lot = pb.Lot(name="lots/lot-c", product_id="clinker", owner="虚构水泥", region_code="630121", unit="t/d")
    lot.quantity.value = "10"

    late = await refused(stub.RegisterLot(pb.RegisterLotRequest(lot=lot, request_id=str(uuid4())), timeout=SECONDS_MAX))

    assert late[:2] == (StatusCode.FAILED_PRECONDITION, "ACCOUNT_CLOSED")


async def test_wrong_fields_of_a_reopening_are_named_at_once(
    stub: "CapacityServiceAsyncStub", refused: Refused
) -> None:
    request = pb.ReopenLotsRequest(person="甲" * 101, reason="x" * 351)

    late = await refused(stub.ReopenLots(request, timeout=SECONDS_MAX))

    assert late == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", {"request_id", "person", "reason"})
