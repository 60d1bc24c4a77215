"""Tables and trees of opinions: what they say, who signed, until when they hold."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import citation_line, labelled
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import Language, date_of, said
from client.sending import Sent
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from kernel.text import Text

RESULTS: Final = {
    pb.OPINION_RESULT_PASS: Text("予以通过", "pass"),
    pb.OPINION_RESULT_NOT_PASS: Text("不予通过", "not passed"),
}
STATES: Final = {
    pb.OPINION_STATE_DRAFT: Text("待签发", "draft"),
    pb.OPINION_STATE_RETURNED: Text("已退回", "returned"),
    pb.OPINION_STATE_ISSUED: Text("有效", "in force"),
    pb.OPINION_STATE_LAPSED: Text("已失效", "lapsed"),
    pb.OPINION_STATE_REVOKED: Text("已撤销", "revoked"),
    pb.OPINION_STATE_OVERTAKEN: Text("已被取代", "overtaken"),
}
STARTED: Final = Text("已开工, 不再失效", "started, holds on")

_COLUMNS: Final = (
    Text("意见", "opinion"), Text("版本", "revision"), Text("结论", "result"), Text("状态", "state"),
    Text("文号", "document"), Text("拟稿", "drafted by"), Text("签发", "signed by"), Text("印发日", "issued"),
    Text("失效日", "lapses"),
)  # fmt: skip


def short(name: str) -> str:
    """`{filing} #{number}`."""
    filing, _, number = name.removeprefix("filings/").partition("/opinions/")
    return f"{filing} #{number}" if number else name


def opinions(shown: Iterable[pb.Opinion], language: Language) -> Table:
    return table(_COLUMNS, [_row(one, language) for one in shown], language)


def drafted(sent: Iterable[Sent[pb.DraftOpinionRequest, pb.Opinion]], language: Language) -> Table:
    columns = (Text("决定", "decision"), Text("拟稿", "drafted by"), Text("意见", "opinion"), Text("结果", "result"))
    rows = [
        (
            one.entry.request.decision,
            one.entry.request.drafter,
            one.answer.name if one.answer else "",
            Styled(said(STATES[pb.OPINION_STATE_DRAFT], language), style="green")
            if one.error is None
            else Styled(
                f"{said(Text('被拒绝', 'refused'), language)} {one.error.reason or one.error.code.name}", style="red"
            ),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def _row(one: pb.Opinion, language: Language) -> tuple[str, ...]:
    return (
        short(one.name),
        str(one.revision),
        said(RESULTS.get(one.result, NOT_TOLD), language),
        said(STATES.get(one.state, NOT_TOLD), language),
        one.document,
        one.drafter,
        one.signer,
        date_of(one.issue_date) if one.HasField("issue_date") else "",
        _lapse(one, language),
    )


def _lapse(one: pb.Opinion, language: Language) -> str:
    """Empty for what never lapses: a draft, or what was not passed."""
    if one.HasField("construction_start_date"):
        return said(STARTED, language)
    if one.HasField("lapse_date"):
        return date_of(one.lapse_date)
    known = not one.HasField("issue_date") or one.result != pb.OPINION_RESULT_PASS
    return "" if known else said(NOT_TOLD, language)


def opinion_tree(one: pb.Opinion, language: Language) -> Tree:
    """All that it says, and what became of it."""
    head = " · ".join(
        (
            short(one.name),
            said(RESULTS.get(one.result, NOT_TOLD), language),
            said(STATES.get(one.state, NOT_TOLD), language),
        )
    )
    tree = Tree(Styled(head, style="bold"))
    for title, value in _told(one, language):
        if value:
            tree.add(labelled(title, value, language))
    if one.conditions:
        conditions = tree.add(Styled(said(Text("条件", "conditions"), language), style="cyan"))
        for condition in one.conditions:
            conditions.add(Styled(condition))
    if one.text:
        tree.add(Styled(one.text))
    return tree


def _told(one: pb.Opinion, language: Language) -> Iterator[tuple[Text, str]]:
    yield Text("依据决定", "rests on"), one.decision
    yield Text("备案版本", "revision of the filing"), str(one.revision)
    yield Text("文号", "document"), one.document
    yield Text("拟稿", "drafted by"), one.drafter
    yield Text("签发", "signed by"), one.signer
    if one.HasField("issue_date"):
        yield Text("印发日", "issued"), date_of(one.issue_date)
    yield Text("失效日", "lapses"), _lapse(one, language)
    if one.HasField("lapse_basis"):
        yield Text("有效期依据", "how long it holds, by"), citation_line(one.lapse_basis, language)
    if one.HasField("construction_start_date"):
        started = f"{date_of(one.construction_start_date)} · {one.construction_evidence}"
        yield Text("开工", "construction started"), started
    yield Text("理由", "why"), one.reason
    yield Text("撤销签署", "taken back by"), ", ".join(one.revokers)
