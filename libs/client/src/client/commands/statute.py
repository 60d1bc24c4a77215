"""`dualcontrol statute`: the law as data, checked, compared and listed; no service is asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from client.commands import law_lists
from client.commands.law_folders import QINGHAI, Data, Province, loaded, no_folder
from client.commands.options import Json, Lang
from client.commands.running import Exit, console, print_json, run
from client.errors import ClientError
from client.rendering.law_report import changes, report
from client.rendering.words import Language
from kernel.text import Text
from statute.check import check as check_law
from statute.checks.code import Names, names_in
from statute.checks.report import Report
from statute.diff import Change
from statute.diff import diff as compare

Code = Annotated[
    list[Path] | None,
    typer.Option("--code", metavar="DIR", help="一并查代码未用到的参数和规则 / also tell what no code there reads"),
]
Before = Annotated[Path, typer.Argument(metavar="A", help="原数据目录 / folder of law before")]
After = Annotated[Path, typer.Argument(metavar="B", help="新数据目录 / folder of law after")]

TESTS: Final = "tests"

EXAMPLES = """
\b
例 / examples:
  dualcontrol statute check --code services --code libs
  dualcontrol statute check --data my-law --province my_province
  dualcontrol statute diff law-2025 law-2026 --lang en
  dualcontrol statute products 铝
"""

app = typer.Typer(help="法规数据: 检查、对比、列表 / the law as data: check, compare, list", no_args_is_help=True)


@app.command(epilog=EXAMPLES)
def check(
    *,
    data: Data = None,
    province: Province = QINGHAI,
    code: Code = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
) -> None:
    """检查法规数据; 有错误时退出码 1。 / Check the law; exit code 1 when something has to be mended."""

    async def work() -> Exit:
        found = _checked(province, data, None if code is None else _names(code))
        if as_json:
            print_json(_report_json(found))
        else:
            for part in report(found, language):
                console().print(part)
        return Exit.REFUSED if found.errors else Exit.DONE

    run(work, language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol statute diff law-2025 law-2026 --province qinghai")
def diff(
    before: Before,
    after: After,
    *,
    province: Province = QINGHAI,
    as_json: Json = False,
    language: Lang = Language.ZH,
) -> None:
    """从 A 到 B 法规有何变化。 / What changes in the law from A to B, in words."""

    async def work() -> Exit:
        found = compare(loaded(province, before), loaded(province, after))
        if as_json:
            print_json({"changes": [_change_json(change) for change in found]})
        else:
            for part in changes(found, language):
                console().print(part)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


law_lists.add_to(app)


def _checked(province: str, data: Path | None, names: Names | None) -> Report:
    try:
        return check_law(province, data, names)
    except FileNotFoundError as error:
        raise no_folder(province, data) from error


def _names(folders: Sequence[Path]) -> Names:
    """Of the programs in the folders, without their tests. Raises ClientError for a folder without any."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.py")) if TESTS not in path.parts]
    if not files:
        told = ", ".join(map(str, folders))
        raise ClientError(Text(f"{told}: 没有 Python 代码", f"{told}: there is no Python code"))
    try:
        return names_in(path.read_text("utf-8") for path in files)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ClientError(Text(f"代码无法读取: {error}", f"the code cannot be read: {error}")) from error


def _report_json(found: Report) -> dict[str, Any]:
    return {
        "province": found.province,
        "data": str(found.data),
        "bundle_hash": found.bundle_hash,
        "sections": dict(found.sections),
        "figures": dict(found.tally.figures),
        "methods": dict(found.tally.methods),
        "errors": len(found.errors),
        "observations": [
            {
                "severity": one.severity.value,
                "topic": one.topic,
                "place": one.place,
                "zh": one.text.zh,
                "en": one.text.en,
            }
            for one in found.observations
        ],
    }


def _change_json(change: Change) -> dict[str, str]:
    return {"section": change.section, "id": change.id, "zh": change.text.zh, "en": change.text.en}
