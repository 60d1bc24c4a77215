"""Tables and trees of indicators, targets, what they require, and reports."""

from collections.abc import Iterable
from typing import Final

from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import add_finding, citation_line, labelled
from client.rendering.levels import REPLACED, STATUSES
from client.rendering.results import outcome
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import SCALES, Language, date_of, said, time_of
from client.sending import Sent
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.text import Text

KINDS: Final = {
    pb.INDICATOR_KIND_CHANGE: Text("变化率", "change"),
    pb.INDICATOR_KIND_INCREMENT: Text("增量", "increment"),
    pb.INDICATOR_KIND_SHARE: Text("比重", "share"),
    pb.INDICATOR_KIND_AMOUNT: Text("总量", "amount"),
}
AIMS: Final = {
    pb.INDICATOR_AIM_FALL: Text("下降", "falls"),
    pb.INDICATOR_AIM_RISE: Text("上升", "rises"),
    pb.INDICATOR_AIM_AT_MOST: Text("不高于", "at most"),
    pb.INDICATOR_AIM_AT_LEAST: Text("不低于", "at least"),
}
PACES: Final = {
    pb.TARGET_PACE_COMPOUNDING: Text("复合", "compounding"),
    pb.TARGET_PACE_LINEAR: Text("线性", "linear"),
}
COMPARISONS: Final = {
    pb.REPORT_COMPARISON_YEAR_BEFORE: Text("比上年同期", "over the year before"),
    pb.REPORT_COMPARISON_BASE_YEAR: Text("比基年", "over the base year"),
}
WITHIN_YEAR: Final = {
    "pro_rata": Text("按月均摊", "spread over the months"),
    "whole_year": Text("按全年", "the whole year's"),
}
BY_LAW: Final = Text("法规", "by law")

_INDICATORS: Final = (
    Text("指标", "indicator"), Text("名称", "title"), Text("种类", "kind"), Text("要求", "aim"), Text("单位", "unit"),
    Text("预警口径", "scale"),
)  # fmt: skip
_TARGETS: Final = (
    Text("地点", "place"), Text("指标", "indicator"), Text("年份", "years"), Text("目标", "target"),
    Text("基年", "base year"), Text("进度", "pace"), Text("权重", "weight"), Text("版本", "version"),
    Text("文件", "document"),
)  # fmt: skip
_REPORTS: Final = (
    Text("报告", "report"), Text("期间", "period"), Text("实际", "actual"), Text("应达", "required"),
    Text("单位", "unit"), Text("比较", "compared"), Text("数据", "figure"), Text("文件", "document"),
    Text("获知 (北京时间)", "known (in China)"), Text("", ""),
)  # fmt: skip


def indicators(shown: Iterable[pb.Indicator], language: Language) -> Table:
    rows = [
        (
            one.name.removeprefix("indicators/"),
            said(one.title, language),
            said(KINDS.get(one.kind, NOT_TOLD), language),
            said(AIMS.get(one.aim, NOT_TOLD), language),
            one.unit,
            said(SCALES[one.scale], language) if one.scale in SCALES else "",
        )
        for one in shown
    ]
    return table(_INDICATORS, rows, language)


def targets(shown: Iterable[pb.Target], language: Language) -> Table:
    return table(_TARGETS, [_target(one, language) for one in shown], language)


def _target(one: pb.Target, language: Language) -> tuple[str, ...]:
    return (
        _place(one.name),
        one.indicator,
        years(one.first_year, one.last_year),
        one.value.value,
        str(one.base_year or "") + (f" ({one.base_value.value})" if one.HasField("base_value") else ""),
        said(PACES[one.pace], language) if one.pace in PACES else "",
        one.weight.value,
        str(one.version) if one.version else said(BY_LAW, language),
        one.document,
    )


def years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _place(name: str) -> str:
    return name.partition("/targets/")[0].partition("/reports/")[0].removeprefix("regions/")


def target_results(sent: Iterable[Sent[pb.SetTargetRequest, pb.Target]], language: Language) -> Table:
    columns = (
        Text("地点", "place"), Text("指标", "indicator"), Text("年份", "years"), Text("目标", "target"),
        Text("版本", "version"), Text("结果", "result"),
    )  # fmt: skip
    rows = [
        (
            _place(asked.parent),
            asked.indicator,
            years(asked.first_year, asked.last_year),
            asked.value.value,
            str(one.answer.version) if one.answer is not None else "",
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def schedule_tree(one: pb.Schedule, language: Language) -> Tree:
    """What is required, by which target and clauses."""
    required = said(Text("应达 {value}", "{value} is required", value=one.required.value), language)
    tree = Tree(Styled(f"{one.indicator} · {date_of(one.period_end)} · {required}", style="bold"))
    if one.comparison in COMPARISONS:
        tree.add(labelled(Text("比较", "compared"), said(COMPARISONS[one.comparison], language), language))
    pace = said(PACES.get(one.pace, NOT_TOLD), language)
    if one.within_year:
        pace += f", {said(WITHIN_YEAR.get(one.within_year, Text(one.within_year, one.within_year)), language)}"
    tree.add(labelled(Text("进度", "pace"), pace, language))
    target = one.target
    of = f"{_place(target.name)} {years(target.first_year, target.last_year)}: {target.value.value} · {target.document}"
    tree.add(labelled(Text("目标", "target"), of, language))
    for citation in one.under:
        tree.add(labelled(Text("依据", "Under"), citation_line(citation, language), language))
    return tree


def finding_tree(finding: common.Finding, language: Language) -> Tree:
    tree = Tree(Styled(said(Text("分解核对", "the breakdown"), language), style="bold"), highlight=False)
    add_finding(tree, finding, language)
    return tree


def reports(shown: Iterable[pb.IndicatorReport], language: Language) -> Table:
    return table(_REPORTS, [_report(one, language) for one in shown], language)


def _report(one: pb.IndicatorReport, language: Language) -> tuple[str, ...]:
    place, _, number = one.name.removeprefix("regions/").partition("/reports/")
    return (
        f"{place} {number}",
        f"{date_of(one.period_start)} … {date_of(one.period_end)}",
        one.actual.value,
        one.schedule.value if one.HasField("schedule") else said(NOT_TOLD, language),
        one.unit,
        said(COMPARISONS[one.comparison], language) if one.comparison in COMPARISONS else "",
        said(STATUSES.get(one.status, NOT_TOLD), language),
        one.document,
        time_of(one.known_time),
        "" if one.stands else said(REPLACED, language),
    )
