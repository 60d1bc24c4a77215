"""Tables and trees of statistics, derived envelopes, closed years, forecasts and trades."""

from collections.abc import Iterable
from typing import Final

from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.errors import ServiceError
from client.rendering.findings import add_finding
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import Language, date_of, said
from client.sending import Sent
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.text import Text

KINDS: Final = {
    pb.STATISTIC_KIND_ENERGY_KGCE: Text("能源消费量 (kgce)", "energy (kgce)"),
    pb.STATISTIC_KIND_CARBON_KGCO2: Text("碳排放 (kgCO2)", "carbon (kgCO2)"),
    pb.STATISTIC_KIND_GDP_CNY: Text("地区生产总值 (元)", "GDP (CNY)"),
}
BASES: Final = {
    pb.STATISTIC_BASIS_UNSPECIFIED: Text("", ""),
    pb.STATISTIC_BASIS_CALORIFIC: Text("当量", "calorific"),
    pb.STATISTIC_BASIS_EQUIVALENT: Text("等价", "equivalent"),
}
STAGES: Final = {
    pb.STATISTIC_STAGE_PROVISIONAL: Text("初步数", "provisional"),
    pb.STATISTIC_STAGE_FINAL: Text("最终数", "final"),
    pb.STATISTIC_STAGE_REVISED: Text("修订数", "revised"),
}
INSTRUMENTS: Final = {
    pb.BUDGET_INSTRUMENT_ENERGY: Text("能耗 (tce, 当量)", "energy (tce, calorific)"),
    pb.BUDGET_INSTRUMENT_CARBON: Text("碳排放 (tCO2)", "carbon (tCO2)"),
}
PROPOSAL_STATES: Final = {
    pb.PROPOSAL_STATE_PROPOSED: Text("待下达", "proposed"),
    pb.PROPOSAL_STATE_ADOPTED: Text("已下达", "adopted"),
    pb.PROPOSAL_STATE_REPLACED: Text("已被替换", "replaced"),
}
TRADE_STATES: Final = {
    pb.TRADE_STATE_PROPOSED: Text("待答复", "proposed"),
    pb.TRADE_STATE_ACCEPTED: Text("已成交", "accepted"),
    pb.TRADE_STATE_REJECTED: Text("已拒绝", "rejected"),
    pb.TRADE_STATE_WITHDRAWN: Text("已撤回", "withdrawn"),
    pb.TRADE_STATE_EXPIRED: Text("已失效", "expired"),
}
ACTS: Final = {
    pb.PERIOD_ACT_KIND_CLOSE: Text("结账", "close"),
    pb.PERIOD_ACT_KIND_REOPEN: Text("重新开账", "reopen"),
}
OPEN: Final = Text("开账", "open")
CLOSED: Final = Text("已结账", "closed")
DONE: Final = Text("已登记", "recorded")

_STATISTIC: Final = (
    Text("地区", "region"), Text("类别", "kind"), Text("基准或价格年", "basis or prices"), Text("期间", "period"),
    Text("数值", "value"), Text("阶段", "stage"), Text("版本", "version"), Text("文件", "document"),
)  # fmt: skip
_PROPOSAL: Final = (
    Text("方案", "proposal"), Text("地区", "region"), Text("年份", "year"), Text("账户", "account"),
    Text("数额", "amount"), Text("状态", "state"), Text("提出", "proposed by"), Text("下达", "adopted by"),
)  # fmt: skip
_ACCOUNT: Final = (
    Text("地区", "region"), Text("年份", "year"), Text("账户", "account"), Text("下达", "granted"),
    Text("可用", "available"), Text("占用", "held"), Text("已扣减", "posted"), Text("状态", "state"),
)  # fmt: skip
_TRADE: Final = (
    Text("交易", "trade"), Text("转让", "seller"), Text("受让", "buyer"), Text("年份", "year"),
    Text("数额 (tce, 当量)", "amount (tce, calorific)"), Text("状态", "state"), Text("失效日", "expires"),
)  # fmt: skip


def period_of(period: pb.StatisticPeriod) -> str:
    if period.month:
        return f"{period.year}-{period.month:02d}"
    return f"{period.year}Q{period.quarter}" if period.quarter else str(period.year)


def statistics(shown: Iterable[pb.Statistic], language: Language) -> Table:
    return table(_STATISTIC, [_statistic(one, language) for one in shown], language)


def _statistic(one: pb.Statistic, language: Language) -> tuple[str, ...]:
    return (
        one.region_code,
        said(KINDS.get(one.kind, NOT_TOLD), language),
        said(BASES.get(one.basis, NOT_TOLD), language) or str(one.price_year or ""),
        period_of(one.period),
        f"{one.value:,}",
        said(STAGES.get(one.stage, NOT_TOLD), language),
        str(one.version or ""),
        one.document,
    )


def recorded(sent: Iterable[Sent[pb.RecordStatisticRequest, pb.RecordStatisticResponse]], language: Language) -> Table:
    """With the envelope that each figure outdates."""
    columns = (*_STATISTIC, Text("须更正的方案", "outdates"), Text("结果", "result"))
    rows: list[tuple[str | Styled, ...]] = [
        (
            *_statistic(one.answer.statistic if one.answer else one.entry.request.statistic, language),
            one.answer.outdated_proposal if one.answer else "",
            _result(one.error, language),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def proposals(shown: Iterable[pb.EnvelopeProposal], language: Language) -> Table:
    rows = [
        (
            one.name.removeprefix("envelopeProposals/"),
            one.region_code,
            str(one.year),
            said(INSTRUMENTS.get(one.instrument, NOT_TOLD), language),
            tce(one.amount) if one.amount else said(NOT_TOLD, language),
            said(PROPOSAL_STATES.get(one.state, NOT_TOLD), language),
            one.proposer,
            ", ".join(one.adopters),
        )
        for one in shown
    ]
    return table(_PROPOSAL, rows, language)


def derived(sent: Iterable[Sent[pb.DeriveEnvelopeRequest, pb.EnvelopeProposal]], language: Language) -> Table:
    columns = (
        Text("地区", "region"), Text("年份", "year"), Text("方案", "proposal"), Text("数额", "amount"),
        Text("须补", "to add"), Text("结果", "result"),
    )  # fmt: skip
    rows = [
        (
            one.entry.request.region_code,
            str(one.entry.request.year),
            one.answer.name if one.answer else "",
            tce(one.answer.amount) if one.answer and one.answer.amount else "",
            ", ".join(path for finding in one.answer.findings for path in finding.missing) if one.answer else "",
            _result(one.error, language),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def proposal_tree(one: pb.EnvelopeProposal, language: Language) -> Tree:
    """The whole arithmetic with what it rests on."""
    amount = tce(one.amount) if one.amount else said(NOT_TOLD, language)
    tree = Tree(Styled(f"{one.name} · {one.region_code} · {one.year} · {amount}", style="bold"))
    for finding in one.findings:
        add_finding(tree, finding, language)
    return tree


def accounts(shown: Iterable[pb.PeriodAccount], language: Language) -> Table:
    rows = [
        (
            one.region_code,
            str(one.year),
            said(INSTRUMENTS.get(one.instrument, NOT_TOLD), language),
            *(tce(amount) for amount in (one.granted, one.available, one.held, one.posted)),
            said(CLOSED if one.closed else OPEN, language),
        )
        for one in shown
    ]
    return table(_ACCOUNT, rows, language)


def acts(shown: Iterable[pb.PeriodAct], language: Language) -> Table:
    columns = (
        Text("记录", "act"), Text("种类", "kind"), Text("地区", "region"), Text("年份", "year"),
        Text("日期", "day"), Text("签署", "signed by"), Text("账户数", "accounts"), Text("转入占用", "holds carried"),
        Text("理由", "reason"),
    )  # fmt: skip
    rows = [
        (
            one.name.removeprefix("periodActs/"),
            said(ACTS.get(one.kind, NOT_TOLD), language),
            one.region_code,
            str(one.year),
            date_of(one.effective_date),
            ", ".join(one.signers),
            str(len(one.accounts)),
            str(len(one.carried_holds)),
            one.reason,
        )
        for one in shown
    ]
    return table(columns, rows, language)


def forecast_tree(one: pb.Forecast, language: Language) -> Tree:
    """What is expected to be left, between which bounds, and every input."""
    left = _known(one.expected_remainder, told=one.HasField("expected_remainder"), language=language)
    low = _known(one.lower_remainder, told=one.HasField("lower_remainder"), language=language)
    high = _known(one.upper_remainder, told=one.HasField("upper_remainder"), language=language)
    head = said(Text("预计年末余额", "expected to be left at the end of the year"), language)
    tree = Tree(
        Styled(f"{one.account.region_code} · {one.account.year} · {head}: {left} ({low} … {high})", style="bold")
    )
    add_finding(tree, one.finding, language)
    return tree


def _known(amount: int, *, told: bool, language: Language) -> str:
    return tce(amount) if told else said(NOT_TOLD, language)


def trades(shown: Iterable[pb.Trade], language: Language) -> Table:
    return table(_TRADE, [_trade(one, language) for one in shown], language)


def offered(sent: Iterable[Sent[pb.ProposeTradeRequest, pb.Trade]], language: Language) -> Table:
    columns = (*_TRADE, Text("结果", "result"))
    rows: list[tuple[str | Styled, ...]] = [
        (
            *(_trade(one.answer, language) if one.answer else _not_offered(one.entry.request)),
            _result(one.error, language),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def _trade(one: pb.Trade, language: Language) -> tuple[str, ...]:
    return (
        one.name,
        one.seller_region_code,
        one.buyer_region_code,
        str(one.year),
        tce(one.amount_kgce_calorific),
        said(TRADE_STATES.get(one.state, NOT_TOLD), language),
        date_of(one.expire_date),
    )


def _not_offered(asked: pb.ProposeTradeRequest) -> tuple[str, ...]:
    sides = (asked.seller_region_code, asked.buyer_region_code)
    return "", *sides, str(asked.year), tce(asked.amount_kgce_calorific), "", date_of(asked.expire_date)


def trade_tree(one: pb.Trade, language: Language) -> Tree:
    sides = f"{one.seller_region_code} → {one.buyer_region_code}"
    state = said(TRADE_STATES.get(one.state, NOT_TOLD), language)
    tree = Tree(Styled(f"{one.name} · {sides} · {tce(one.amount_kgce_calorific)} · {state}", style="bold"))
    add_finding(tree, one.finding, language)
    return tree


def _result(error: ServiceError | None, language: Language) -> Styled:
    if error is None:
        return Styled(said(DONE, language), style="green")
    return Styled(f"{said(Text('被拒绝', 'refused'), language)} {error.reason or error.code.name}", style="red")
