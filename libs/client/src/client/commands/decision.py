"""`dualcontrol decision`, `explain`, `history` and `replay`: reads, explains and makes again what was decided."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

import grpc
import typer

from client import operations, screening
from client.commands.options import Code, Json, Lang, Number, ScreeningAddress, Seconds
from client.commands.replaying import replay_all
from client.commands.running import Exit, console, message_json, print_json, run, show_problem
from client.commands.sheets import Manner
from client.commands.showing import SCREENING
from client.connections import Services
from client.errors import ClientError, ServiceError
from client.rendering import history as rendering
from client.rendering.tables import decision_rows
from client.rendering.words import Language, fact_text, said
from kernel.text import Text

EXAMPLES = """
\b
例 / examples:
  dualcontrol decision get cr-qinghai-chalco-600ka
  dualcontrol decision get cr-qinghai-chalco-600ka --decision 1 --json | jq .missing
  dualcontrol explain 2605-632221-04-01-900064 --lang en
  dualcontrol history 2605-632221-04-01-900064
  dualcontrol replay 2605-632221-04-01-900064 --decision 1
  dualcontrol replay --all
"""

REPLAY_ALL_SECONDS = 3_600

OptionalCode = Annotated[str, typer.Argument(metavar="[CODE]", help="项目代码或备案编号 / project code or filing id")]
All = Annotated[bool, typer.Option("--all", help="全部决定 / every decision")]
Answer = TypeVar("Answer")

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
    manner = Manner(language, as_json, address)

    async def work() -> Exit:
        async with Services({"screening": address}) as services:
            named = str(number or operations.CURRENT)
            decision = await _unless_none(services, code, operations.decision_of(services, code, named), manner)
        if decision is None:
            return Exit.NOT_FOUND
        if as_json:
            print_json(message_json(decision))
        else:
            console().print(decision_rows([decision], language))
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
    """逐条认定及其依据。 / Every finding with its clause.

    另有与前一决定的不同和等候位次。 / Also what changed since the decision before, and the place in the queue.

    决定性认定在前; ✔ 成立, ✘ 不成立, ? 不明。--json 给出 ExplainDecisionResponse。
    """
    manner = Manner(language, as_json, address)

    async def work() -> Exit:
        async with Services({"screening": address}) as services:
            asked = screening.explanation(services, screening.decision_name(code, number))
            explained = await _unless_none(services, code, asked, manner)
        if explained is None:
            return Exit.NOT_FOUND
        if as_json:
            print_json(message_json(explained))
            return Exit.DONE
        out = console()
        for part in rendering.explained(explained, language):
            out.print(part)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


def history(
    code: Code, *, as_json: Json = False, language: Lang = Language.ZH, address: ScreeningAddress = None
) -> None:
    """历次决定及起因, 最新在前。 / A filing's decisions and their causes."""
    manner = Manner(language, as_json, address)
    SCREENING.show_all("decisions", lambda services: screening.history(services, code), rendering.history, manner)


def replay(  # noqa: PLR0913  # options of a command
    code: OptionalCode = "",
    *,
    everything: All = False,
    number: Number = None,
    seconds: Seconds = REPLAY_ALL_SECONDS,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """重放决定, 逐字节比较。 / Make decisions again from their facts.

    按留存的事实和当时的规则库; 不一致时退出码 1。 / Under their own law; exit code 1 when the bytes differ.

    --all: 全部决定, 并查每案恰有一个现行决定。 / all of them, and that each case has exactly one that stands.
    """
    manner = Manner(language, as_json, address)
    if everything and not code and number is None:
        run(lambda: replay_all(manner, seconds), language=language, as_json=as_json)
    if everything or not code:
        run(_neither, language=language, as_json=as_json)
    SCREENING.show_message(
        lambda services: screening.replay(services, screening.decision_name(code, number)),
        rendering.replayed,
        manner,
        ending=lambda shown: Exit.DONE if shown.identical else Exit.REFUSED,
    )


async def _neither() -> Exit:
    raise ClientError(Text("给出一个备案, 或 --all", "Name one filing, or say --all"))


def add_to(app: typer.Typer) -> None:
    """The short forms, beside the group."""
    app.command(epilog=EXAMPLES)(explain)
    app.command(epilog=EXAMPLES)(history)
    app.command(epilog=EXAMPLES)(replay)


async def _unless_none(services: Services, code: str, asked: Awaitable[Answer], manner: Manner) -> Answer | None:
    """None when there is no decision; then it has been said why, and what is waited for."""
    try:
        return await asked
    except ServiceError as error:
        if error.code is not grpc.StatusCode.NOT_FOUND:
            raise
        show_problem(error, language=manner.language, as_json=manner.as_json)
    await _show_waiting(services, code, manner)
    return None


async def _show_waiting(services: Services, code: str, manner: Manner) -> None:
    try:
        case = await operations.case_of(services, code)
    except ServiceError as error:
        if error.code is not grpc.StatusCode.NOT_FOUND:
            raise
        return
    if manner.as_json:
        print_json({"case": message_json(case)}, stderr=True)
    elif case.waiting_for:
        names = ", ".join(said(fact_text(fact), manner.language) for fact in case.waiting_for)
        console(stderr=True).print(said(Text(f"尚在等待: {names}", f"Still waiting for: {names}"), manner.language))
