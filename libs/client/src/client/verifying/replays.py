"""Every decision is made again by the service that keeps it; the numbers of each case have no gap."""

from typing import Final

from client import screening
from client.errors import ServiceError
from client.verifying.checked import Asked, Check, Checked, Differences, Point, State
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

ONE_STANDS: Final = Point(
    1, Text("每案恰有一个现行决定, 序号连续", "each case has exactly one decision that stands, numbered without a gap")
)
SAME_BYTES: Final = Point(
    6,
    Text(
        "按当时规则库和事实重放, 逐字节相同", "made again under its own law and facts each decision is the same bytes"
    ),
)
OF_REPLAY: Final = frozenset(
    {
        pb.DECISION_DIFFERENCE_KIND_NOT_IDENTICAL,
        pb.DECISION_DIFFERENCE_KIND_FACT_NOT_KEPT,
        pb.DECISION_DIFFERENCE_KIND_LAW_NOT_KEPT,
    }
)
"""All others are about which decisions there are."""


async def look(asked: Asked) -> list[Checked]:
    """What was found counts also where the service did not come to its end."""
    standing, replayed = Differences(), Differences()
    looked_at, why_not = 0, Text("提前结束", "it ended early")
    complete = unreached = False
    try:
        async for answer in screening.verify(asked.services, seconds=asked.seconds):
            looked_at, complete = answer.looked_at, answer.complete
            for one in answer.differences:
                into = replayed if one.kind in OF_REPLAY else standing
                into.add(one.name, Text(one.text.zh, one.text.en))
    except ServiceError as error:
        why_not, unreached, complete = error.text, error.away, False
    note = Text("看过 {count} 个决定", "{count} decisions looked at", count=looked_at)
    if not complete:
        note = Text("{note}, 未看完: {why}", "{note}, not all: {why}", note=note, why=why_not)
    return [
        _of_part(found.checked(point, note), complete=complete, unreached=unreached)
        for found, point in ((standing, ONE_STANDS), (replayed, SAME_BYTES))
    ]


def _of_part(checked: Checked, *, complete: bool, unreached: bool) -> Checked:
    """What was not looked at to its end may be broken, and never counts as held."""
    if complete or checked.state is State.BROKEN:
        return checked
    return Checked(checked.point, State.NOT_CHECKED, checked.note, unreached=unreached)


CHECK: Final = Check((ONE_STANDS, SAME_BYTES), look)
