"""A decision as a tree that a reviewer can check against the law by hand."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text as Styled
from rich.tree import Tree

from client.rendering.findings import add_finding, label, labelled
from client.rendering.words import (
    CONFIRMED,
    NEXT_STEPS,
    POLICY_DEFAULT,
    UNVERIFIED,
    Language,
    cause_text,
    date_of,
    disposition_text,
    fact_text,
    outcome_text,
    said,
)
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text

FIGURE: Final = "figure"
HASH_CHARACTERS: Final = 12
CAUSES_SHOWN_MAX: Final = 2
"""Of a storm of causes the first say enough."""

OUTCOME_STYLES: Final = {
    common.OUTCOME_APPROVE: "bold green",
    common.OUTCOME_DEFER: "bold yellow",
    common.OUTCOME_BLOCK: "bold red",
}

_NEEDS_A_PERSON: Final = frozenset(
    {
        common.DISPOSITION_UNSPECIFIED,
        common.DISPOSITION_PROHIBIT,
        common.DISPOSITION_NOT_PASS,
        common.DISPOSITION_APPROVE,
        common.DISPOSITION_CONDITIONAL,
        common.DISPOSITION_EXEMPT,
    }
)
"""What a finding on an unverified figure cannot bring about by itself, a pass included: then it counts as manual."""


def is_decisive(finding: common.Finding, decision: screening.Decision) -> bool:
    """Whether the headline is this finding's. Asked of whole findings only: a part decides nothing by itself."""
    if finding.leads_to and finding.leads_to == decision.disposition:
        return True
    manual = decision.disposition == common.DISPOSITION_MANUAL
    return manual and finding.leads_to in _NEEDS_A_PERSON and any(_is_unverified_figure(c) for c in finding.under)


def decisive_findings(decision: screening.Decision) -> list[common.Finding]:
    """Without what persons set aside or decided, unless nothing else is left."""
    decisive = [finding for finding in decision.findings if is_decisive(finding, decision)]
    return [finding for finding in decisive if finding.rule not in decision.set_aside] or decisive


def headline(decision: screening.Decision, language: Language) -> Styled:
    """Outcome and disposition in words, with 依据未核验 where it belongs."""
    outcome = said(outcome_text(decision.outcome), language)
    words = [outcome, said(disposition_text(decision.disposition), language)]
    line = Styled(" · ".join(dict.fromkeys(words)), style=OUTCOME_STYLES.get(decision.outcome, "bold yellow"))
    if decision.basis_unverified:
        line.append(f" · {said(UNVERIFIED, language)}", style="magenta")
    return line


def explain(decision: screening.Decision, language: Language) -> Iterator[RenderableType]:
    """Head, findings (the decisive ones first), missing fields, what to do next."""
    yield from _head(decision, language)
    for title, findings in _groups(decision):
        if findings:
            yield ""
            yield _group(title, findings, language)
    if decision.missing:
        yield ""
        yield _listed(Text("须补字段", "Fields to add"), decision.missing, language)
    yield ""
    yield labelled(Text("下一步", "Next"), said(_next_step(decision), language), language)


def _head(decision: screening.Decision, language: Language) -> Iterator[RenderableType]:
    filing, _, number = decision.name.removeprefix("filings/").partition("/decisions/")
    yield Styled(decision.project_name, style="bold")
    yield labelled(Text("备案", "Filing"), f"{filing} ({decision.region_code})", language)
    yield Styled.assemble(label(Text("结论", "Decision"), language), headline(decision, language))
    revision, day = decision.filing_revision, date_of(decision.decide_date)
    bundle = decision.bundle_hash[:HASH_CHARACTERS]
    made = Text(
        f"第 {number} 号决定, {day}, 依申报第 {revision} 版, 政策包 {bundle}",
        f"number {number}, {day}, on revision {revision}, policy bundle {bundle}",
    )
    yield labelled(Text("作出", "Made"), said(made, language), language)
    facts = ", ".join(f"{said(fact_text(f.fact), language)} {f.version}" for f in decision.facts)
    yield labelled(Text("事实", "Facts"), facts, language)
    if decision.causes:
        yield labelled(Text("起因", "Caused by"), causes(decision.causes, language), language)


def causes(of: Sequence[screening.Cause], language: Language) -> str:
    shown = "; ".join(said(cause_text(one.kind, one.subject), language) for one in of[:CAUSES_SHOWN_MAX])
    more = len(of) - CAUSES_SHOWN_MAX
    return f"{shown} (+{more})" if more > 0 else shown


def _groups(decision: screening.Decision) -> list[tuple[Text, list[common.Finding]]]:
    decisive = decisive_findings(decision)
    others = [f for f in decision.findings if f not in decisive]
    objections = [f for f in others if f.leads_to]
    aside = [f for f in objections if f.rule in decision.set_aside]
    return [
        (Text("决定性认定", "Decisive findings"), decisive),
        (Text("其他意见", "Other objections"), [f for f in objections if f not in aside]),
        (Text("经签署不计或已核定", "Set aside or decided by persons"), aside),
        (Text("无异议", "No objection"), [f for f in others if not f.leads_to]),
    ]


def _group(title: Text, findings: Sequence[common.Finding], language: Language) -> Tree:
    tree = Tree(Styled(f"{said(title, language)} ({len(findings)})", style="bold underline"), highlight=False)
    for finding in findings:
        add_finding(tree, finding, language)
    return tree


def _is_unverified_figure(citation: common.Citation) -> bool:
    return citation.kind == FIGURE and citation.verification not in (CONFIRMED, POLICY_DEFAULT)


def _next_step(decision: screening.Decision) -> Text:
    return NEXT_STEPS.get(decision.disposition, NEXT_STEPS[common.DISPOSITION_MANUAL])


def _listed(title: Text, items: Iterable[str], language: Language) -> Tree:
    tree = Tree(Styled(said(title, language), style="bold underline"), highlight=False)
    for item in items:
        tree.add(Styled(item))
    return tree
