"""Tables of what became of registered lots, published levels and granted envelopes."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text as Styled

from client.errors import ServiceError
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import LEVELS, SCALES, Language, said
from client.sending import Sent
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text

DONE = Text("已登记", "recorded")


def lots(sent: Iterable[Sent[capacity.RegisterLotRequest, capacity.Lot]], language: Language) -> Table:
    columns = [Text("指标", "lot"), Text("产品", "product"), Text("数量", "quantity"), Text("结果", "result")]
    rows = [
        (lot.name, lot.product_id, f"{lot.quantity.value} {lot.unit}", _result(one.error, language))
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
            _result(one.error, language),
        )
        for one in sent
        for asked in [one.entry.request]
    ]
    return table(columns, rows, language)


def envelopes(sent: Iterable[Sent[budget.GrantEnvelopeRequest, budget.Account]], language: Language) -> Table:
    columns = [
        Text("账户", "account"), Text("下达 (tce, 当量)", "granted (tce, calorific)"),
        Text("此后可用", "available after"), Text("结果", "result"),
    ]  # fmt: skip
    rows = [
        (
            one.entry.request.name,
            tce(one.entry.request.amount_kgce_calorific),
            tce(one.answer.available_kgce_calorific) if one.answer is not None else "",
            _result(one.error, language),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def _result(error: ServiceError | None, language: Language) -> Styled:
    if error is None:
        return Styled(said(DONE, language), style="green")
    return Styled(f"{said(Text('被拒绝', 'refused'), language)} {error.reason or error.code.name}", style="red")
