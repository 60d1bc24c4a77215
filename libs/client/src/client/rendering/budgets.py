"""Tables of envelopes, deductions and ledger accounts, and what a preview says."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from rich.console import Group
from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import add_finding
from client.rendering.results import outcome
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import Language, date_of, said
from client.sending import Sent
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.text import Text

ENERGY: Final = "energy_calorific_kgce"
CARBON: Final = "carbon_kgco2"
PER_TONNE: Final = 1_000
BASIS_POINTS_PER_PERCENT: Final = 100

INSTRUMENTS: Final = {
    ENERGY: Text("能耗 (tce, 当量)", "energy (tce, calorific)"),
    CARBON: Text("碳排放 (tCO2)", "carbon (tCO2)"),
}
STATES: Final = {
    pb.DEDUCTION_STATE_RESERVED: Text("已占用", "reserved"),
    pb.DEDUCTION_STATE_POSTED: Text("已扣减", "posted"),
    pb.DEDUCTION_STATE_VOIDED: Text("已释放", "given back"),
    pb.DEDUCTION_STATE_EXPIRED: Text("已失效", "lapsed"),
    pb.DEDUCTION_STATE_REVERSED: Text("已冲销", "reversed"),
}
NOT_GRANTED: Final = Text("未下达", "not granted")
COVERED: Final = Text("各级预算足够", "every level covers it")
NOT_COVERED: Final = Text("预算不足、未下达或已关闭", "some level is short, not granted or closed")
CLOSED: Final = Text("已关闭", "closed")
OPEN: Final = Text("正常", "open")


def granted(sent: Iterable[Sent[pb.GrantEnvelopeRequest, pb.Account]], language: Language) -> Table:
    columns = [
        Text("账户", "account"), Text("下达 (tce, 当量)", "granted (tce, calorific)"),
        Text("下达 (tCO2)", "granted (tCO2)"), Text("此后可用 (tce)", "available after (tce)"), Text("结果", "result"),
    ]  # fmt: skip
    rows = [
        (
            asked.name,
            tce(asked.amount_kgce_calorific),
            amount(CARBON, asked.amount_kgco2) if asked.HasField("amount_kgco2") else "",
            tce(one.answer.available_kgce_calorific) if one.answer is not None else "",
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def preview(shown: pb.PreviewDeductionResponse, language: Language) -> Group:
    """Level by level; then whether all cover it, and why."""
    columns = [
        Text("账户", "account"), Text("类别", "instrument"), Text("下达", "granted"),
        Text("此前可用", "available before"), Text("此后可用", "available after"), Text("此后使用率", "used after"),
    ]  # fmt: skip
    verdict = (COVERED, "green") if shown.covered else (NOT_COVERED, "red")
    tree = Tree(Styled(said(verdict[0], language), style=verdict[1]), highlight=False)
    for finding in shown.findings:
        add_finding(tree, finding, language)
    return Group(table(columns, [_level(level, language) for level in shown.levels], language), "", tree)


def _level(level: pb.LevelPreview, language: Language) -> tuple[str, ...]:
    named = (level.name, said(instrument(level.instrument), language))
    if not level.HasField("granted"):
        return *named, said(NOT_GRANTED, language), "", "", ""
    figures = (level.granted, level.available_before, level.available_after)
    share = Decimal(level.used_basis_points_after) / BASIS_POINTS_PER_PERCENT
    used = f"{share} %" if level.HasField("used_basis_points_after") else ""
    return *named, *(amount(level.instrument, figure) for figure in figures), used


def deductions(shown: Iterable[pb.Deduction], language: Language) -> Table:
    """A row for each year."""
    columns = [
        Text("扣减", "deduction"), Text("备案", "filing"), Text("地区", "region"), Text("年份", "year"),
        Text("能耗 (tce, 当量)", "energy (tce, calorific)"), Text("碳排放 (tCO2)", "carbon (tCO2)"),
        Text("状态", "state"), Text("失效日", "lapses on"), Text("替换", "replaces"),
    ]  # fmt: skip
    return table(columns, [row for one in shown for row in _deduction(one, language)], language)


def _deduction(one: pb.Deduction, language: Language) -> Iterable[tuple[str, ...]]:
    kgco2 = one.amount_kgco2 if one.HasField("amount_kgco2") else None
    first = pb.Phase(year=one.year, amount_kgce_calorific=one.amount_kgce_calorific, amount_kgco2=kgco2)
    for phase in (first, *one.later_phases):
        yield (
            one.name.removeprefix("deductions/"),
            one.filing,
            one.region_code,
            str(phase.year),
            tce(phase.amount_kgce_calorific),
            amount(CARBON, phase.amount_kgco2) if phase.HasField("amount_kgco2") else "",
            said(STATES.get(one.state, NOT_TOLD), language),
            date_of(one.expire_date) if one.HasField("expire_date") else "",
            one.replaces.removeprefix("deductions/"),
        )


def ledger_accounts(shown: Iterable[pb.LedgerAccount], language: Language) -> Table:
    columns = [
        Text("所有者", "owner"), Text("类别", "instrument"), Text("期间", "period"), Text("下达", "granted"),
        Text("可用", "available"), Text("占用", "held"), Text("已扣减", "posted"), Text("可透支", "overdraft"),
        Text("状态", "state"),
    ]  # fmt: skip
    return table(columns, [_ledger_account(one, language) for one in shown], language)


def _ledger_account(one: pb.LedgerAccount, language: Language) -> tuple[str, ...]:
    owner, kind, period = one.name.split("/")
    figures = (one.granted, one.available, one.held, one.posted, one.overdraft)
    state = said(CLOSED if one.closed else OPEN, language)
    return owner, said(instrument(kind), language), period, *(amount(kind, figure) for figure in figures), state


def instrument(name: str) -> Text:
    """Of others than energy and carbon the name says what it is and in which unit."""
    return INSTRUMENTS.get(name, Text(name, name))


def amount(name: str, figure: int) -> str:
    """Energy and carbon in tonnes, the rest in its own smallest unit; exact, thousands apart."""
    return f"{Decimal(figure) / PER_TONNE:,}" if name in INSTRUMENTS else f"{figure:,}"
