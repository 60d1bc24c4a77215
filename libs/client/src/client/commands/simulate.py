"""`dualcontrol simulate`: what a draft of the law would change."""

from pathlib import Path
from typing import Annotated

import typer

from client import screening
from client.commands.law_folders import QINGHAI, Province, no_folder
from client.commands.options import Json, Lang, Limit, Region, ScreeningAddress, Seconds
from client.commands.progress import advancing
from client.commands.running import Exit, console, message_json, print_json, run
from client.commands.sheets import Manner
from client.connections import Services
from client.errors import ClientError
from client.rendering import simulation as rendering
from client.rendering.words import Language, said
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from kernel.text import Text
from statute.archive import ARCHIVE_BYTES_MAX, packed

SHOWN_MAX = 50
SECONDS_MAX = 3_600

Law = Annotated[
    Path,
    typer.Option(
        "--law",
        metavar="DIR",
        help="草案目录, 内有省的目录; 缺 national/ 或 units.yaml 时取自带的 / the draft's folder",
    ),
]

EXAMPLES = """
\b
例 / examples:
  dualcontrol statute check --data draft
  dualcontrol simulate --law draft --region 630100
  dualcontrol simulate --law draft --json | jq -c '.changed[]?'
"""


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(simulate)


def simulate(  # noqa: PLR0913  # options of a command
    *,
    law: Law,
    province: Province = QINGHAI,
    region: Region = "",
    limit: Limit = SHOWN_MAX,
    seconds: Seconds = SECONDS_MAX,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """试算法规草案。 / What a draft of the law would change.

    哪些决定将改变, 对各地区预算有何影响; 不作任何更改。 / Which decisions, and each region's budget; changes nothing.

    --json: 每行一个 SimulatePolicyResponse。 / one SimulatePolicyResponse a line.
    """
    manner = Manner(language, as_json, address)

    async def work() -> Exit:
        request = pb.SimulatePolicyRequest(law=_archive(province, law), region_code=region)
        found = rendering.Simulated(limit)
        with advancing(said(Text("试算", "simulating"), language)) as advance:
            async with Services({"screening": manner.address}) as services:
                async for answer in screening.simulate(services, request, seconds=seconds):
                    found.take(answer)
                    advance(answer.looked_at, answer.total)
                    if as_json:
                        print_json(message_json(answer))
        if not as_json:
            for part in rendering.simulated(found, language):
                console().print(part)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


def _archive(province: str, law: Path) -> bytes:
    """Raises ClientError."""
    try:
        made = packed(province, law)
    except FileNotFoundError as problem:
        raise no_folder(province, law) from problem
    if len(made) > ARCHIVE_BYTES_MAX:
        raise ClientError(
            Text(
                f"草案打包后大于 {ARCHIVE_BYTES_MAX} 字节",
                f"Packed, the draft is larger than {ARCHIVE_BYTES_MAX} bytes",
            )
        )
    return made
