"""One finding as a branch of a tree: its verdict, its reasons, what it was made of, and what would make it pass."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.words import UNVERIFIED, VERIFICATIONS, Language, date_of, disposition_text, said, verdict_mark
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.text import Text

PARTS_DEPTH_MAX: Final = 5
"""Findings within findings that are shown; nothing in the law goes as deep."""

VERDICT_STYLES: Final = {common.VERDICT_HOLDS: "green", common.VERDICT_FAILS: "red"}
NOT_STATED: Final = "—"

NO_REMEDY: Final = Text("无单项修改可使其通过", "no change of one input makes it pass")


def add_finding(tree: Tree, finding: common.Finding, language: Language, depth: int = 0) -> None:
    """Adds the finding with all that it rests on; its parts likewise, down to PARTS_DEPTH_MAX."""
    branch = tree.add(finding_line(finding, language))
    for detail in _details(finding, language):
        branch.add(detail)
    if finding.parts:
        _add_parts(branch, finding, language, depth + 1)
    if finding.verdict == common.VERDICT_FAILS:
        _add_remedies(branch, finding, language, depth)


def finding_line(finding: common.Finding, language: Language) -> Styled:
    """Mark, verdict, title, rule, what it leads to, and whether its basis is not verified."""
    mark, word = verdict_mark(finding.verdict)
    style = VERDICT_STYLES.get(finding.verdict, "yellow")
    line = Styled.assemble((f"{mark} {said(word, language)}", style), f"  {said(finding.title, language)}")
    line.append(f" [{finding.rule}]", style="dim")
    if finding.leads_to:
        line.append(f" → {said(disposition_text(finding.leads_to), language)}", style="bold")
    if finding.basis_unverified:
        line.append(f" · {said(UNVERIFIED, language)}", style="magenta")
    return line


def citation_line(citation: common.Citation, language: Language) -> str:
    """Figure with unit, document, article, in force from and until, verification."""
    document = citation.document
    if citation.article:
        document += f", 条款 {citation.article}" if language is Language.ZH else f", art. {citation.article}"
    figure = f"{citation.value} {citation.unit}".strip()
    parts = [figure, document, _in_force(citation, language), _verification(citation, language)]
    return " · ".join(part for part in parts if part)


def label(title: Text, language: Language) -> tuple[str, str]:
    return f"{said(title, language)}: ", "cyan"


def labelled(title: Text, value: str, language: Language) -> Styled:
    return Styled.assemble(label(title, language), value)


def _details(finding: common.Finding, language: Language) -> Iterator[Styled]:
    yield labelled(Text("理由", "Because"), said(finding.because, language), language)
    if finding.inputs:
        inputs = "; ".join(f"{one.name} = {one.value or NOT_STATED}" for one in finding.inputs)
        yield labelled(Text("输入", "Inputs"), inputs, language)
    for citation in finding.under:
        line = labelled(Text("依据", "Under"), citation_line(citation, language), language)
        if citation.parameter:
            line.append(f" [{citation.parameter}]", style="dim")
        yield line
    if finding.missing:
        yield labelled(Text("须补", "Add"), ", ".join(finding.missing), language)


def _add_parts(branch: Tree, finding: common.Finding, language: Language, depth: int) -> None:
    if depth > PARTS_DEPTH_MAX:
        more = _count(finding)
        branch.add(
            Styled(said(Text(f"… 其下 {more} 项未显示", f"… {more} below are not shown"), language), style="dim")
        )
        return
    below = branch.add(Styled(f"{said(Text('组成', 'Made of'), language)} ({len(finding.parts)})", style="cyan"))
    for part in finding.parts:
        add_finding(below, part, language, depth)


def _count(finding: common.Finding) -> int:
    return sum(1 + _count(part) for part in finding.parts)


def _add_remedies(branch: Tree, finding: common.Finding, language: Language, depth: int) -> None:
    """That there is none is said of the whole only. What is returned asks to be mended, whatever its remedies."""
    title = Text("如何通过", "What would make it pass")
    if finding.remedies:
        below = branch.add(Styled(said(title, language), style="cyan"))
        for remedy in finding.remedies:
            below.add(_remedy_line(remedy, language))
    elif depth == 0 and finding.leads_to not in (common.DISPOSITION_UNSPECIFIED, common.DISPOSITION_RETURN):
        branch.add(labelled(title, said(NO_REMEDY, language), language))


def _remedy_line(remedy: common.Remedy, language: Language) -> Styled:
    line = Styled(f"{remedy.field}: {remedy.stated or NOT_STATED} → {remedy.needed}")
    words = said(remedy.text, language)
    return line.append(f" · {words}", style="dim") if words else line


def _in_force(citation: common.Citation, language: Language) -> str:
    """Half-open, as the law is kept: the last day in force is the day before `until`."""
    begins = date_of(citation.from_date) if citation.HasField("from_date") else ""
    ends = date_of(citation.until_date) if citation.HasField("until_date") else ""
    if language is Language.ZH:
        return ", ".join(filter(None, [begins and f"{begins} 起施行", ends and f"{ends} 起失效"]))
    return ", ".join(filter(None, [begins and f"in force from {begins}", ends and f"no longer from {ends}"]))


def _verification(citation: common.Citation, language: Language) -> str:
    return said(VERIFICATIONS.get(citation.verification, UNVERIFIED), language)
