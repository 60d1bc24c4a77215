"""`dualcontrol watch`: decisions as they are made."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.live import Live

from client.commands.options import Json, Lang, ScreeningAddress
from client.commands.running import Exit, console, message_json, print_json, run
from client.connections import Services
from client.rendering.explain import headline
from client.rendering.tables import decision_rows, filing_of, first_reason
from client.rendering.words import Language
from client.watching import watch_decisions
from dualcontrol.screening.v1 import screening_service_pb2 as pb

EXAMPLES = """
\b
例 / examples:
  dualcontrol watch
  dualcontrol watch --until-decided 10 --timeout 60
  dualcontrol watch --json --resume-token "$TOKEN" | jq -r .decision.name
"""

CUT_COLUMNS = (1, 3)
"""The project's name and the reason; filing and decision are shown whole."""

UntilDecided = Annotated[
    int | None,
    typer.Option("--until-decided", min=1, help="有 N 个备案得到决定后退出 / end when N filings are decided"),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=0, help="秒; 到时退出, 未满 N 个则退出码 4 / seconds; exit code 4 when fewer than N"),
]
ResumeToken = Annotated[
    str, typer.Option("--resume-token", help="从该标记之后继续, 缺省从最早的决定开始 / go on behind this token")
]


class Screen(Protocol):
    """Where decisions are shown."""

    def show(self, answer: pb.WatchDecisionsResponse) -> None: ...


class JsonLines:
    """WatchDecisionsResponse, one a line."""

    def show(self, answer: pb.WatchDecisionsResponse) -> None:
        print_json(message_json(answer))


class PlainLines:
    """One line for each decision, for a log or a pipe."""

    def __init__(self, out: Console, language: Language) -> None:
        self._out, self._language = out, language

    def show(self, answer: pb.WatchDecisionsResponse) -> None:
        decision = answer.decision
        parts = (
            filing_of(decision),
            decision.project_name,
            headline(decision, self._language).plain,
            first_reason(decision, self._language),
        )
        self._out.print("\t".join(parts))


class LiveTable:
    """The newest decisions, as many as the screen holds."""

    def __init__(self, live: Live, language: Language) -> None:
        self._live, self._language = live, language
        self._newest: dict[str, pb.Decision] = {}

    def show(self, answer: pb.WatchDecisionsResponse) -> None:
        filing = filing_of(answer.decision)
        self._newest.pop(filing, None)
        self._newest[filing] = answer.decision
        rows_max = max(self._live.console.height - 4, 1)
        while len(self._newest) > rows_max:
            del self._newest[next(iter(self._newest))]
        rows = decision_rows(self._newest.values(), self._language)
        # A row that wraps would push the newest one off the screen: project and reason are cut instead.
        rows.expand = True
        for number, column in enumerate(rows.columns):
            column.no_wrap, column.overflow = True, "ellipsis"
            column.ratio = 1 if number in CUT_COLUMNS else None
        self._live.update(rows)


async def follow(decisions: AsyncIterator[pb.WatchDecisionsResponse], screen: Screen, until: int | None) -> None:
    """Shows each decision; returns when `until` different filings are decided, else never."""
    decided: set[str] = set()
    async for answer in decisions:
        screen.show(answer)
        decided.add(filing_of(answer.decision))
        if until is not None and len(decided) >= until:
            return


async def follow_in_time(
    decisions: AsyncIterator[pb.WatchDecisionsResponse], screen: Screen, until: int | None, seconds: float | None
) -> Exit:
    """DONE; AWAY when the time was over before `until` filings were decided."""
    try:
        async with asyncio.timeout(seconds):
            await follow(decisions, screen, until)
    except TimeoutError:
        return Exit.DONE if until is None else Exit.AWAY
    return Exit.DONE


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(watch)


def watch(
    *,
    until_decided: UntilDecided = None,
    timeout: Timeout = None,
    resume_token: ResumeToken = "",
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """实时查看决定; 断线后从最后收到处继续。 / Show decisions as they are made; goes on after a break, without loss.

    --json: 每行一个 WatchDecisionsResponse, 含 resume_token。 / one WatchDecisionsResponse a line.
    """

    async def work() -> Exit:
        async with Services({"screening": address}) as services:
            decisions = watch_decisions(services, resume_token)
            if as_json:
                return await follow_in_time(decisions, JsonLines(), until_decided, timeout)
            out = console()
            if not out.is_terminal:
                return await follow_in_time(decisions, PlainLines(out, language), until_decided, timeout)
            with Live(console=out, refresh_per_second=8) as live:
                return await follow_in_time(decisions, LiveTable(live, language), until_decided, timeout)

    run(work, language=language, as_json=as_json)
