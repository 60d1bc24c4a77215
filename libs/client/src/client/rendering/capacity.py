"""Tables of lots, plans and utilisation."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import add_finding
from client.rendering.results import outcome
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import Language, date_of, said, verdict_mark
from client.sending import Sent
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.text import Text

EVIDENCE: Final = {
    pb.LOT_EVIDENCE_KIND_CLOSED: Text("关停", "closed"),
    pb.LOT_EVIDENCE_KIND_DISMANTLED: Text("拆除", "dismantled"),
    pb.LOT_EVIDENCE_KIND_ANNOUNCED: Text("公告", "announced"),
    pb.LOT_EVIDENCE_KIND_ELIMINATION_DUE: Text("淘汰期限", "elimination due"),
    pb.LOT_EVIDENCE_KIND_FACTS_STATED: Text("补充事实", "facts stated"),
}
STEPS: Final = {
    pb.PLAN_STEP_KIND_PUBLICITY: Text("公示", "publicity"),
    pb.PLAN_STEP_KIND_ANNOUNCED: Text("公告", "announced"),
    pb.PLAN_STEP_KIND_FILING_AND_EIA_DONE: Text("备案和环评完成", "filing and EIA done"),
    pb.PLAN_STEP_KIND_CONSTRUCTION_STARTED: Text("开工", "construction started"),
    pb.PLAN_STEP_KIND_IGNITED: Text("点火", "ignited"),
    pb.PLAN_STEP_KIND_COMMISSIONED: Text("投产", "commissioned"),
}
HOLDS: Final = {
    pb.HOLD_STATE_UNSPECIFIED: Text("无占用", "nothing held"),
    pb.HOLD_STATE_HELD: Text("已占用", "held"),
    pb.HOLD_STATE_POSTED: Text("已使用", "used for good"),
    pb.HOLD_STATE_VOIDED: Text("已撤销", "given back"),
    pb.HOLD_STATE_LAPSED: Text("已失效", "lapsed"),
}
WARNINGS: Final = {
    pb.OVERCAPACITY_LEVEL_NONE: Text("无预警", "no warning"),
    pb.OVERCAPACITY_LEVEL_WARNING: Text("预警", "warning"),
}
RULES: Final = {
    "capacity.conversion": Text("核定", "conversion"),
    "capacity.eligibility": Text("资格", "eligibility"),
}
"""Rules of a lot's registration, as short as a column."""
PROVISIONAL: Final = Text("暂定", "provisional")
CLOSED: Final = Text("账户已关闭", "account closed")
DEADLINE: Final = Text("期限", "deadline")


def lots(listed: Iterable[pb.Lot], language: Language) -> Table:
    columns = [
        Text("指标", "lot"), Text("产品", "product"), Text("地区", "region"), Text("数量", "quantity"),
        Text("占用", "held"), Text("已用", "used"), Text("可用", "available"), Text("认定", "findings"),
        Text("证明", "evidence"),
    ]  # fmt: skip
    return table(columns, [_lot(one, language) for one in listed], language)


def _lot(one: pb.Lot, language: Language) -> tuple[str, ...]:
    quantity, held, used = (Decimal(amount.value or "0") for amount in (one.quantity, one.held, one.used))
    return (
        one.name,
        one.product_id,
        one.region_code,
        f"{quantity} {one.unit}",
        str(held),
        str(used),
        f"{quantity - held - used}" + (f" ({said(CLOSED, language)})" if one.account_closed else ""),
        ", ".join(f"{verdict_mark(found.verdict)[0]} {_rule(found.rule, language)}" for found in one.findings),
        ", ".join(_learned(evidence, language) for evidence in one.evidence),
    )


def _rule(rule: str, language: Language) -> str:
    return said(RULES[rule], language) if rule in RULES else rule


def _learned(evidence: pb.LotEvidence, language: Language) -> str:
    return f"{said(EVIDENCE.get(evidence.kind, NOT_TOLD), language)} {date_of(evidence.effective_date)}"


def findings(found: Sequence[common.Finding], language: Language) -> Tree:
    """With all that each rests on."""
    title = said(Text("登记时的认定", "Found at registration"), language)
    tree = Tree(Styled(f"{title} ({len(found)})", style="bold underline"), highlight=False)
    for one in found:
        add_finding(tree, one, language)
    return tree


def evidence(sent: Iterable[Sent[pb.RecordLotEvidenceRequest, pb.Lot]], language: Language) -> Table:
    columns = [Text("指标", "lot"), Text("证明", "evidence"), Text("文件", "document"), Text("结果", "result")]
    rows = [
        (asked.name, _learned(asked.evidence, language), asked.evidence.document, outcome(one.error, language))
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def steps(sent: Iterable[Sent[pb.RecordPlanStepRequest, pb.Replacement]], language: Language) -> Table:
    columns = [Text("方案", "plan"), Text("步骤", "step"), Text("日期", "day"), Text("结果", "result")]
    rows = [
        (
            asked.name,
            said(STEPS.get(asked.step.kind, NOT_TOLD), language),
            date_of(asked.step.effective_date),
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def plan(replacement: pb.Replacement, language: Language) -> Table:
    """What was done, then what is to be done by when."""
    columns = [Text("事项", "what"), Text("日期", "day"), Text("说明", "remark")]
    return table(columns, list(_plan_rows(replacement, language)), language)


def _plan_rows(replacement: pb.Replacement, language: Language) -> Iterator[tuple[str, str, str]]:
    held = ", ".join(f"{hold.lot} {hold.quantity.value} {hold.unit}" for hold in replacement.holds)
    yield said(HOLDS.get(replacement.hold_state, NOT_TOLD), language), "", held
    for step in replacement.plan.steps:
        yield said(STEPS.get(step.kind, NOT_TOLD), language), date_of(step.effective_date), step.document
    for due in replacement.plan.deadlines:
        what = f"{said(DEADLINE, language)}: {said(STEPS.get(due.step, NOT_TOLD), language)}"
        remark = f"{said(PROVISIONAL, language)}; " if due.provisional else ""
        yield what, date_of(due.last_date), f"{remark}{due.under.document}"


def lapsing(plans: Iterable[pb.LapsingPlan], language: Language) -> Table:
    columns = [Text("方案", "plan"), Text("自该日失效", "lapses on"), Text("说明", "remark")]
    rows = [
        (one.replacement, date_of(one.lapse_date), said(PROVISIONAL, language) if one.provisional else "")
        for one in plans
    ]
    return table(columns, rows, language)


def recorded(sent: Iterable[Sent[pb.RecordUtilisationRequest, pb.Utilisation]], language: Language) -> Table:
    columns = [
        Text("产品", "product"), Text("地区", "region"), Text("年份", "year"), Text("产能利用率", "utilisation"),
        Text("结果", "result"),
    ]  # fmt: skip
    rows = [
        (
            asked.product_id,
            asked.region_code,
            str(asked.year),
            one.answer.rate.value if one.answer is not None else "",
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request.utilisation]
    ]
    return table(columns, rows, language)


def utilisation(found: pb.GetUtilisationResponse, language: Language) -> Table:
    """Year by year, then the mean and the warning."""
    columns = [
        Text("年份", "year"), Text("产能 (t/a)", "capacity (t/a)"), Text("产量 (t)", "output (t)"),
        Text("产能利用率", "utilisation"), Text("文件", "document"),
    ]  # fmt: skip
    return table(columns, list(_utilisation_rows(found, language)), language)


def _utilisation_rows(found: pb.GetUtilisationResponse, language: Language) -> Iterator[tuple[str, ...]]:
    for one in found.years:
        yield str(one.year), one.capacity_t.value, one.output_t.value, one.rate.value, one.document
    if found.mean_years:
        years = f"{found.mean_years[0]}-{found.mean_years[-1]}"
        exact = f"{found.mean.numerator}/{found.mean.denominator}" if found.HasField("mean") else ""
        missing = said(Text("缺 {years}", "missing: {years}", years=", ".join(map(str, found.missing_years))), language)
        mean = f"{said(Text('平均', 'mean'), language)} {years}"
        yield mean, "", exact, found.mean.rounded.value, "" if exact else missing
    level = said(WARNINGS.get(found.warning, NOT_TOLD), language)
    yield said(Text("产能过剩预警", "overcapacity"), language), "", "", level, said(found.because, language)
