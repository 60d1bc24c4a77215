"""Tables of energy units, of what regions used by their meters, and of how many meters reported."""

from collections.abc import Iterable
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from client.rendering.results import outcome
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import UNVERIFIED, Language, date_of, said
from client.sending import Sent
from dualcontrol.targets.v1 import readings_service_pb2 as pb
from kernel.text import Text

DIFFERS: Final = Text("与留存的不同", "differ from those kept")
AGREES: Final = Text("与留存的一致", "agree with those kept")
REPLACED: Final = Text("已替换", "replaced")
ABSENT: Final = Text("无", "none")

_FIGURES: Final = (
    Text("首日", "from"), Text("末日次日", "until"), Text("能源", "energy"), Text("实物量", "amount"),
    Text("单位", "unit"), Text("当量 (kgce)", "calorific (kgce)"), Text("等价 (kgce)", "equivalent (kgce)"),
    Text("报送表计", "meters that reported"), Text("读数", "readings"), Text("估计/更正", "estimated/corrected"),
    Text("", ""),
)  # fmt: skip
_TOTALS: Final = (
    Text("首日", "from"), Text("末日次日", "until"), Text("当量合计 (kgce)", "calorific in all (kgce)"),
    Text("未计入", "not in it"), Text("等价合计 (kgce)", "equivalent in all (kgce)"), Text("未计入", "not in it"),
    Text("报送表计", "meters that reported"),
)  # fmt: skip
_COVERAGE: Final = (
    Text("日期", "day"), Text("在用表计", "meters in use"), Text("已报送", "reported"),
    Text("应有读数", "readings owed"), Text("已有", "known"),
)  # fmt: skip


def units(sent: Iterable[Sent[pb.RegisterEnergyUnitRequest, pb.EnergyUnit]], language: Language) -> Table:
    columns = (
        Text("统一社会信用代码", "credit code"), Text("单位", "unit"), Text("地区", "region"), Text("表计", "meters"),
        Text("版本", "version"), Text("结果", "result"),
    )  # fmt: skip
    rows = [
        (
            asked.credit_code,
            asked.display_name,
            asked.region_code,
            str(len(one.answer.meters if one.answer is not None else asked.meters)),
            str(one.answer.version) if one.answer is not None else "",
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def batches(sent: Iterable[Sent[pb.RecordReadingsRequest, pb.RecordReadingsResponse]], language: Language) -> Table:
    columns = (
        Text("文件", "file"), Text("批", "batch"), Text("读数", "readings"), Text("新收", "new"), Text("已有", "known"),
        Text("结果", "result"),
    )  # fmt: skip
    rows = [
        (
            one.entry.path.name,
            str(one.entry.number),
            str(len(one.entry.request.readings)),
            str(one.answer.accepted_count) if one.answer is not None else "",
            str(one.answer.known_count) if one.answer is not None else "",
            outcome(one.error, language),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def figures(shown: pb.ListRegionalFiguresResponse, language: Language) -> RenderableType:
    """By energy, then all together; what has no factor is named and in no sum."""
    return Group(
        table(_FIGURES, [_figure(one, language) for one in shown.figures], language),
        "",
        table(_TOTALS, [_total(one, language) for one in shown.totals], language),
    )


def _figure(one: pb.RegionalFigure, language: Language) -> tuple[str, ...]:
    unknown = said(NOT_TOLD, language)
    return (
        date_of(one.start_date),
        date_of(one.end_date),
        one.carrier,
        one.amount.value,
        one.unit,
        one.kgce_calorific.value if one.HasField("kgce_calorific") else unknown,
        one.kgce_equivalent.value if one.HasField("kgce_equivalent") else unknown,
        _meters(one.coverage),
        f"{one.coverage.readings_known}/{one.coverage.readings_expected}",
        f"{one.readings_estimated}/{one.readings_corrected}",
        said(UNVERIFIED, language) if one.basis_unverified else "",
    )


def _total(one: pb.RegionalTotal, language: Language) -> tuple[str, ...]:
    unknown = said(NOT_TOLD, language)
    return (
        date_of(one.start_date),
        date_of(one.end_date),
        one.kgce_calorific.value if one.HasField("kgce_calorific") else unknown,
        ", ".join(one.unknown_calorific),
        one.kgce_equivalent.value if one.HasField("kgce_equivalent") else unknown,
        ", ".join(one.unknown_equivalent),
        _meters(one.coverage),
    )


def _meters(of: pb.Coverage) -> str:
    return f"{of.meters_reported}/{of.meters_registered}"


def coverage(shown: Iterable[pb.DayCoverage], language: Language) -> Table:
    rows = [
        (
            date_of(one.day),
            str(one.coverage.meters_registered),
            str(one.coverage.meters_reported),
            str(one.coverage.readings_expected),
            str(one.coverage.readings_known),
        )
        for one in shown
    ]
    return table(_COVERAGE, rows, language)


def rebuilt(shown: pb.RebuildReadingsResponse, language: Language) -> RenderableType:
    """What was computed anew, and what differs."""
    told = Text(
        "由 {readings} 个读数算得 {figures} 项; {count} 项不同, {days} 个表计日数不同, {coming} 个读数尚未计入",
        "{figures} figures from {readings} readings; {count} differ, of {days} days of meters the count differs, "
        "{coming} readings are not counted yet",
        readings=shown.readings_count,
        figures=shown.figures_count,
        count=shown.differences_count,
        days=shown.meter_days_differing_count,
        coming=shown.on_their_way_count,
    )
    alike = not shown.differences_count and not shown.meter_days_differing_count
    verdict = Styled(said(AGREES if alike else DIFFERS, language), style="green" if alike else "yellow")
    if shown.replaced:
        verdict.append(f" · {said(REPLACED, language)}")
    columns = (
        Text("地区", "region"), Text("能源", "energy"), Text("日期", "day"), Text("单位", "unit"), Text("留存", "kept"),
        Text("重算", "computed"),
    )  # fmt: skip
    rows = [_difference(one, language) for one in shown.differences]
    listed: list[RenderableType] = [table(columns, rows, language)] if rows else []
    return Group(verdict, Styled(said(told, language)), *listed)


def _difference(one: pb.FigureDifference, language: Language) -> tuple[str, ...]:
    absent = said(ABSENT, language)
    return (
        one.region_code,
        one.carrier,
        date_of(one.day),
        one.unit,
        one.kept.value if one.HasField("kept") else absent,
        one.computed.value if one.HasField("computed") else absent,
    )
