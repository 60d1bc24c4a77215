"""A region's warning levels: the newest, what its budget promised since, and how they came one after the other."""

from collections.abc import Iterable
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from client.rendering.findings import labelled
from client.rendering.results import outcome
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import LEVEL_BASES, LEVELS, SCALES, Language, date_of, evidence_of, said, time_of
from client.sending import Sent
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.text import Text

STATUSES: Final = {
    pb.REPORT_STATUS_PROVISIONAL: Text("初步核算", "provisional"),
    pb.REPORT_STATUS_FINAL: Text("最终核实", "final"),
    pb.REPORT_STATUS_REVISED: Text("修订", "revised"),
}
STYLES: Final = {pb.WARNING_LEVEL_ONE: "red", pb.WARNING_LEVEL_TWO: "dark_orange", pb.WARNING_LEVEL_THREE: "green"}
REPLACED: Final = Text("已被取代", "replaced")
UNTIL_NOW: Final = Text("至今", "until now")
NEVER: Final = Text("未曾生效", "on no day")

_LEVEL: Final = (
    Text("口径", "scale"), Text("等级", "level"), Text("期间", "period"), Text("来源", "basis"),
    Text("数据", "figure"), Text("依据", "evidence"), Text("获知 (北京时间)", "known (in China)"),
)  # fmt: skip
_VALID: Final = (Text("有效期", "valid"), Text("", ""))
_REPORTED: Final = (
    Text("地区", "region"), Text("指标", "indicator"), Text("截至", "period end"), Text("实际", "actual"),
    Text("应达", "required"), Text("等级", "level"), Text("结果", "result"),
)  # fmt: skip


def status(shown: pb.RegionStatus, language: Language) -> RenderableType:
    """The newest level on each scale, and the energy promised since, by the year in which it begins."""
    region = shown.name.removeprefix("regions/").partition("/")[0]
    promised = [f"{one.year}: {tce(one.amount_kgce_calorific)}" for one in shown.promised]
    years = f" ({'; '.join(promised)})" if promised else ""
    return Group(
        Styled(region, style="bold"),
        table(_LEVEL, [_level(one, language) for one in shown.levels], language),
        labelled(
            Text("已承诺 (tce, 当量)", "Promised (tce, calorific)"),
            f"{tce(shown.promised_kgce_calorific)}{years}",
            language,
        ),
    )


def history(records: Iterable[pb.LevelRecord], language: Language) -> Table:
    """With the days on which each was the region's level."""
    rows = [(*_level(one.level, language), _valid(one, language), _stands(one, language)) for one in records]
    return table((*_LEVEL, *_VALID), rows, language)


def level_text(level: pb.WarningLevel.ValueType, language: Language) -> Styled:
    return Styled(said(LEVELS.get(level, NOT_TOLD), language), style=STYLES.get(level, ""))


def _level(one: pb.RegionLevel, language: Language) -> tuple[str | Styled, ...]:
    begins = f"{date_of(one.period_start)} … " if one.HasField("period_start") else ""
    return (
        said(SCALES.get(one.scale, NOT_TOLD), language),
        level_text(one.level, language),
        f"{begins}{date_of(one.period_end)}",
        said(LEVEL_BASES.get(one.basis, NOT_TOLD), language),
        said(STATUSES[one.report_status], language) if one.report_status in STATUSES else "",
        evidence_of(one, language),
        time_of(one.known_time) if one.HasField("known_time") else "",
    )


def _valid(one: pb.LevelRecord, language: Language) -> str:
    if not one.HasField("valid_from"):
        return said(NEVER, language)
    ends = date_of(one.valid_until) if one.HasField("valid_until") else said(UNTIL_NOW, language)
    return f"{date_of(one.valid_from)} … {ends}"


def _stands(one: pb.LevelRecord, language: Language) -> str:
    return "" if one.stands else said(REPLACED, language)


def reported(sent: Iterable[Sent[pb.ReportIndicatorRequest, pb.ReportIndicatorResponse]], language: Language) -> Table:
    """The level that followed, or why none did."""
    rows = [
        (
            asked.name.removesuffix("/status").removeprefix("regions/"),
            one.answer.report.indicator if one.answer is not None else asked.indicator,
            date_of(asked.period_end),
            asked.actual.value,
            one.answer.report.schedule.value if one.answer is not None else asked.schedule.value,
            _follows(one.answer, language),
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(_REPORTED, rows, language)


def _follows(answer: pb.ReportIndicatorResponse | None, language: Language) -> Styled:
    if answer is None:
        return Styled("")
    return (
        level_text(answer.level.level, language)
        if answer.HasField("level")
        else Styled(said(answer.no_level, language))
    )
