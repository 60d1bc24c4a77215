"""A decision in one row: why, and how many reasons more."""

import io

import pytest
from rich.console import Console
from rich.live import Live

from client.commands.watch import LiveTable
from client.rendering.tables import first_reason
from client.rendering.words import Language
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb

RETURN = common.DISPOSITION_RETURN


def finding(title: str, verdict: common.Verdict.ValueType, *missing: str) -> common.Finding:
    return common.Finding(title=common.Text(zh=title, en=title), verdict=verdict, leads_to=RETURN, missing=missing)


ASKS = finding("asks", common.VERDICT_UNKNOWN, "dossier.application_date")
ASKS_TOO = finding("asks too", common.VERDICT_UNKNOWN, "dossier.application_date", "dossier.kind")
SLIP = finding("the totals agree", common.VERDICT_FAILS)
OPEN = finding("the law is clear", common.VERDICT_UNKNOWN)
HELD = finding("it holds", common.VERDICT_HOLDS)


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        ([], ""),
        ([SLIP], "the totals agree"),
        ([ASKS, SLIP], "the totals agree (+1)"),
        ([ASKS], "to add: dossier.application_date"),
        ([ASKS, ASKS_TOO], "to add: dossier.application_date (+1)"),
        ([OPEN, ASKS], "the law is clear (+1)"),
        ([HELD, OPEN], "the law is clear (+1)"),
    ],
)
def test_a_row_names_what_fails_or_else_what_is_missing(findings: list[common.Finding], reason: str) -> None:
    missing = dict.fromkeys(field for one in findings for field in one.missing)
    decision = pb.Decision(disposition=RETURN, findings=findings, missing=missing)

    assert first_reason(decision, Language.EN) == reason


def test_a_live_row_takes_one_line_and_shows_filing_and_decision_whole() -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, height=12)
    live = Live(console=console, auto_refresh=False)
    screen = LiveTable(live, Language.EN)
    codes = [f"2605-632221-04-01-90000{number}" for number in range(10)]

    for code in codes:
        decision = pb.Decision(name=f"filings/{code}/decisions/1", disposition=RETURN, findings=[SLIP])
        decision.project_name = "名称很长的项目" * 8
        screen.show(pb.WatchDecisionsResponse(decision=decision))
    console.print(live.get_renderable())

    head, *rows = out.getvalue().splitlines()
    assert head.split() == ["filing", "project", "decision", "because"]
    assert [row.split()[0] for row in rows] == codes[2:]
    assert all("unknown · return" in row for row in rows)
