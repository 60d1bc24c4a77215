"""`dualcontrol assess` and `annual-report`: a region's year by the method in force on its last day."""

from pathlib import Path
from typing import Annotated

import typer

from client import targets as operations
from client.commands.exporting import export
from client.commands.options import Json, Known, Lang, TargetsAddress, Year, instant_of
from client.commands.sheets import Manner
from client.commands.showing import TARGETS
from client.connections import Services
from client.entries import read_entry
from client.errors import ClientError
from client.rendering import assessment as rendering
from client.rendering.words import Language
from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from kernel.text import Text

Region = Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码 / the region's code")]

EXAMPLES = """
\b
例 / examples:
  dualcontrol assess 630000 --year 2025
  dualcontrol assess 630000 --plan 2021-2025 --stated stated.yaml

\b
--stated 的条目 / what --stated holds (AssessRegionRequest in assessment_service.proto):
  measures_points: {value: "38"}
  measures_document: 某评分文件
  indicators: [{indicator: transport_transition, met: true, document: 某文件}]
  truth: {falsified: false, document: 某核查文件}
"""


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(assess)
    app.command(epilog="例 / example: dualcontrol annual-report 630000 --year 2025 --out report.xlsx")(annual_report)


def assess(  # noqa: PLR0913  # options of a command
    region: Region,
    *,
    year: Annotated[int | None, typer.Option("--year", help="年度 / one year")] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="整个规划期, 如 2021-2025 / a whole plan")] = None,
    stated: Annotated[
        Path | None, typer.Option("--stated", metavar="FILE", help="考核者认定的事项 / what whoever assesses states")
    ] = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """年度或规划期的考核等级。 / Grade a region's year or plan.

    按年末施行的考核办法; 缺少的即不明, 不作完成。 / By the method in force at its end; what is missing is never met.
    """
    manner = Manner(language, as_json, address)

    async def ask(services: Services) -> pb.AssessRegionResponse:
        if (year is None) == (plan is None):
            raise ClientError(Text("给出 --year 或 --plan 之一", "Give --year or --plan, one of them"))
        request = pb.AssessRegionRequest() if stated is None else read_entry(stated, pb.AssessRegionRequest).request
        request.MergeFrom(pb.AssessRegionRequest(region_code=region, as_of_time=instant_of(known)))
        if year is not None:
            request.year = year
        if plan is not None:
            request.plan_period = plan
        return await operations.assess(services, request)

    TARGETS.show_message(ask, rendering.assessed, manner)


def annual_report(  # noqa: PLR0913  # options of a command
    region: Region,
    *,
    year: Year,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="写成 Excel 文件或放入该目录 / write it as Excel")
    ] = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: TargetsAddress = None,
) -> None:
    """年度报告。 / A region's yearly report.

    各指标的目标、应达、实际, 预警等级, 已承诺能耗。 / Indicators, levels, and the energy promised since.
    """
    manner = Manner(language, as_json, address)
    if out is not None:
        exported = publishing.ExportAnnualReportRequest(region_code=region, year=year, as_of_time=instant_of(known))
        export(lambda services: operations.export_annual_report(services, exported), out, manner)
    request = pb.GetAnnualReportRequest(region_code=region, year=year, as_of_time=instant_of(known))
    TARGETS.show_message(lambda s: operations.annual_report(s, request), rendering.annual_report, manner)
