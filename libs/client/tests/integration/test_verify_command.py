"""`dualcontrol verify` against a server of this test: what holds, what is broken, what nobody could look at."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from google.type.decimal_pb2 import Decimal

from client.commands.running import Exit
from client.metrics import PAGE_BYTES_MAX
from client.verifying import outside
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.screening.v1 import screening_service_pb2 as pb

if TYPE_CHECKING:
    from libs.client.tests.integration.conftest import Served

pytestmark = pytest.mark.integration

LONG_AGO = Timestamp(seconds=1_700_000_000)
FACTS = [pb.FactVersion(fact="filing", version=1)]
DECIDED = pb.Decision(name="filings/a-b/decisions/3", filing_revision=2, bundle_hash="ab", facts=FACTS)
FILED = filing.Filing(name="filings/a-b", revision=2, accept_time=LONG_AGO)
TEXT = common.Text(zh="余额不符", en="a balance differs")


def status(code: grpc.StatusCode) -> Status:
    return Status(code=code.value[0])


def filings(*them: filing.Filing) -> Message:
    return filing.ListFilingsResponse(filings=them)


def decisions(*them: pb.Decision) -> Message:
    return pb.ListDecisionsResponse(decisions=them)


def account(**figures: Any) -> Message:
    return budget.ListLedgerAccountsResponse(accounts=[budget.LedgerAccount(name="630000/energy/2026", **figures)])


def lot(quantity: str, held: str, used: str) -> Message:
    amounts = (Decimal(value=figure) for figure in (quantity, held, used))
    quantity_, held_, used_ = amounts
    return capacity.ListLotsResponse(
        lots=[capacity.Lot(name="lots/some-kiln", quantity=quantity_, held=held_, used=used_)]
    )


def saving(amount: int, **figures: Any) -> Message:
    statement = offsets.SavingStatement(name="savings/s-1", amount_kgce=amount)
    return offsets.ListSavingsResponse(savings=[offsets.Saving(statement=statement, **figures)])


def uses(*ranges: tuple[str, int, int]) -> Message:
    return offsets.ListCertificatesResponse(
        uses=[
            offsets.CertificateUse(
                range=offsets.CertificateRange(series=series, first_number=first, last_number=last),
                used_by=f"offsets/{n}",
            )
            for n, (series, first, last) in enumerate(ranges)
        ]
    )


@pytest.fixture
def platform(served: "Served") -> "Served":
    """Everything holds."""
    served.answers = {
        "VerifyDecisions": [pb.VerifyDecisionsResponse(looked_at=3, complete=True)],
        "ListStuckCases": pb.ListStuckCasesResponse(normal=common.Citation(value="15", unit="min")),
        "ListDecisions": decisions(DECIDED),
        "ListFilings": filings(FILED),
        "VerifyLedger": budget.VerifyLedgerResponse(balanced=True),
        "VerifyDeductions": [budget.VerifyDeductionsResponse(looked_at=5, complete=True)],
        "ListLedgerAccounts": account(granted=10, available=4, held=5, posted=1),
        "VerifyLots": capacity.VerifyLotsResponse(balanced=True),
        "ListLots": lot("5000", "1500", "3500"),
        "ListSavings": saving(100, available_kgce=20, held_kgce=50, posted_kgce=30),
        "ListCertificates": uses(("GEC", 1, 10), ("GEC", 11, 11), ("OTHER", 5, 6)),
    }
    return served


def told(platform: "Served", *options: str) -> tuple[int, list[dict[str, Any]]]:
    result = platform.run("verify", "--json", *options)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def states(found: list[dict[str, Any]]) -> set[tuple[int, str]]:
    return {(one["invariant"], one["state"]) for one in found}


WITHOUT_METRICS = {(5, "not_checked"), (5, "by_schema"), (4, "by_schema"), (7, "not_built")}
"""What nobody can see, or nobody said where to look."""


def test_each_invariant_is_told_of_and_what_was_not_looked_at_is_not_said_to_hold(platform: "Served") -> None:
    code, found = told(platform)

    assert code == Exit.DONE
    assert states(found) == {(n, "held") for n in (1, 2, 3, 6, 8)} | WITHOUT_METRICS


@pytest.mark.parametrize(
    ("language", "says"), [("zh", "由表结构保证, 未核查"), ("en", "checked by the schema, not here")]
)
def test_there_is_a_line_for_each(language: str, says: str, platform: "Served") -> None:
    lines = platform.run("verify", language=language).stdout.splitlines()

    assert len(lines) == 15
    assert sum(says in line for line in lines) == 2


UNKNOWN = common.Finding(rule="review.energy", verdict=common.VERDICT_UNKNOWN)


def with_findings(*findings: common.Finding) -> Message:
    made = pb.Decision(findings=findings)
    made.MergeFrom(DECIDED)
    return decisions(made)


def difference(kind: pb.DecisionDifferenceKind.ValueType) -> Message:
    return pb.VerifyDecisionsResponse(
        looked_at=3, differences=[pb.DecisionDifference(name=DECIDED.name, kind=kind, text=TEXT)], complete=True
    )


NO_DECISION = status(grpc.StatusCode.NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "answer", "invariant", "says"),
    [
        ("VerifyDecisions", [difference(pb.DECISION_DIFFERENCE_KIND_GAP)], 1, "余额不符"),
        ("VerifyDecisions", [difference(pb.DECISION_DIFFERENCE_KIND_NOT_IDENTICAL)], 6, "余额不符"),
        ("VerifyDecisions", [difference(pb.DECISION_DIFFERENCE_KIND_LAW_NOT_KEPT)], 6, "余额不符"),
        ("ListDecisions", decisions(pb.Decision(name=DECIDED.name, filing_revision=2)), 1, "bundle_hash"),
        ("ListDecisions", decisions(DECIDED, pb.Decision(name="filings/nobody/decisions/1", filing_revision=1,
                                                         bundle_hash="ab", facts=FACTS)), 1, "无此备案"),
        ("ListDecisions", with_findings(UNKNOWN), 8, "review.energy 不明而无去向"),
        ("VerifyLedger", budget.VerifyLedgerResponse(difference=TEXT), 2, "余额不符"),
        ("VerifyDeductions", [budget.VerifyDeductionsResponse(
            looked_at=1, complete=True, differences=[budget.DeductionDifference(filing="a-b", difference=TEXT)]
        )], 2, "filings/a-b: 余额不符"),
        ("ListLedgerAccounts", account(granted=5, available=-1, held=6), 2, "可用 -1"),
        ("ListLedgerAccounts", account(granted=5, available=1, held=6), 2, "下达不等于"),
        ("VerifyLots", capacity.VerifyLotsResponse(difference=TEXT), 3, "余额不符"),
        ("ListLots", lot("5000", "1500.5", "3500"), 3, "共有 5000"),
        ("ListSavings", saving(100, held_kgce=60, posted_kgce=41), 3, "共有 100"),
        ("ListCertificates", uses(("GEC", 1, 10), ("GEC", 10, 12)), 3, "GEC 10"),
        ("ListCertificates", uses(("GEC", 1, 10), ("GEC", 3, 4), ("GEC", 9, 9)), 3, "GEC 9"),
    ],
)  # fmt: skip
def test_what_is_broken_is_named_and_ends_with_a_code_of_its_own(
    method: str, answer: Any, invariant: int, says: str, platform: "Served"
) -> None:
    platform.answers[method] = answer

    code, found = told(platform)

    broken = [one for one in found if one["state"] == "broken"]
    assert code == Exit.REFUSED
    assert [one["invariant"] for one in broken] == [invariant]
    assert any(says in first["zh"] for first in broken[0]["first"])
    assert says in platform.run("verify").output


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (account(granted=5, available=-1, held=6, overdraft=1), True),
        (account(granted=5, available=-2, held=7, overdraft=1), False),
    ],
)
def test_an_account_may_be_overdrawn_as_far_as_its_policy_says(
    answer: Message, allowed: bool, platform: "Served"
) -> None:
    platform.answers["ListLedgerAccounts"] = answer

    assert ((2, "broken") in states(told(platform)[1])) is not allowed


@pytest.mark.parametrize(
    ("filed", "asked_again", "says"),
    [
        (FILED, DECIDED, None),
        (filing.Filing(name="filings/c-d", revision=1, accept_time=LONG_AGO), NO_DECISION, "filings/c-d"),
        (filing.Filing(name="filings/a-b", revision=3, accept_time=LONG_AGO), DECIDED, "第 2 版, 最新为第 3 版"),
        (
            filing.Filing(name="filings/a-b", revision=3, accept_time=LONG_AGO),
            pb.Decision(name=DECIDED.name, filing_revision=3),
            None,
        ),
        (
            filing.Filing(name="filings/c-d", revision=1, accept_time=Timestamp(seconds=9_000_000_000)),
            NO_DECISION,
            None,
        ),
    ],
    ids=["decided", "undecided", "outdated", "decided meanwhile", "young"],
)
def test_a_filing_is_undecided_only_when_it_is_old_enough_and_still_so_when_asked_again(
    filed: filing.Filing, asked_again: Message, says: str | None, platform: "Served"
) -> None:
    platform.answers["ListFilings"] = filings(FILED, filed)
    platform.answers["GetDecision"] = (
        pb.GetDecisionResponse(decision=asked_again) if isinstance(asked_again, pb.Decision) else not_yet()
    )

    code, found = told(platform)

    assert code == (Exit.DONE if says is None else Exit.REFUSED)
    assert ((1, "broken") in states(found)) is (says is not None)
    assert says is None or any(says in first["zh"] for one in found for first in one["first"])


def not_yet() -> Status:
    made = status(grpc.StatusCode.NOT_FOUND)
    made.details.add().Pack(ErrorInfo(reason="NO_DECISION_YET"))
    return made


def test_a_service_that_is_away_is_not_said_to_hold(platform: "Served") -> None:
    away = status(grpc.StatusCode.UNAVAILABLE)
    platform.answers |= {"VerifyDecisions": [pb.VerifyDecisionsResponse(looked_at=1), away], "VerifyDeductions": [away]}

    code, found = told(platform)

    assert code == Exit.AWAY
    assert {(1, "not_checked"), (6, "not_checked"), (2, "not_checked")} < states(found)
    assert not {(6, "held"), (6, "broken")} & states(found)


def test_what_was_found_before_a_service_went_away_counts(platform: "Served") -> None:
    found_one = difference(pb.DECISION_DIFFERENCE_KIND_NOT_IDENTICAL)
    platform.answers["VerifyDecisions"] = [found_one, status(grpc.StatusCode.UNAVAILABLE)]

    code, found = told(platform)

    assert code == Exit.REFUSED
    assert {(6, "broken"), (1, "not_checked")} < states(found)


@pytest.mark.parametrize("method", ["VerifyDecisions", "VerifyDeductions"])
def test_what_ended_early_is_not_said_to_hold(method: str, platform: "Served") -> None:
    answers = {"VerifyDecisions": pb.VerifyDecisionsResponse(), "VerifyDeductions": budget.VerifyDeductionsResponse()}
    platform.answers[method] = [answers[method]]

    code, found = told(platform)

    assert code == Exit.DONE
    assert any(one["state"] == "not_checked" and "提前结束" in one["note_zh"] for one in found)


def test_of_much_that_is_broken_the_first_are_shown_and_all_are_counted(platform: "Served") -> None:
    platform.answers["ListCertificates"] = uses(*[("GEC", 1, 1)] * 130)

    code, found = told(platform)

    (broken,) = [one for one in found if one["state"] == "broken"]
    assert code == Exit.REFUSED
    assert (broken["differences"], len(broken["first"])) == (129, 100)
    assert "另有 124 处" in platform.run("verify").output


PAGE = """\
# HELP dualcontrol_outbox_rows Events written but not yet acknowledged by the broker.
dualcontrol_outbox_rows {rows}
dualcontrol_dead_letters_total{{topic="a.b"}} 2.0
dualcontrol_dead_letters_total{{topic="c.d"}} 1.0
python_info{{version="3"}} 1.0
"""
PUBLISHED = 'dualcontrol_events_published_total{topic="a.b"} 1.2e+03\n'


class Metrics(HTTPServer):
    """Shows one page."""

    page = ""
    status = 200


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Metrics)
        self.send_response(server.status if self.path == "/metrics" else 404)
        self.end_headers()
        self.wfile.write(server.page.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
        pass


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    server = Metrics(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def at(metrics: Metrics) -> list[str]:
    return [f"--address={name}-metrics=127.0.0.1:{metrics.server_port}" for name in outside.SERVICES]


@pytest.mark.parametrize(
    ("page", "state", "says"),
    [
        (PAGE.format(rows="0.0") + PUBLISHED, "held", "18 个事件被搁置"),
        (PAGE.format(rows="7.0") + PUBLISHED, "not_checked", "有 7 行待发"),
        (PAGE.format(rows="0.0"), "not_checked", "未发布过事件"),
        ("", "not_checked", "HTTP 500"),
    ],
)
def test_an_outbox_counts_as_published_once_it_was_seen_empty_by_a_process_that_publishes(
    page: str,
    state: str,
    says: str,
    metrics: Metrics,
    platform: "Served",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outside, "LOOK_SECONDS", 0)
    metrics.page, metrics.status = page, 200 if page else 500

    _, found = told(platform, *at(metrics))

    (published,) = [one for one in found if one["invariant"] == 5 and one["state"] != "by_schema"]
    assert (published["state"], says in published["note_zh"]) == (state, True)


def test_a_page_of_metrics_without_end_is_cut(metrics: Metrics, platform: "Served") -> None:
    metrics.page = PAGE.format(rows="0.0") + PUBLISHED + "#" * PAGE_BYTES_MAX

    assert (5, "held") in states(told(platform, *at(metrics))[1])


@pytest.mark.parametrize("address", ["filing", "filing=", "nobody=a:1"])
def test_an_address_of_no_service_is_refused(address: str, platform: "Served") -> None:
    assert platform.run("verify", "--address", address).exit_code == Exit.USAGE
    assert platform.asked == []
