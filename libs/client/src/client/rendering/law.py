"""The law in lists: facts, rules, products, access standards."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from client.rendering.tables import table
from client.rendering.words import Language, disposition_text, said
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.text import Text
from statute.access.law import AccessStandard
from statute.diff import STANDINGS
from statute.differences import document
from statute.finding import Citation, Disposition
from statute.law import CatalogueProduct, FactDefinition, Industry, RuleText

NOTHING: Final = Text("无", "none")
OF: Final = {"project": Text("项目", "project"), "product": Text("产品", "product"), "lot": Text("退出产能", "lot")}
YES_NO: Final = Text("yes 或 no", "yes or no")
ASIDE: Final = "dim"
INDENT: Final = (0, 0, 0, 2)


def facts(shown: Iterable[FactDefinition], language: Language) -> Table:
    columns = [Text("事实", "fact"), Text("所属", "of"), Text("含义", "meaning"), Text("填写", "stated as")]
    rows = [
        (fact.id, said(OF[fact.of], language), said(fact.title, language), _holds(fact, language)) for fact in shown
    ]
    return _by_id(table(columns, rows, language))


def _by_id(made: Table) -> Table:
    """An id is to be copied: it is never broken over two lines."""
    made.columns[0].no_wrap = True
    return made


def _holds(fact: FactDefinition, language: Language) -> str:
    if fact.holds == "number":
        return said(Text(f"数值, {fact.unit}", f"number, {fact.unit}"), language)
    if fact.holds == "yes_no":
        return said(YES_NO, language)
    return ", ".join(f"{word} ({said(name, language)})" for word, name in fact.words.items())


def rules(shown: Iterable[RuleText], language: Language) -> Iterator[RenderableType]:
    """A block for each: id and title, what each verdict leads to, its clauses by their days."""
    for rule in shown:
        yield Styled.assemble((rule.id, "bold"), f"  {said(rule.title, language)}")
        yield Padding(Styled(_leads_to(rule, language)), INDENT, expand=False)
        yield Padding(_clauses(rule.clauses, language), INDENT, expand=False)


def _leads_to(rule: RuleText, language: Language) -> str:
    told = {
        Text("成立", "holds"): rule.on_holds,
        Text("不成立", "fails"): rule.on_fails,
        Text("未填报", "input missing"): rule.on_unknown_input,
        Text("法规无答案", "law silent"): rule.on_unknown_figure,
    }
    return " · ".join(f"{said(label, language)} → {disposition(to, language)}" for label, to in told.items())


def disposition(word: Disposition | None, language: Language) -> str:
    if word is None:
        return said(NOTHING, language)
    return said(disposition_text(common.Disposition.Value(f"DISPOSITION_{word.name}")), language)


def _clauses(clauses: Iterable[Citation], language: Language) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style=ASIDE)
    grid.add_column(overflow="fold", style=ASIDE)
    for clause in clauses:
        until = "" if clause.until is None else f" {clause.until}"
        grid.add_row(f"{clause.in_force_from} –{until}", Styled(said(document(clause), language)))
    return grid


def products(shown: Iterable[tuple[Industry, CatalogueProduct]], language: Language) -> Table:
    columns = [
        Text("产品", "product"), Text("名称", "name"), Text("目录地位", "standing"), Text("行业", "industry"),
        Text("小类", "classes"), Text("条件", "condition"),
    ]  # fmt: skip
    rows = [
        (
            product.id,
            said(product.name, language),
            said(STANDINGS[product.standing.value], language),
            said(industry.name, language),
            ", ".join(product.classes),
            "" if product.condition is None else f"{product.condition.fact} = {product.condition.equals}",
        )
        for industry, product in shown
    ]
    return _by_id(table(columns, rows, language))


def standards(shown: Iterable[AccessStandard], language: Language) -> Table:
    columns = [
        Text("准入标准", "standard"), Text("名称", "title"), Text("单位", "unit"), Text("指标", "metric"),
        Text("产品", "products"),
    ]  # fmt: skip
    rows = [
        (
            standard.id,
            said(standard.title, language),
            standard.unit,
            said(standard.metric, language),
            ", ".join(standard.products),
        )
        for standard in shown
    ]
    return _by_id(table(columns, rows, language))
