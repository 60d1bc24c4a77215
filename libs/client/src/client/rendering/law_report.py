"""What a check of the law found, and what changes from one set of law to another."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from client.rendering.tables import table
from client.rendering.words import Language, said
from kernel.text import Text
from statute.checks.report import TITLES, Observation, Report, Severity
from statute.diff import Change

HASH_CHARACTERS: Final = 12
TIED: Final = "\N{NO-BREAK SPACE}"
SECTIONS: Final = {
    "units": Text("单位", "units"),
    "precedence": Text("次序", "precedence"),
    "outcomes": Text("结论", "outcomes"),
    "parameters": Text("参数", "parameters"),
    "rules": Text("规则", "rules"),
    "two_high_catalogues": Text("两高目录", "two-high catalogues"),
    "catalogues": Text("两高目录", "two-high catalogues"),
    "access_standards": Text("准入标准", "access standards"),
    "access_rules": Text("准入规则", "access rules"),
    "norms": Text("能耗限额标准", "mandatory norms"),
    "capacity_replacement": Text("产能置换", "capacity replacement"),
    "replacements": Text("产能置换", "capacity replacement"),
    "areas": Text("区域条件", "areas"),
    "regions": Text("行政区划", "regions"),
    "facts": Text("事实", "facts"),
    "duties": Text("义务", "duties"),
    "sources": Text("出处", "sources"),
    "seed_clauses": Text("省意见条款", "clauses of the provincial opinion"),
    "industry_classes": Text("国民经济行业分类", "industry classes"),
    "parks": Text("园区", "parks"),
    "working_days": Text("工作日", "working days"),
    "day_counting": Text("期间计算", "counting of days"),
    "calendar": Text("工作日", "working days"),
}
"""A section that is not named here keeps its own name."""

VERIFICATIONS: Final = {
    "confirmed": Text("已核验", "confirmed"),
    "policy_default": Text("平台参数", "platform parameter"),
    "unverified/high": Text("未核验, 把握高", "unverified, high"),
    "unverified/medium": Text("未核验, 把握中", "unverified, medium"),
    "unverified/low": Text("未核验, 把握低", "unverified, low"),
    "not_found": Text("未找到", "not found"),
}
SEVERITIES: Final = {Severity.ERROR: ("✘", "red"), Severity.NOTE: ("·", "dim")}


def report(found: Report, language: Language) -> Iterator[RenderableType]:
    """Head, how far the law is verified, topic by topic what was seen, and the counts."""
    yield from _head(found, language)
    for topic, observations in found.by_topic():
        yield ""
        yield Styled(f"{said(TITLES[topic], language)} ({len(observations)})", style="bold underline")
        yield Padding(_observations(observations, language), (0, 0, 0, 2), expand=False)
    yield ""
    yield _verdict(found, language)


def _head(found: Report, language: Language) -> Iterator[RenderableType]:
    bundle = found.bundle_hash[:HASH_CHARACTERS] or said(Text("不能载入", "cannot be loaded"), language)
    yield Styled(
        said(Text(f"{found.province} · 政策包 {bundle}", f"{found.province} · policy bundle {bundle}"), language)
    )
    yield Styled(str(found.data), style="dim")
    yield ""
    held = [f"{section(name, language)}{TIED}{count}" for name, count in found.sections.items()]
    yield Styled(", ".join(held))
    yield ""
    yield _verified(found, language)


def _verified(found: Report, language: Language) -> Table:
    columns = [Text("核验情况", "verification"), Text("数值", "figures"), Text("方法", "methods")]
    rows = [
        (
            said(VERIFICATIONS.get(key, Text(key, key)), language),
            *_numbers(key, found.tally.figures, found.tally.methods),
        )
        for key in dict.fromkeys([*VERIFICATIONS, *found.tally.figures, *found.tally.methods])
    ]
    made = table(columns, rows, language)
    for column in made.columns[1:]:
        column.justify = "right"
    return made


def _numbers(key: str, figures: Counter[str], methods: Counter[str]) -> tuple[str, str]:
    return str(figures[key]), str(methods[key])


def _observations(observations: Sequence[Observation], language: Language) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for one in observations:
        mark, style = SEVERITIES[one.severity]
        grid.add_row(Styled(mark, style=style), Styled(one.place, style="dim"), Styled(said(one.text, language)))
    return grid


def _verdict(found: Report, language: Language) -> Styled:
    errors = len(found.errors)
    notes = len(found.observations) - errors
    words = Text(f"{errors} 个错误, {notes} 条提示", f"{errors} errors, {notes} notes")
    return Styled(said(words, language), style="bold red" if errors else "bold green")


def section(name: str, language: Language) -> str:
    return said(SECTIONS.get(name, Text(name, name)), language)


def changes(found: Sequence[Change], language: Language) -> Iterator[RenderableType]:
    """By section, in the order of the law."""
    if not found:
        yield Styled(said(Text("没有变化", "nothing changes"), language))
    for name, members in groupby(found, key=lambda change: change.section):
        told = list(members)
        yield Styled(f"{section(name, language)} ({len(told)})", style="bold underline")
        for change in told:
            yield Padding(Styled(said(change.text, language)), (0, 0, 0, 2), expand=False)
