"""What became of a filing, decision by decision; what differs between two; and whether one can be made again."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.explain import causes, decisive_findings, explain, headline
from client.rendering.findings import finding_line, labelled
from client.rendering.tables import filing_of, first_reason, table
from client.rendering.words import Language, said, time_of
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

IDENTICAL: Final = Text("重放一致, 逐字节相同", "made again it is the same, byte for byte")
NOT_IDENTICAL: Final = Text("重放不一致", "made again it is not the same")
NOTHING_DECIDED: Final = Text("按其事实重放得不出决定", "made again nothing would be decided")
NONE: Final = Text("无", "none")

DIFFERENCES: Final = {
    pb.DECISION_DIFFERENCE_KIND_NOT_IDENTICAL: Text("重放不一致", "not the same when made again"),
    pb.DECISION_DIFFERENCE_KIND_FACT_NOT_KEPT: Text("事实缺失", "a fact is not kept"),
    pb.DECISION_DIFFERENCE_KIND_LAW_NOT_KEPT: Text("规则库缺失", "its law is not kept"),
    pb.DECISION_DIFFERENCE_KIND_GAP: Text("序号不连续", "a number is missing"),
    pb.DECISION_DIFFERENCE_KIND_NOT_CURRENT: Text("现行决定不符", "not the one that stands"),
    pb.DECISION_DIFFERENCE_KIND_NONE_MADE: Text("未作决定", "no decision was made"),
}

_HISTORY: Final = (
    Text("序号", "number"), Text("作出 (北京时间)", "made (in China)"), Text("申报版本", "revision"),
    Text("结论", "decision"), Text("因", "because"), Text("起因", "caused by"),
)  # fmt: skip


def history(decisions: Iterable[pb.Decision], language: Language) -> RenderableType:
    """The newest first, each with what caused it."""
    rows = [
        (
            one.name.rpartition("/")[2],
            time_of(one.decide_time),
            str(one.filing_revision),
            headline(one, language),
            first_reason(one, language),
            causes(one.causes, language),
        )
        for one in decisions
    ]
    return table(_HISTORY, rows, language)


def explained(shown: pb.ExplainDecisionResponse, language: Language) -> Iterator[RenderableType]:
    """The decision down to the clause, then what is otherwise than in the one before, and its place in the queue."""
    yield from explain(shown.decision, language)
    if shown.queue_position:
        place = Text(
            "第 {place} 位, 见 dualcontrol queue {region}",
            "number {place}; see dualcontrol queue {region}",
            place=shown.queue_position,
            region=shown.decision.region_code,
        )
        yield labelled(Text("所在市州的等候位次", "Place in the prefecture's queue"), said(place, language), language)
    if shown.previous:
        yield ""
        yield changes(shown, language)


def changes(explained: pb.ExplainDecisionResponse, language: Language) -> Tree:
    """Rule by rule, what is otherwise than in the decision before."""
    number = explained.previous.rpartition("/")[2]
    title = Text("与第 {number} 号决定相比", "Since decision {number}", number=number)
    tree = Tree(Styled(f"{said(title, language)} ({len(explained.changes)})", style="bold underline"), highlight=False)
    for change in explained.changes:
        branch = tree.add(Styled(change.rule, style="dim"))
        branch.add(_side(Text("此前", "before"), change.before if change.HasField("before") else None, language))
        branch.add(_side(Text("现在", "now"), change.after if change.HasField("after") else None, language))
    return tree


def _side(title: Text, finding: common.Finding | None, language: Language) -> Styled:
    if finding is None:
        return labelled(title, said(NONE, language), language)
    return labelled(title, "", language).append_text(finding_line(finding, language))


def replayed(shown: pb.ReplayDecisionResponse, language: Language) -> RenderableType:
    """With the digests of both; what differs is shown side by side."""
    kept = shown.kept
    name = Styled(f"{filing_of(kept)} #{kept.name.rpartition('/')[2]} · ", style="bold")
    if shown.identical:
        verdict = Styled(said(IDENTICAL, language), style="green")
        return Group(name.append_text(verdict), labelled(Text("SHA-256", "SHA-256"), shown.kept_sha256, language))
    again = shown.HasField("replayed")
    verdict = Styled(said(NOT_IDENTICAL if again else NOTHING_DECIDED, language), style="red")
    parts: list[RenderableType] = [name.append_text(verdict)]
    parts += _said_of(Text("留存", "kept"), kept, shown.kept_sha256, language)
    if again:
        parts += _said_of(Text("重放", "made again"), shown.replayed, shown.replayed_sha256, language)
        parts.append(labelled(Text("不同之处", "They differ in"), ", ".join(_fields(kept, shown.replayed)), language))
    return Group(*parts)


def _said_of(title: Text, decision: pb.Decision, digest: str, language: Language) -> list[RenderableType]:
    rules = ", ".join(finding.rule for finding in decisive_findings(decision))
    line = labelled(title, "", language).append_text(headline(decision, language)).append(f" · {rules} · {digest}")
    return [line]


def _fields(kept: pb.Decision, again: pb.Decision) -> list[str]:
    """Of a decision, in the API's own names; of findings the rules too."""
    names = [one.name for one in pb.Decision.DESCRIPTOR.fields if getattr(kept, one.name) != getattr(again, one.name)]
    if "findings" not in names:
        return names
    before, after = ({one.rule: one for one in of.findings} for of in (kept, again))
    rules = [rule for rule in before | after if before.get(rule) != after.get(rule)]
    return [*(name for name in names if name != "findings"), *(f"findings[{rule}]" for rule in rules)]


def differences(found: Iterable[pb.DecisionDifference], language: Language) -> RenderableType:
    columns = (Text("决定", "decision"), Text("问题", "problem"), Text("说明", "remark"))
    other = Text("未知", "not known")
    rows = [(one.name, said(DIFFERENCES.get(one.kind, other), language), said(one.text, language)) for one in found]
    return table(columns, rows, language)
