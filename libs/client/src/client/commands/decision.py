"""`dualcontrol decision`: reads and explains one decision."""

from typing import Annotated

import grpc
import typer

from client import operations
from client.commands.options import Code, Json, Lang, ScreeningAddress
from client.commands.running import Exit, console, message_json, print_json, run, show_problem
from client.connections import Services
from client.errors import ServiceError
from client.rendering.explain import explain as explained
from client.rendering.tables import decision_rows
from client.rendering.words import Language, fact_text, said
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

EXAMPLES = """
\b
例 / examples:
  dualcontrol decision get cr-qinghai-chalco-600ka
  dualcontrol decision explain 2605-632221-04-01-900064 --lang en
  dualcontrol decision get cr-qinghai-chalco-600ka --number 1 --json | jq .missing
"""

Number = Annotated[
    int | None, typer.Option("--number", min=1, help="第几号决定, 缺省为现行决定 / which one; default: the current")
]

app = typer.Typer(help="查询与解释决定 / read and explain decisions", no_args_is_help=True)


@app.command(epilog=EXAMPLES)
def get(
    code: Code,
    *,
    number: Number = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """一行结论; 尚无决定时退出码 3, 并列出等待的事实。 / The decision on one line; exit code 3 while there is none."""

    def show(decision: pb.Decision) -> None:
        if as_json:
            print_json(message_json(decision))
        else:
            console().print(decision_rows([decision], language))

    async def work() -> Exit:
        async with Services({"screening": address}) as services:
            decision = await _decision(services, code, number, language=language, as_json=as_json)
        if decision is None:
            return Exit.NOT_FOUND
        show(decision)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


@app.command(epilog=EXAMPLES)
def explain(
    code: Code,
    *,
    number: Number = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """逐条认定及其依据: 条款、数值、施行日期、核验情况。 / Every finding with clause, figure, dates and verification.

    决定性认定在前; ✔ 成立, ✘ 不成立, ? 不明。--json 给出完整的 Decision。
    """

    async def work() -> Exit:
        async with Services({"screening": address}) as services:
            decision = await _decision(services, code, number, language=language, as_json=as_json)
        if decision is None:
            return Exit.NOT_FOUND
        if as_json:
            print_json(message_json(decision))
            return Exit.DONE
        out = console()
        for part in explained(decision, language):
            out.print(part)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


async def _decision(
    services: Services, code: str, number: int | None, *, language: Language, as_json: bool
) -> pb.Decision | None:
    """None when there is none; then it has been said why, and what is waited for."""
    try:
        return await operations.decision_of(services, code, str(number or operations.CURRENT))
    except ServiceError as error:
        if error.code is not grpc.StatusCode.NOT_FOUND:
            raise
        show_problem(error, language=language, as_json=as_json)
    await _show_waiting(services, code, language=language, as_json=as_json)
    return None


async def _show_waiting(services: Services, code: str, *, language: Language, as_json: bool) -> None:
    try:
        case = await operations.case_of(services, code)
    except ServiceError as error:
        if error.code is not grpc.StatusCode.NOT_FOUND:
            raise
        return
    if as_json:
        print_json({"case": message_json(case)}, stderr=True)
    elif case.waiting_for:
        names = ", ".join(said(fact_text(fact), language) for fact in case.waiting_for)
        console(stderr=True).print(said(Text(f"尚在等待: {names}", f"Still waiting for: {names}"), language))
