"""A region's year: its grade with every indicator's verdict, and what its yearly report shows."""

from collections.abc import Iterator
from typing import Final

from google.type.decimal_pb2 import Decimal
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import add_finding, citation_line, labelled
from client.rendering.levels import level_text
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import SCALES, UNVERIFIED, Language, date_of, said, time_of, verdict_mark
from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from kernel.text import Text

METHODS: Final = {
    pb.ASSESSMENT_METHOD_ENERGY: Text("节能目标责任评价考核", "assessment of energy saving"),
    pb.ASSESSMENT_METHOD_DUAL_CARBON: Text("碳达峰碳中和综合评价考核", "assessment of peak carbon and neutrality"),
    pb.ASSESSMENT_METHOD_NONE: Text("无现行考核办法", "no method is in force"),
}
STATES: Final = {
    "provisional": Text("初步核算", "provisional"),
    "final": Text("最终核实", "final"),
    "revised": Text("修订", "revised"),
}
GRADE_STYLES: Final = {
    pb.ASSESSMENT_GRADE_UNKNOWN: "bold yellow",
    pb.ASSESSMENT_GRADE_MISSED: "bold red",
    pb.ASSESSMENT_GRADE_UNQUALIFIED: "bold red",
}

_INDICATORS: Final = (
    Text("指标", "indicator"), Text("目标", "target"), Text("应达", "required"), Text("实际", "actual"),
    Text("单位", "unit"), Text("数据", "figure"), Text("完成", "met"), Text("文件", "document"), Text("", ""),
)  # fmt: skip
_LEVELS: Final = (
    Text("口径", "scale"), Text("等级", "level"), Text("截至", "period end"), Text("依据", "evidence"), Text("", ""),
)  # fmt: skip


def assessed(one: pb.AssessRegionResponse, language: Language) -> RenderableType:
    """The grade, the score part by part, what is missing, and every finding."""
    grade = said(one.grade_text, language) or said(NOT_TOLD, language)
    line = Styled(f"{one.region_code} · {one.year} · {said(METHODS.get(one.method, NOT_TOLD), language)} · ")
    line.append(grade, style=GRADE_STYLES.get(one.grade, "bold green"))
    if one.basis_unverified:
        line.append(f" · {said(UNVERIFIED, language)}", style="magenta")
    tree = Tree(Styled(said(Text("认定", "Findings"), language), style="bold underline"), highlight=False)
    for finding in one.findings:
        add_finding(tree, finding, language)
    return Group(line, *_facts(one, language), _score(one, language), "", tree)


def _facts(one: pb.AssessRegionResponse, language: Language) -> Iterator[Styled]:
    yield labelled(Text("按当时所知", "As known"), time_of(one.known_time), language)
    if one.missing:
        yield labelled(Text("缺少", "Missing"), ", ".join(one.missing), language)
    if one.HasField("report_by_date"):
        provisional = said(Text(" (暂定)", " (provisional)"), language) if one.report_by_provisional else ""
        yield labelled(Text("报告期限", "Report by"), date_of(one.report_by_date) + provisional, language)


def _score(one: pb.AssessRegionResponse, language: Language) -> Table:
    columns = (Text("得分项", "part"), Text("得分", "points"), Text("满分", "of"))
    rows = [
        (said(part.title, language), _number(part.points, language), _number(part.points_max, language))
        for part in one.score
    ]
    if one.HasField("points"):
        rows.append((said(Text("合计", "in all"), language), one.points.value, ""))
    return table(columns, rows, language)


def _number(figure: Decimal, language: Language) -> str:
    """Absent is not zero."""
    return figure.value or said(NOT_TOLD, language)


def annual_report(one: pb.AnnualReport, language: Language) -> RenderableType:
    head = Text(
        "{region} · {year} 年度 · 按 {known} 所知", "{region} · {year} · as known at {known}",
        region=one.region_code, year=one.year, known=time_of(one.known_time),
    )  # fmt: skip
    promised = labelled(
        Text("已承诺 (tce, 当量)", "Promised (tce, calorific)"), tce(one.promised_kgce_calorific), language
    )
    under = [labelled(Text("依据", "Under"), citation_line(citation, language), language) for citation in one.under]
    return Group(
        Styled(said(head, language), style="bold"),
        table(_INDICATORS, [_progress(progress, language) for progress in one.indicators], language),
        "",
        table(_LEVELS, [_level(level, language) for level in one.levels], language),
        "",
        promised,
        *under,
    )


def _progress(one: pb.IndicatorProgress, language: Language) -> tuple[str, ...]:
    mark, verdict = verdict_mark(one.verdict)
    state = one.figure_state
    return (
        said(one.title, language),
        _number(one.target, language),
        _number(one.required, language),
        _number(one.actual, language),
        one.unit,
        said(STATES.get(state, Text(state, state)), language),
        f"{mark} {said(verdict, language)}",
        one.document,
        said(UNVERIFIED, language) if one.basis_unverified else "",
    )


def _level(one: pb.ReportedLevel, language: Language) -> tuple[str | Styled, ...]:
    return (
        said(SCALES.get(one.scale, NOT_TOLD), language),
        level_text(one.level, language),
        date_of(one.period_end),
        said(one.evidence, language),
        said(UNVERIFIED, language) if one.basis_unverified else "",
    )
