"""`dualcontrol verify`: whether all that must hold over the services does, at any time."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from client.commands.options import Json, Lang, Seconds
from client.commands.running import Exit, console, print_json, run
from client.connections import Services
from client.errors import ClientError
from client.rendering import verification as rendering
from client.rendering.words import Language
from client.verifying.checked import Asked, Checked, State
from client.verifying.everything import verify_all
from client.verifying.outside import SERVICES
from kernel.text import Text

SECONDS_MAX = 3_600
METRICS: Final = "-metrics"

Addresses = Annotated[
    list[str] | None,
    typer.Option(
        "--address",
        metavar="SERVICE=ADDRESS",
        help="如 filing=host:port 或 filing-metrics=host:port; 缺省取本地环境的 / default: the local stack's",
    ),
]

EPILOG = """
\b
例 / examples:
  dualcontrol verify
  dualcontrol verify --json | jq -c 'select(.state == "broken")'
  dualcontrol verify --address filing-metrics=host:9464

\b
退出码 / exit codes: 1 有不成立的 / something is broken; 4 有服务不可用 / a service did not answer
"""


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EPILOG)(verify)


def verify(
    *,
    addresses: Addresses = None,
    seconds: Seconds = SECONDS_MAX,
    as_json: Json = False,
    language: Lang = Language.ZH,
) -> None:
    """核查全平台的不变量。 / Check every invariant over all services.

    只读, 可随时运行。 / It only reads, and may run at any time.

    一行一项: 成立、不成立 (附最先发现的)、未核查 (附原因)。 / one line each: held, broken, not checked and why.
    """

    async def work() -> Exit:
        given = _given(addresses or ())
        metrics = {name.removesuffix(METRICS): where for name, where in given.items() if name.endswith(METRICS)}
        found = []
        async with Services(given) as services:
            async for checked in verify_all(Asked(services, seconds, metrics)):
                found.append(checked)
                _show(checked, language, as_json=as_json)
        return _ending(found)

    run(work, language=language, as_json=as_json)


def _given(written: Sequence[str]) -> Mapping[str, str]:
    """Raises ClientError for what names no service."""
    known = {*SERVICES, *(f"{name}{METRICS}" for name in SERVICES)}
    made = {}
    for one in written:
        name, _, address = one.partition("=")
        if name not in known or not address:
            raise ClientError(
                Text(
                    f"{one} 应写作 服务=host:port, 如 filing=127.0.0.1:50051",
                    f"{one} must be written SERVICE=host:port",
                )
            )
        made[name] = address
    return made


def _ending(found: Sequence[Checked]) -> Exit:
    if any(one.state is State.BROKEN for one in found):
        return Exit.REFUSED
    return Exit.AWAY if any(one.unreached for one in found) else Exit.DONE


def _show(checked: Checked, language: Language, *, as_json: bool) -> None:
    if as_json:
        print_json(_json(checked))
        return
    for line in rendering.checked(checked, language):
        console().print(line)


def _json(checked: Checked) -> dict[str, Any]:
    """One a line."""
    return {
        "invariant": checked.point.invariant,
        "state": checked.state.value,
        "zh": checked.point.title.zh,
        "en": checked.point.title.en,
        "note_zh": checked.note.zh,
        "note_en": checked.note.en,
        "differences": checked.count,
        "first": [{"zh": one.zh, "en": one.en} for one in checked.differences],
    }
