"""Who waits in a region's queue, in which order and for what; and which cases wait longer than is normal."""

from collections.abc import Iterable
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text as Styled

from client.rendering.findings import citation_line, labelled
from client.rendering.tables import reason_of, table
from client.rendering.words import Language, date_of, disposition_text, fact_text, said, time_of
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

NOBODY: Final = Text("无人等候", "nobody waits")
NOTHING_STUCK: Final = Text("没有滞留案件", "no case is stuck")
ORDER_WORDS: Final = {
    "application_date": Text("申请日", "application date"),
    "filing": Text("项目代码", "code"),
}
BARS: Final = Text("后来者须等它", "those behind wait for it")

_QUEUE: Final = (
    Text("位次", "place"), Text("备案", "filing"), Text("项目", "project"), Text("地区", "region"),
    Text("申请日", "applied on"), Text("结论", "decision"), Text("因", "because"),
    Text("等候的预算", "waits for the budget of"), Text("被拒次数", "refused"), Text("", ""),
)  # fmt: skip
_STUCK: Final = (
    Text("备案", "filing"), Text("等待", "waits for"), Text("自 (北京时间)", "since (in China)"), Text("已有", "has"),
)  # fmt: skip


def queue(shown: pb.ListQueueResponse, language: Language) -> RenderableType:
    """In the published order, which is named with its source."""
    order = labelled(Text("次序", "Order"), _order(shown.order, language), language)
    if not shown.entries:
        return Group(Styled(said(NOBODY, language)), order)
    return Group(table(_QUEUE, [_entry(one, language) for one in shown.entries], language), order)


def _order(citation: common.Citation, language: Language) -> str:
    words = (said(ORDER_WORDS.get(word, Text(word, word)), language) for word in citation.value.split(", "))
    told = common.Citation()
    told.CopyFrom(citation)
    told.value = ", ".join(words)
    return citation_line(told, language)


def _entry(one: pb.QueueEntry, language: Language) -> tuple[str, ...]:
    return (
        str(one.position),
        one.filing,
        one.project_name,
        one.region_code,
        date_of(one.application_date) if one.HasField("application_date") else "",
        said(disposition_text(one.disposition), language),
        reason_of(one.reasons, [], language),
        ", ".join(one.waits_on),
        str(one.refusals or ""),
        said(BARS, language) if one.bars_others else "",
    )


def stuck(shown: pb.ListStuckCasesResponse, language: Language) -> RenderableType:
    """With how many there are in all, and what is normal."""
    normal = labelled(Text("正常时限", "Normal"), citation_line(shown.normal, language), language)
    if not shown.cases:
        return Group(Styled(said(NOTHING_STUCK, language), style="green"), normal)
    count = Text(
        "共 {total} 个, 列出 {shown} 个", "{total} in all, {shown} shown", total=shown.total, shown=len(shown.cases)
    )
    rows = table(_STUCK, [_stuck(one, language) for one in shown.cases], language)
    return Group(rows, Styled(said(count, language)), normal)


def _stuck(one: pb.StuckCase, language: Language) -> tuple[str, ...]:
    return (
        one.name.removeprefix("filings/").removesuffix("/case"),
        ", ".join(said(fact_text(fact), language) for fact in one.waiting_for),
        time_of(one.waiting_since),
        facts(one.facts, language),
    )


def facts(known: Iterable[pb.FactVersion], language: Language) -> str:
    return ", ".join(f"{said(fact_text(one.fact), language)} {one.version}" for one in known)
