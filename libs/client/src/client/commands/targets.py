"""`dualcontrol target` and `indicator`: what is to be reached, what the pace asks by now, and what was reported."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import typer

from client import targets as operations
from client.commands.options import (
    Files,
    IndicatorOption,
    Json,
    Known,
    Lang,
    On,
    PeriodEnd,
    Place,
    Replaced,
    TargetsAddress,
    day_of,
    instant_of,
    place_of,
)
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import TARGETS, alone
from client.rendering import targets as rendering
from client.rendering.words import Language
from dualcontrol.targets.v1 import targets_service_pb2 as pb

SETTINGS = Sheet(pb.SetTargetRequest, "targets", operations.set_target, rendering.target_results)


class Comparison(Enum):
    YEAR_BEFORE = "year_before"
    BASE_YEAR = "base_year"


Compared = Annotated[
    Comparison | None,
    typer.Option("--comparison", help="比上年同期或比基年, 缺省为前者 / over what; default: the year before"),
]
Filter = Annotated[str, typer.Option("--indicator", help="只列该指标 / only that indicator")]
FirstYear = Annotated[int, typer.Option("--first-year", help="首年 / first year")]
LastYear = Annotated[int, typer.Option("--last-year", help="末年 / last year")]

SET = """
\b
例 / example: dualcontrol target set targets.yaml

\b
条目 / an entry (SetTargetRequest in targets_service.proto):
  parent: regions/630100
  indicator: energy_intensity
  first_year: 2026
  last_year: 2030
  value: {value: "-12"}
  document: 某分解下达文件
"""

target_app = typer.Typer(help="目标: 分解下达、核对、进度 / targets", no_args_is_help=True)
indicator_app = typer.Typer(help="指标及其报告 / indicators and what was reported", no_args_is_help=True)


@target_app.command("set", epilog=SET)
def set_targets(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """分解下达目标 (SetTargetRequest)。 / Hand targets down to regions and parks; each is a version more."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(SETTINGS, files, manner), language=language, as_json=as_json)


@target_app.command("list", epilog="例 / example: dualcontrol target list 630000 --indicator energy_intensity")
def list_targets(  # noqa: PLR0913  # options of a command
    place: Place,
    *,
    indicator: Filter = "",
    known: Known = None,
    replaced: Replaced = False,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """一地的目标, 含法规所定和分解下达的。 / A place's targets, the law's and those handed down."""
    asked = pb.ListTargetsRequest(
        parent=place_of(place), indicator=indicator, as_of_time=instant_of(known), show_replaced=replaced
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_all("targets", lambda services: operations.targets(services, asked), rendering.targets, manner)


@target_app.command(
    epilog="例 / example: dualcontrol target schedule 630100 --indicator energy_intensity --period-end 2026-06-30"
)
def schedule(  # noqa: PLR0913  # options of a command
    place: Place,
    *,
    indicator: IndicatorOption,
    period_end: PeriodEnd,
    comparison: Compared = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """按进度到期末应达多少, 及其依据。 / What the pace of the target requires by then, and why."""
    request = pb.GetScheduleRequest(
        parent=place_of(place),
        indicator=indicator,
        period_end=day_of(period_end),
        comparison=_comparison(comparison),
        as_of_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda s: operations.schedule(s, request), rendering.schedule_tree, manner)


@target_app.command(
    epilog="例 / example: dualcontrol target check 630000 --indicator energy_intensity --first-year 2026 "
    "--last-year 2030"
)
def check(  # noqa: PLR0913  # options of a command
    region: Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码 / the region's code")],
    *,
    indicator: IndicatorOption,
    first_year: FirstYear,
    last_year: LastYear,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """核对下达给下一级的目标之和。 / Hold what was handed down to the regions below against the region's own target."""
    request = pb.CheckBreakdownRequest(
        parent=place_of(region),
        indicator=indicator,
        first_year=first_year,
        last_year=last_year,
        as_of_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda s: operations.check_breakdown(s, request), rendering.finding_tree, manner)


@indicator_app.command("list", epilog="例 / example: dualcontrol indicator list --on 2026-01-01")
def list_indicators(
    *, on: On = None, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """可设目标、可报告的指标。 / What targets are set for and regions report."""
    asked = pb.ListIndicatorsRequest(on_date=day_of(on))
    manner = Manner(language, as_json, address)
    TARGETS.show_all("indicators", lambda s: operations.indicators(s, asked), rendering.indicators, manner)


@indicator_app.command("reports", epilog="例 / example: dualcontrol indicator reports 630100 --replaced")
def list_reports(  # noqa: PLR0913  # options of a command
    place: Place,
    *,
    indicator: Filter = "",
    known: Known = None,
    replaced: Replaced = False,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """一地的报告, 按指标和版本。 / A place's reports, by indicator and version."""
    asked = pb.ListReportsRequest(
        parent=place_of(place), indicator=indicator, as_of_time=instant_of(known), show_replaced=replaced
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_all("reports", lambda services: operations.reports(services, asked), rendering.reports, manner)


@indicator_app.command(
    epilog="例 / example: dualcontrol indicator show 630100 --indicator energy_intensity --period-end 2026-06-30"
)
def show(  # noqa: PLR0913  # options of a command
    place: Place,
    *,
    indicator: IndicatorOption,
    period_end: PeriodEnd,
    period_start: Annotated[
        datetime | None, typer.Option("--period-start", formats=["%Y-%m-%d"], help="期间首日, 缺省为年初 / first day")
    ] = None,
    comparison: Compared = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """一期所采用的报告, 按当时所知; 没有时退出码 3。 / The report that stands for a period, as it was known then."""
    request = pb.GetIndicatorRequest(
        parent=place_of(place),
        indicator=indicator,
        period_end=day_of(period_end),
        period_start=day_of(period_start),
        comparison=_comparison(comparison),
        as_of_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda s: operations.indicator(s, request), alone(rendering.reports), manner)


def _comparison(comparison: Comparison | None) -> pb.ReportComparison.ValueType:
    if comparison is None:
        return pb.REPORT_COMPARISON_UNSPECIFIED
    return pb.ReportComparison.Value(f"REPORT_COMPARISON_{comparison.name}")
