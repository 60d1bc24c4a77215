"""No region promises more than it has: the second book, the deductions beside it, and what each account has left."""

from typing import Final

from client import budgets
from client.connections import answers
from client.verifying.checked import Asked, Check, Checked, Differences, Point, State
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.text import Text

BALANCED: Final = Point(
    2, Text("能耗账本借贷相等, 与复核账一致", "the ledger of budgets balances, and the second book agrees with it")
)
DEDUCTIONS: Final = Point(2, Text("每笔扣减与账本占用一致", "every deduction agrees with its hold in the ledger"))
AVAILABLE: Final = Point(2, Text("各级账户均未透支", "no account at any level is overdrawn beyond its policy"))
READ_AGAIN: Final = Text("已重算全部余额", "every balance was computed again")


async def look_at_ledger(asked: Asked) -> list[Checked]:
    answer = await budgets.verify(asked.services)
    found = Differences()
    if not answer.balanced:
        found.add("ledger", Text(answer.difference.zh, answer.difference.en))
    return [found.checked(BALANCED, READ_AGAIN)]


async def look_at_deductions(asked: Asked) -> list[Checked]:
    found, looked_at, complete = Differences(), 0, False
    request = pb.VerifyDeductionsRequest()
    async for answer in answers(asked.services.budget.VerifyDeductions, request, seconds=asked.seconds):
        looked_at, complete = answer.looked_at, answer.complete
        for one in answer.differences:
            text = Text(one.difference.zh, one.difference.en)
            found.add(one.name or f"filings/{one.filing}", text)
    note = Text("看过 {count} 笔扣减", "{count} deductions looked at", count=looked_at)
    checked = found.checked(DEDUCTIONS, note)
    if not complete and checked.state is State.HELD:
        early = Text("{note}, 未看完: 提前结束", "{note}, not all: it ended early", note=note)
        return [Checked(DEDUCTIONS, State.NOT_CHECKED, early)]
    return [checked]


async def look_at_accounts(asked: Asked) -> list[Checked]:
    found, count = Differences(), 0
    async for one in budgets.ledger_accounts(asked.services, pb.ListLedgerAccountsRequest()):
        count += 1
        if one.available + one.overdraft < 0:
            text = Text(
                "可用 {available}, 可透支 {overdraft}", "{available} are available, {overdraft} may be overdrawn",
                available=one.available, overdraft=one.overdraft,
            )  # fmt: skip
            found.add(one.name, text)
        if one.granted != one.available + one.held + one.posted:
            text = Text("下达不等于可用、占用与已扣减之和", "granted is not available, held and posted together")
            found.add(one.name, text)
    return [found.checked(AVAILABLE, Text("看过 {count} 个账户", "{count} accounts looked at", count=count))]


CHECKS: Final = (
    Check((BALANCED,), look_at_ledger),
    Check((DEDUCTIONS,), look_at_deductions),
    Check((AVAILABLE,), look_at_accounts),
)
