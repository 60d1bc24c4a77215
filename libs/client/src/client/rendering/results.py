"""Tables of what became of registered lots and published levels."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text as Styled

from client.errors import ServiceError
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import LEVELS, SCALES, Language, said
from client.sending import Sent
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text

DONE = Text("已登记", "recorded")


def lots(sent: Iterable[Sent[capacity.RegisterLotRequest, capacity.Lot]], language: Language) -> Table:
    columns = [Text("指标", "lot"), Text("产品", "product"), Text("数量", "quantity"), Text("结果", "result")]
    rows = [
        (lot.name, lot.product_id, f"{lot.quantity.value} {lot.unit}", outcome(one.error, language))
        for one in sent
        for lot in [one.entry.request.lot]
    ]
    return table(columns, rows, language)


def levels(sent: Iterable[Sent[targets.RecordPublishedLevelRequest, targets.RegionLevel]], language: Language) -> Table:
    columns = [Text("地区", "region"), Text("口径", "scale"), Text("等级", "level"), Text("结果", "result")]
    rows = [
        (
            asked.name.removeprefix("regions/").partition("/")[0],
            said(SCALES.get(asked.scale, NOT_TOLD), language),
            said(LEVELS.get(asked.level, NOT_TOLD), language),
            outcome(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def outcome(error: ServiceError | None, language: Language) -> Styled:
    """Recorded, or refused for which reason."""
    if error is None:
        return Styled(said(DONE, language), style="green")
    return Styled(f"{said(Text('被拒绝', 'refused'), language)} {error.reason or error.code.name}", style="red")
