"""`dualcontrol screen` and `dualcontrol cases run`: decides cases here, without a server.

What the commands do is loaded when one of them runs: the rules of all services load slower than `--help` may take.
"""

from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, Protocol, cast

import typer

from client.commands.options import Json, Lang
from client.commands.running import Exit, run
from client.rendering.words import Language

WORK: Final = "cases.work"

SCREEN_EXAMPLES = """
\b
例 / examples:
  dualcontrol screen case.yaml
  dualcontrol screen case.yaml --on 2023-05-31
  dualcontrol screen case.yaml --json | jq .disposition

\b
案例 / a case (docs/cases.md):
  case: 日产5000吨熟料, 未提供产能置换方案
  dossier:
    region_code: "632801"
    kind: new_build
    application_date: 2026-03-02
    industry_codes: ["3011"]
    products: [{product_id: clinker, capacity: 5000 t/d}]
    energy: {annual_tce_calorific: 120000}
  expect:
    disposition: return
    findings: {capacity.plan: unknown}
"""

RUN_EXAMPLES = """
\b
例 / examples:
  dualcontrol cases run e2e/cases
  dualcontrol cases run e2e/cases --strict --json | jq .coverage
"""

CaseFiles = Annotated[list[Path], typer.Argument(metavar="CASE", help="案例文件 (YAML) / case files (YAML)")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="案例文件夹 / folder of cases")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="改用此日为申请日 / by the law of this day"),
]
Province = Annotated[
    str | None,
    typer.Option("--province", metavar="PROVINCE", help="只运行该省的案例 / only the cases of this province"),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="有规则缺少案例时亦以 1 退出 / exit 1 also when a rule lacks a case")
]


class Work(Protocol):
    """The module `cases.work`. Each raises ClientError."""

    async def screen(self, files: list[Path], on: date | None, *, language: Language, as_json: bool) -> Exit: ...

    async def run_folder(
        self, folder: Path, province: str | None, *, strict: bool, language: Language, as_json: bool
    ) -> Exit: ...


def _work() -> Work:
    return cast("Work", import_module(WORK))


cases_app = typer.Typer(help="案例: 成批核对规则 / cases: check the rules in bulk", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command(epilog=SCREEN_EXAMPLES)(screen)
    app.add_typer(cases_app, name="cases")


def screen(files: CaseFiles, *, on: On = None, as_json: Json = False, language: Lang = Language.ZH) -> None:
    """筛查案例并逐条说明理由, 无需任何服务。 / Screen cases and explain the decision, without any service.

    写有 expect 而结果不符时退出码为 1; 文件有误时为 2, 一次列出全部错误。--on 以另一申请日的法规筛查, 不核对 expect。

    Exit code 1 when a decision is not what `expect` says, 2 when a file is wrong: then all mistakes are listed at once.
    --on takes the law of another day of application; `expect` is of the case's own day and is not compared then.
    """
    day = None if on is None else on.date()
    run(lambda: _work().screen(files, day, language=language, as_json=as_json), language=language, as_json=as_json)


@cases_app.command("run", epilog=RUN_EXAMPLES)
def run_folder(
    folder: Folder,
    *,
    province: Province = None,
    strict: Strict = False,
    as_json: Json = False,
    language: Lang = Language.ZH,
) -> None:
    """运行文件夹内全部案例, 并列出尚无案例的规则和条款。 / Run all cases, and name rules and clauses without one.

    有案例不符时退出码为 1。 / Exit code 1 when a case fails.
    """
    run(
        lambda: _work().run_folder(folder, province, strict=strict, language=language, as_json=as_json),
        language=language,
        as_json=as_json,
    )
