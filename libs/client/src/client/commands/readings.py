"""`dualcontrol reading`: key energy users' meters and what they measured, and the regions' figures from it."""

from enum import Enum
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from client import readings as operations
from client.commands.options import (
    Files,
    From,
    Json,
    Known,
    Lang,
    TargetsAddress,
    Until,
    day_of,
    instant_of,
)
from client.commands.running import Exit, run
from client.commands.sheets import Manner, Sheet, send_entries, send_files
from client.commands.showing import TARGETS
from client.reading_rows import COLUMNS, read_readings
from client.rendering import readings as rendering
from client.rendering.words import Language
from dualcontrol.targets.v1 import readings_service_pb2 as pb

UNITS = Sheet(pb.RegisterEnergyUnitRequest, "targets", operations.register, rendering.units)
READINGS = Sheet(pb.RecordReadingsRequest, "targets", operations.record, rendering.batches)


class By(Enum):
    DAY = "day"
    MONTH = "month"


Region = Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码, 含其下级 / with all below it")]
CsvFiles = Annotated[list[Path], typer.Argument(metavar="CSV", help="UTF-8 的 CSV, 首行为列名 / CSV with a header")]

SEND = f"""
\b
例 / example: dualcontrol reading send 2026-03-01.csv

\b
列 / columns:
  {", ".join(COLUMNS[:5])},
  {", ".join(COLUMNS[5:])}
\b
  时间为北京时间, 如 2026-03-01 00:00; quality: measured, estimated, corrected
"""

app = typer.Typer(help="重点用能单位在线监测 / readings of key energy users", no_args_is_help=True)


@app.command(epilog="例 / example: dualcontrol reading register units.yaml")
def register(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """登记用能单位及其表计 (RegisterEnergyUnitRequest)。 / Register energy units with their meters."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(UNITS, files, manner), language=language, as_json=as_json)


@app.command(epilog=SEND)
def send(
    files: CsvFiles, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """报送读数 (CSV)。 / Send readings from CSV.

    有一行不合格则全部不发; 重复运行不会重复计入。 / While a line is wrong nothing is sent; nothing counts twice.
    """
    manner = Manner(language, as_json, address)

    async def work() -> Exit:
        return await send_entries(READINGS, read_readings(files), manner)

    run(work, language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol reading figures 630100 --by month --from 2026-01-01 --until 2026-04-01")
def figures(  # noqa: PLR0913  # options of a command
    region: Region,
    *,
    first: From,
    until: Until,
    by: Annotated[By, typer.Option("--by", help="按日或按月 / by day or month")] = By.MONTH,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """一个地区分能源的用量及合计。 / What a region used, by energy and in all."""
    asked = pb.ListRegionalFiguresRequest(
        region_code=region,
        period=pb.FigurePeriod.Value(f"FIGURE_PERIOD_{by.name}"),
        from_date=day_of(first),
        until_date=day_of(until),
        as_of_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(lambda services: operations.figures(services, asked), rendering.figures, manner)


@app.command(epilog="例 / example: dualcontrol reading coverage 630100 --from 2026-03-01 --until 2026-04-01")
def coverage(
    region: Region,
    *,
    first: From,
    until: Until,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """每日有多少表计报送。 / How many meters reported, day by day."""
    asked = pb.ListCoverageRequest(region_code=region, from_date=day_of(first), until_date=day_of(until))
    manner = Manner(language, as_json, address)
    TARGETS.show_all("days", lambda services: operations.coverage(services, asked), rendering.coverage, manner)


@app.command(epilog="例 / example: dualcontrol reading rebuild --from 2026-03-01 --until 2026-04-01")
def rebuild(
    *,
    first: From,
    until: Until,
    replace: Annotated[bool, typer.Option("--replace", help="用重算的替换留存的 / put the computed in place")] = False,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """仅由读数重算各地区数字, 列出不同; 有不同时退出码 1。 / Compute them again; exit code 1 when any differs."""
    # Readings go on coming: every run is a request of its own.
    request = pb.RebuildReadingsRequest(
        from_date=day_of(first), until_date=day_of(until), replace=replace, request_id=str(uuid4())
    )
    manner = Manner(language, as_json, address)
    TARGETS.show_message(
        lambda services: operations.rebuild(services, request), rendering.rebuilt, manner, ending=_ending
    )


def _ending(shown: pb.RebuildReadingsResponse) -> Exit:
    """What was replaced differs no more."""
    differ = shown.differences_count or shown.meter_days_differing_count
    return Exit.REFUSED if differ and not shown.replaced else Exit.DONE
