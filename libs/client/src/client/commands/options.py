"""Options that several commands share, and what they are in the contracts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from client.rendering.words import Language

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="YAML 或 JSON, 每个文件一项或多项 / YAML or JSON, one entry or a list each"),
]
Code = Annotated[str, typer.Argument(metavar="CODE", help="项目代码或备案编号 / project code or filing id")]
Json = Annotated[bool, typer.Option("--json", help="输出 protobuf JSON, 供程序读取 / protobuf JSON for machines")]
Lang = Annotated[Language, typer.Option("--lang", envvar="DUALCONTROL_LANG", help="显示语言 / language of the output")]

Region = Annotated[str, typer.Option("--region", help="GB/T 2260 代码, 含其下级; 缺省为全部 / with all below it")]
OneRegion = Annotated[str, typer.Option("--region", help="GB/T 2260 代码 / the region")]
Year = Annotated[int, typer.Option("--year", help="年份 / year")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="截至该日 / as of that day")]
Known = Annotated[
    datetime | None,
    typer.Option("--known", formats=["%Y-%m-%dT%H:%M:%SZ"], help="按当时所知 (UTC) / by what was known then (UTC)"),
]
Signers = Annotated[list[str], typer.Option("--signer", help="签署人, 共两名 / one of two persons who sign")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]
Person = Annotated[str, typer.Option("--person", help="办理人姓名 / who does it")]

_DAYS = ["%Y-%m-%d"]
From = Annotated[datetime, typer.Option("--from", formats=_DAYS, help="首日 / first day")]
Until = Annotated[datetime, typer.Option("--until", formats=_DAYS, help="末日的次日 / first day after")]
PeriodEnd = Annotated[
    datetime, typer.Option("--period-end", formats=_DAYS, help="期间末日, 月末 / last day of the period")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="至多列出几项 / list at most so many")]
Seconds = Annotated[float, typer.Option("--timeout", min=1, help="秒, 到时停止 / seconds after which it stops")]
Replaced = Annotated[bool, typer.Option("--replaced", help="含已被取代的 / also what another has replaced")]
IndicatorOption = Annotated[str, typer.Option("--indicator", help="指标, 见 indicator list / see indicator list")]
Place = Annotated[
    str, typer.Argument(metavar="PLACE", help="地区代码、parks/{园区} 或 nation / a region's code, parks/… or nation")
]
Number = Annotated[
    int | None,
    typer.Option("--decision", "--number", min=1, help="第几号决定, 缺省为现行决定 / which one; default: the current"),
]

_ADDRESS = "host:port; 缺省取本地环境的地址 / default: the local stack's"

FilingAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_FILING_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
CapacityAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_CAPACITY_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
ReviewAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_REVIEW_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
BudgetAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_BUDGET_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
TargetsAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_TARGETS_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
ScreeningAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_SCREENING_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]


def parent_of(region: str) -> str:
    """The region's name; empty, which is all of them, when none is given."""
    return f"regions/{region}" if region else ""


def place_of(place: str) -> str:
    """The name of a region (GB/T 2260), of a park (`parks/…`) or of the nation (`nation`)."""
    return place if place == "nation" or "/" in place else f"regions/{place}"


def day_of(on: datetime | None) -> Date | None:
    return None if on is None else Date(year=on.year, month=on.month, day=on.day)


def instant_of(known: datetime | None) -> Timestamp | None:
    if known is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(known.replace(tzinfo=UTC))
    return stamp
