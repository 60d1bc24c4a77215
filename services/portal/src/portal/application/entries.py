"""录入与公布: reports and levels of a region that one person enters and another publishes."""

from collections.abc import Mapping, Sequence
from typing import Final

from google.type.decimal_pb2 import Decimal

from client.connections import Services, call
from client.rendering.levels import STATUSES
from client.rendering.targets import COMPARISONS
from client.rendering.words import LEVELS, SCALES
from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text
from portal.application.acts import Field, Kind, Option, Values, wire_day

ROWS: Final = 50
INDICATORS_MAX: Final = 500
STATES: Final = {
    pb.ENTRY_STATE_PENDING: Text("待公布", "waits to be published"),
    pb.ENTRY_STATE_PUBLISHED: Text("已公布", "published"),
    pb.ENTRY_STATE_WITHDRAWN: Text("已撤回", "withdrawn"),
}
KINDS: Final = {"report": Text("指标报告", "report of an indicator"), "level": Text("预警等级", "warning level")}

REPORT: Final = (
    Field("indicator", Text("指标", "Indicator"), Kind.CHOICE),
    Field("period_end", Text("期末", "Last day of the period"), Kind.DAY),
    Field(
        "period_start", Text("期初", "First day of the period"), Kind.DAY,
        hint=Text("不填即当年第一天", "left out: the first day of the year"), is_optional=True,
    ),
    Field(
        "actual", Text("实际值", "Actual"), most=40,
        hint=Text("按指标的单位; 降低填负数", "in the unit of the indicator; a fall is negative"),
    ),
    Field(
        "schedule", Text("进度要求", "Required by then"), most=40,
        hint=Text("不填即按目标推算", "left out: what follows from the target"), is_optional=True,
    ),
    Field("comparison", Text("比较基准", "Compared with"), Kind.CHOICE, is_optional=True),
    Field("status", Text("数据状态", "Status of the figure"), Kind.CHOICE),
    Field("document", Text("数据来源文件", "Where the figure is from"), is_optional=True),
)  # fmt: skip
LEVEL: Final = (
    Field("scale", Text("口径", "Scale"), Kind.CHOICE),
    Field("level", Text("等级", "Level"), Kind.CHOICE),
    Field("period_end", Text("期末", "Last day of the period"), Kind.DAY),
    Field(
        "publish_date", Text("公布日期", "Day of publication"), Kind.DAY,
        hint=Text("不填即公布当天", "left out: the day on which it is published here"), is_optional=True,
    ),
    Field("document", Text("公布文件", "Document that publishes it")),
)  # fmt: skip
REASON: Final = (Field("reason", Text("撤回理由", "Why it is withdrawn"), Kind.AREA),)

AS_USUAL: Final = ("", Text("按指标的通常口径", "as is usual for the indicator"))


def level_options() -> Mapping[str, Sequence[Option]]:
    return {
        "scale": [(targets.Scale.Name(one), text) for one, text in SCALES.items()],
        "level": [(targets.WarningLevel.Name(one), text) for one, text in LEVELS.items()],
    }


async def report_options(services: Services) -> Mapping[str, Sequence[Option]]:
    """Raises ServiceError."""
    request = targets.ListIndicatorsRequest(page_size=INDICATORS_MAX)
    found = (await call(services.targets.ListIndicators, request)).indicators
    compared = [(targets.ReportComparison.Name(one), text) for one, text in COMPARISONS.items()]
    final = targets.REPORT_STATUS_FINAL
    statuses = sorted(STATUSES, key=lambda one: one != final)
    return {
        "indicator": [(one.name.rpartition("/")[2], _titled(one)) for one in found],
        "comparison": [AS_USUAL, *compared],
        "status": [(targets.ReportStatus.Name(one), STATUSES[one]) for one in statuses],
    }


def _titled(one: targets.Indicator) -> Text:
    return Text(f"{one.title.zh} ({one.unit})", f"{one.title.en} ({one.unit})")


def report_of(code: str, values: Values) -> targets.ReportIndicatorRequest:
    """Without a request id. `values` were checked before."""
    stated = targets.ReportIndicatorRequest(
        name=f"regions/{code}/status",
        indicator=values["indicator"],
        period_end=wire_day(values["period_end"]),
        period_start=wire_day(values.get("period_start", "")),
        actual=Decimal(value=values["actual"]),
        status=targets.ReportStatus.Value(values["status"]),
        document=values.get("document", ""),
    )
    if schedule := values.get("schedule"):
        stated.schedule.value = schedule
    if comparison := values.get("comparison"):
        stated.comparison = targets.ReportComparison.Value(comparison)
    return stated


def level_of(code: str, values: Values) -> targets.RecordPublishedLevelRequest:
    """Without a request id. `values` were checked before."""
    return targets.RecordPublishedLevelRequest(
        name=f"regions/{code}/status",
        scale=targets.Scale.Value(values["scale"]),
        level=targets.WarningLevel.Value(values["level"]),
        period_end=wire_day(values["period_end"]),
        publish_date=wire_day(values.get("publish_date", "")),
        document=values["document"],
    )


async def listed(services: Services, code: str, state: pb.EntryState.ValueType, token: str) -> pb.ListEntriesResponse:
    request = pb.ListEntriesRequest(parent=f"regions/{code}", state=state, page_size=ROWS, page_token=token)
    return await call(services.entries.ListEntries, request)


async def read(services: Services, name: str) -> pb.GetEntryResponse:
    return await call(services.entries.GetEntry, pb.GetEntryRequest(name=name))
