"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from client.rendering.words import Language

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="YAML 或 JSON, 每个文件一项或多项 / YAML or JSON, one entry or a list each"),
]
Code = Annotated[str, typer.Argument(metavar="CODE", help="项目代码或备案编号 / project code or filing id")]
Json = Annotated[bool, typer.Option("--json", help="输出 protobuf JSON, 供程序读取 / protobuf JSON for machines")]
Lang = Annotated[Language, typer.Option("--lang", envvar="DUALCONTROL_LANG", help="显示语言 / language of the output")]

_ADDRESS = "host:port; 缺省取本地环境的地址 / default: the local stack's"

FilingAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_FILING_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
]
CapacityAddress = Annotated[
    str | None, typer.Option("--address", envvar="DUALCONTROL_CAPACITY_ADDRESS", metavar="ADDRESS", help=_ADDRESS)
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
