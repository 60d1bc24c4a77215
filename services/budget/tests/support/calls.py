"""What the tests ask of BudgetService, and how they see what came of it."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from grpc import StatusCode

from dualcontrol.budget.v1 import budget_service_pb2 as pb
from servicekit.storage.database import Database
from testkit.refusals import refusal as refused

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

COUNTY, PREFECTURE, PROVINCE = "630121", "630100", "630000"
LEVELS = {"county": COUNTY, "prefecture": PREFECTURE, "province": PROVINCE}


def grant_request(
    region: str, amount: int, *, request_id: str = "", year: int = 2026, kgco2: int | None = None
) -> pb.GrantEnvelopeRequest:
    return pb.GrantEnvelopeRequest(
        name=f"regions/{region}/accounts/{year}",
        amount_kgce_calorific=amount,
        amount_kgco2=kgco2,
        document="试验用能耗预算文件",
        request_id=request_id or str(uuid4()),
    )


def reserve_request(name: str, amount: int, *, region: str = COUNTY, **more: Any) -> pb.ReserveDeductionRequest:
    return pb.ReserveDeductionRequest(
        name=f"deductions/{name}", filing="f-1", region_code=region, year=2026, amount_kgce_calorific=amount, **more
    )


async def grant_all(
    stub: "BudgetServiceAsyncStub", *, year: int = 2026, kgco2: int | None = None, **amounts: int
) -> None:
    for level, amount in amounts.items():
        await stub.GrantEnvelope(grant_request(LEVELS[level], amount, year=year, kgco2=kgco2), timeout=10)


async def account(stub: "BudgetServiceAsyncStub", region: str) -> pb.Account:
    request = pb.GetAccountRequest(name=f"regions/{region}/accounts/2026")
    return (await stub.GetAccount(request, timeout=10)).account


async def standing(stub: "BudgetServiceAsyncStub", **asked: Any) -> dict[str, pb.LedgerAccount]:
    """Every account of the ledger by its name."""
    answer = await stub.ListLedgerAccounts(pb.ListLedgerAccountsRequest(**asked), timeout=10)
    return {one.name: one for one in answer.accounts}


async def refusal(call: "Awaitable[object]") -> tuple[StatusCode, str, list[str]]:
    """Code, reason and fields of the error that the call ends with."""
    found = await refused(call)
    return found.code, found.reason, found.fields


async def announced(pool: Database) -> list[tuple[str, str]]:
    rows = await pool.fetch("SELECT key, type FROM outbox ORDER BY id")
    return [(row["key"], row["type"].removeprefix("cn.dualcontrol.budget.")) for row in rows]


async def told(pool: Database, key: str = "f-1") -> list[str]:
    """The kinds of events under one key, in their order."""
    return [kind.removesuffix(".v1") for found, kind in await announced(pool) if found == key]
