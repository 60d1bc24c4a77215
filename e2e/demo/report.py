"""What the demo shows: a live table on a terminal, plain lines elsewhere, then every decision with its reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from e2e.demo.reasons import Point, Reason, reasons
from e2e.demo.signing_in import SUGGESTED, Entrance
from rich.console import Console
from rich.live import Live
from rich.rule import Rule
from rich.text import Text as Styled

from client.commands.watch import LiveTable, PlainLines, Screen
from client.rendering.explain import headline
from client.rendering.findings import citation_line
from client.rendering.tables import filing_of, table
from client.rendering.words import NEXT_STEPS, Language, disposition_text, outcome_text, said, verdict_mark
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

PREPARED: Final = {
    "levels": Text("登记预警等级", "warning levels recorded"),
    "lots": Text("登记产能置换指标", "lots of retired capacity registered"),
    "envelopes": Text("下达能耗预算", "energy envelopes granted"),
}
GROUPS: Final = {
    "real": Text("公开项目 (e2e/data/real)", "published projects (e2e/data/real)"),
    "invented": Text("虚构示例 (e2e/data/invented)", "invented examples (e2e/data/invented)"),
}
WAY_TO_PASS: Final = Text("如何通过", "what would make it pass")
REASONS_SHOWN_MAX: Final = 3
MISSING_SHOWN_MAX: Final = 6


class Report:
    """Prints as the demo goes on."""

    def __init__(self, out: Console, language: Language) -> None:
        self._out, self._language = out, language

    def prepared(self, name: str, count: int) -> None:
        self._out.print(Styled.assemble(("✔ ", "green"), f"{self._said(PREPARED[name])}: {count}"))

    @contextmanager
    def following(self, count: int) -> Iterator[Screen]:
        self._out.print(self._said(Text(f"提交 {count} 个备案, 等待决定:", f"Filing {count} projects; decisions:")))
        if not self._out.is_terminal:
            yield PlainLines(self._out, self._language)
            return
        with Live(console=self._out, refresh_per_second=8, transient=True) as live:
            yield LiveTable(live, self._language)

    def decided(self, decisions: Sequence[tuple[str, pb.Decision]]) -> None:
        """Each decision with what decided it, by group; then the count of dispositions."""
        for group, title in GROUPS.items():
            self._out.print()
            self._out.print(self._said(title), style="bold underline")
            for of_group, decision in decisions:
                if of_group == group:
                    self._decision(decision)
        self._summary([decision for _, decision in decisions])

    def closed(self, seconds: float) -> None:
        self._out.print(self._said(Text(f"用时 {seconds:.1f} 秒", f"took {seconds:.1f} s")), style="dim")
        self._out.print()
        self._out.print(self._said(Text("接下来可以试试:", "What to try next:")), style="bold")
        for command, why in NEXT_COMMANDS:
            self._out.print(f"  # {self._said(why)}", style="dim")
            self._out.print(f"  {command}")

    def opened(self, entrance: Entrance) -> None:
        """Last, so that it stands where the eye is: where the portal is, and as whom to sign in."""
        self._out.print()
        self._out.print(self._said(Text("在浏览器中打开审查门户:", "Open the portal in a browser:")), style="bold")
        self._out.print(f"  {entrance.address}", style="bold cyan")
        password = entrance.password
        lead = Text(f"用下列虚构用户登录, 密码均为 {password}", f"Sign in as one of these; the password is {password}")
        self._out.print(f"  {self._said(lead)}")
        for user, what in SUGGESTED.items():
            self._out.print(f"    {user:<18} {self._said(what)}")

    def _decision(self, decision: pb.Decision) -> None:
        self._out.print()
        self._out.print(Styled.assemble((decision.project_name, "bold"), f"  {filing_of(decision)}"))
        self._out.print(Styled.assemble("  ", headline(decision, self._language)))
        found = reasons(decision)
        if not found:
            self._out.print(f"    {self._said(NEXT_STEPS[common.DISPOSITION_APPROVE])}")
        for reason in found[:REASONS_SHOWN_MAX]:
            self._reason(reason)
        if more := sum(len(reason.findings) for reason in found[REASONS_SHOWN_MAX:]):
            self._out.print(
                f"    {self._said(Text(f'… 另有 {more} 项同类认定', f'… {more} more of the kind'))}", style="dim"
            )
        if decision.missing:
            self._out.print(f"    {self._said(Text('须补', 'to add'))}: {_some(decision.missing)}")

    def _reason(self, reason: Reason) -> None:
        """One line, and its clauses; below a finding that is made of others a line for each that failed."""
        mark, _ = verdict_mark(reason.first.verdict)
        if (count := len(reason.findings)) > 1:
            title = self._said(Text(f"{count} 项认定", f"{count} findings"))
            self._out.print(f"    {mark} {title}: {self._said(reason.first.because)}")
        elif reason.points[0].title == reason.first.title:
            self._point(reason.points[0], f"    {mark} ")
        else:
            self._out.print(f"    {mark} {self._said(reason.first.title)}")
            for point in reason.points:
                self._point(point, "      · ")
        for remedy in reason.first.remedies:
            way = self._said(remedy.text) or f"{remedy.field}: {remedy.needed}"
            self._out.print(f"      → {self._said(WAY_TO_PASS)}: {way}", style="cyan")

    def _point(self, point: Point, lead: str) -> None:
        self._out.print(f"{lead}{self._said(point.title)}: {self._said(point.because)}")
        for citation in point.clauses:
            self._out.print(f"{' ' * len(lead)}{citation_line(citation, self._language)}", style="dim")

    def _summary(self, decisions: Sequence[pb.Decision]) -> None:
        counted = Counter((decision.outcome, decision.disposition) for decision in decisions)
        rows = [
            (self._said(outcome_text(outcome)), self._said(disposition_text(disposition)), str(count))
            for (outcome, disposition), count in sorted(counted.items())
        ]
        columns = [Text("结论", "outcome"), Text("处理", "disposition"), Text("项目数", "projects")]
        self._out.print()
        self._out.print(Rule(style="dim") if self._out.is_terminal else "")
        self._out.print(table(columns, rows, self._language))
        self._out.print(self._said(Text(f"共 {len(decisions)} 个", f"{len(decisions)} in all")))

    def _said(self, text: Text | common.Text) -> str:
        return said(text, self._language)


def _some(fields: Sequence[str]) -> str:
    more = len(fields) - MISSING_SHOWN_MAX
    return ", ".join(fields[:MISSING_SHOWN_MAX]) + (f" … (+{more})" if more > 0 else "")


NEXT_COMMANDS: Final = (
    (
        ".venv/bin/dualcontrol decision explain 2605-632221-04-01-900064",
        Text("一个被禁止的项目: 逐条认定及其依据", "a prohibited project: every finding with its clause"),
    ),
    (
        ".venv/bin/dualcontrol decision explain cr-qinghai-chalco-600ka --lang en",
        Text("一个公开项目 (英文)", "a published project, in English"),
    ),
    (
        ".venv/bin/dualcontrol statute facts",
        Text("须补的 facts[…] 怎样填写", "how the facts[…] that are asked for are stated"),
    ),
    (
        ".venv/bin/dualcontrol cases run e2e/cases",
        Text("不经任何服务, 成批核对案例 (docs/cases.md)", "decide cases in bulk, without any service (docs/cases.md)"),
    ),
    (".venv/bin/dualcontrol budget list --region 630000", Text("青海各级预算与占用", "Qinghai's budgets and holds")),
    (".venv/bin/dualcontrol level list", Text("各地区预警等级", "warning levels of all regions")),
    (
        ".venv/bin/dualcontrol submit my-project.yaml && .venv/bin/dualcontrol watch",
        Text("提交自己的项目并查看决定", "file a project of your own and watch"),
    ),
    (
        ".venv/bin/python -m testkit kill review && .venv/bin/python -m testkit up",
        Text("杀掉一个进程, 数据无损", "kill a process; nothing is lost"),
    ),
    ("make down", Text("停止; 数据保留", "stop; the data is kept")),
)
