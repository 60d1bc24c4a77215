"""`dualcontrol level`: the warning levels of regions, reported, published, as they were known, and exported."""

from enum import Enum
from typing import Annotated

import typer

from client import operations
from client import targets as targets_operations
from client.commands.exporting import HERE, Out, export
from client.commands.options import (
    Files,
    Json,
    Known,
    Lang,
    On,
    PeriodEnd,
    Replaced,
    TargetsAddress,
    day_of,
    instant_of,
)
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import TARGETS, alone
from client.rendering import levels as rendering
from client.rendering import results
from client.rendering.tables import levels
from client.rendering.words import Language
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from dualcontrol.targets.v1 import targets_service_pb2 as pb

LEVELS = Sheet(pb.RecordPublishedLevelRequest, "targets", operations.publish_level, results.levels)
REPORTS = Sheet(pb.ReportIndicatorRequest, "targets", targets_operations.report, rendering.reported)


class Scale(Enum):
    INTENSITY = "intensity"
    TOTAL = "total"
    CARBON = "carbon"


class Format(Enum):
    XLSX = "xlsx"
    PDF = "pdf"


Region = Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码 / the region's code")]

REPORT = """
\b
例 / example: dualcontrol level report reports.yaml

\b
条目 / an entry (ReportIndicatorRequest in targets_service.proto):
  name: regions/630100/status
  indicator: energy_intensity
  period_end: {year: 2026, month: 6, day: 30}
  actual: {value: "-1.2"}
  status: REPORT_STATUS_PROVISIONAL
  document: 某季度统计快报
"""

app = typer.Typer(help="地区预警等级 / warning levels of regions", no_args_is_help=True)


@app.command(epilog="例 / example: dualcontrol level publish e2e/data/real/levels.yaml")
def publish(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """登记上级公布的预警等级 (RecordPublishedLevelRequest)。 / Record levels as a higher authority published them."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(LEVELS, files, manner), language=language, as_json=as_json)


@app.command(epilog=REPORT)
def report(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """报告指标, 由此测算等级 (ReportIndicatorRequest)。 / Report indicators; the levels follow from them."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(REPORTS, files, manner), language=language, as_json=as_json)


@app.command("list", epilog="例 / example: dualcontrol level list --json | jq '.statuses[].name'")
def list_levels(*, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None) -> None:
    """各地区最新等级。 / The newest level of every region."""
    TARGETS.show_all("statuses", operations.region_statuses, levels, Manner(language, as_json, address))


@app.command(epilog="例 / example: dualcontrol level show 630100")
def show(
    region: Region, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """一个地区各口径的最新等级及已承诺能耗。 / A region's newest levels, and the energy promised since."""
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda s: targets_operations.status(s, region), rendering.status, manner)


@app.command(epilog="例 / example: dualcontrol level history 630100 --scale intensity --known 2026-03-01T00:00:00Z")
def history(  # noqa: PLR0913  # options of a command
    region: Region,
    *,
    scale: Annotated[Scale | None, typer.Option("--scale", help="口径 / scale")] = None,
    known: Known = None,
    replaced: Replaced = False,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """历期等级及有效期, 按当时所知。 / Its levels by period with the days they were valid, as known then."""
    asked = pb.ListLevelHistoryRequest(
        name=f"regions/{region}/status",
        scale=_scale(scale),
        as_of_time=instant_of(known),
        show_replaced=replaced,
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_all("records", lambda s: targets_operations.level_history(s, asked), rendering.history, manner)


@app.command(epilog="例 / example: dualcontrol level at 630100 --scale intensity --on 2025-10-01")
def at(  # noqa: PLR0913  # options of a command
    region: Region,
    *,
    scale: Annotated[Scale, typer.Option("--scale", help="口径 / scale")],
    on: On = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """某日有效的等级, 按当时所知; 没有时退出码 3。 / The level that was valid on a day; exit code 3 when none was."""
    asked = pb.GetLevelAsOfRequest(
        name=f"regions/{region}/status", scale=_scale(scale), on_date=day_of(on), as_of_time=instant_of(known)
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda s: targets_operations.level_as_of(s, asked), alone(rendering.history), manner)


@app.command("export", epilog="例 / example: dualcontrol level export --period-end 2026-06-30 --format pdf --out .")
def export_barometer(  # noqa: PLR0913  # options of a command
    *,
    period_end: PeriodEnd,
    form: Annotated[Format, typer.Option("--format", help="文件格式 / format")] = Format.XLSX,
    region: Annotated[str, typer.Option("--region", help="省或市州及其下级; 缺省为各省 / default: the provinces")] = "",
    known: Known = None,
    out: Out = HERE,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """导出能耗双控晴雨表。 / Export the barometer of a period, as it is published."""
    request = publishing.ExportBarometerRequest(
        period_end=day_of(period_end),
        format=publishing.FileFormat.Value(f"FILE_FORMAT_{form.name}"),
        parent_region_code=region,
        as_of_time=instant_of(known),
    )
    export(lambda s: targets_operations.export_barometer(s, request), out, Manner(language, as_json, address))


def _scale(scale: Scale | None) -> pb.Scale.ValueType:
    return pb.SCALE_UNSPECIFIED if scale is None else pb.Scale.Value(f"SCALE_{scale.name}")
