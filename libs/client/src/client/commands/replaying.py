"""Goes through all decisions, which the service makes again one after the other, and shows what differs."""

from client import screening
from client.commands.progress import advancing
from client.commands.running import Exit, console, message_json, print_json
from client.commands.sheets import Manner
from client.connections import Services
from client.rendering import history as rendering
from client.rendering.words import said
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

REPLAYED = Text("重放", "made again")


async def replay_all(manner: Manner, seconds: float) -> Exit:
    """REFUSED when anything differs; AWAY when not everything could be looked at, and nothing was found."""
    found: list[pb.DecisionDifference] = []
    last = pb.VerifyDecisionsResponse()
    with advancing(said(REPLAYED, manner.language)) as advance:
        async with Services({"screening": manner.address}) as services:
            async for last in screening.verify(services, seconds=seconds):
                found.extend(last.differences)
                advance(last.looked_at)
                if manner.as_json:
                    print_json(message_json(last))
    if not manner.as_json:
        _show(last, found, manner)
    if found:
        return Exit.REFUSED
    return Exit.DONE if last.complete else Exit.AWAY


def _show(last: pb.VerifyDecisionsResponse, found: list[pb.DecisionDifference], manner: Manner) -> None:
    out = console()
    if found:
        out.print(rendering.differences(found, manner.language))
    count = Text(
        "看过 {looked} 个决定, {found} 处问题", "{looked} decisions looked at, {found} wrong",
        looked=last.looked_at, found=len(found),
    )  # fmt: skip
    out.print(said(count, manner.language), style="red" if found else "green" if last.complete else "yellow")
    if not last.complete:
        out.print(
            said(Text("未看完: 提前结束", "not all were looked at: it ended early"), manner.language), style="yellow"
        )
