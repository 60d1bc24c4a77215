"""Tables and trees of what persons decided: rulings, and overrides that two sign."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.table import Table
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import labelled
from client.rendering.tables import NOT_TOLD, table
from client.rendering.words import Language, date_of, disposition_text, said, time_of
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from kernel.text import Text

STATES: Final = {
    pb.OVERRIDE_STATE_PROPOSED: Text("待签署", "proposed"),
    pb.OVERRIDE_STATE_STANDING: Text("有效", "standing"),
    pb.OVERRIDE_STATE_LAPSED: Text("已到期", "lapsed"),
    pb.OVERRIDE_STATE_ENDED: Text("已终止", "ended"),
}

_RULINGS: Final = (
    Text("核定", "ruling"), Text("依据决定", "on decision"), Text("结论", "comes to"), Text("涉及规则", "rules"),
    Text("核定人", "decided by"), Text("依据", "clause"), Text("理由", "reason"),
    Text("时间 (北京时间)", "at (in China)"),
)  # fmt: skip
_OVERRIDES: Final = (
    Text("签署不计", "override"), Text("申报版本", "revision"), Text("规则", "rules"), Text("状态", "state"),
    Text("提出", "proposed by"), Text("签署", "signed by"), Text("失效日", "until"),
)  # fmt: skip


def rulings(shown: Iterable[pb.Ruling], language: Language) -> Table:
    rows = [
        (
            one.name.removeprefix("filings/").replace("/rulings/", " #"),
            one.decision.rpartition("/")[2],
            said(disposition_text(one.disposition), language),
            ", ".join(one.rules),
            one.person,
            one.clause,
            one.reason,
            time_of(one.record_time),
        )
        for one in shown
    ]
    return table(_RULINGS, rows, language)


def overrides(shown: Iterable[pb.Override], language: Language) -> Table:
    rows = [
        (
            one.name,
            str(one.revision),
            ", ".join(one.rules),
            said(STATES.get(one.state, NOT_TOLD), language),
            one.proposer,
            one.signer,
            date_of(one.end_date),
        )
        for one in shown
    ]
    return table(_OVERRIDES, rows, language)


def override_tree(one: pb.Override, language: Language) -> Tree:
    """All that it says, and who did what."""
    state = said(STATES.get(one.state, NOT_TOLD), language)
    tree = Tree(Styled(f"{one.name} · {state}", style="bold"))
    for title, value in _told(one):
        if value:
            tree.add(labelled(title, value, language))
    return tree


def _told(one: pb.Override) -> Iterator[tuple[Text, str]]:
    yield Text("申报版本", "revision"), str(one.revision)
    yield Text("不计的规则", "rules set aside"), ", ".join(one.rules)
    yield Text("理由", "why"), one.reason
    yield Text("证明材料", "evidence"), one.evidence
    yield Text("失效日", "until"), date_of(one.end_date)
    yield Text("提出", "proposed by"), f"{one.proposer} · {time_of(one.propose_time)}"
    if one.HasField("sign_time"):
        yield Text("签署", "signed by"), f"{one.signer} · {time_of(one.sign_time)}"
    if one.ended_by:
        yield Text("终止", "ended by"), f"{one.ended_by} · {one.end_reason}"
