"""`dualcontrol budget` against a server of this test, in both languages."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from typer.testing import CliRunner, Result

from client.cli import app
from client.commands.running import Exit
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from dualcontrol.common.v1 import finding_pb2 as common

pytestmark = pytest.mark.integration

ACCOUNT = "regions/630121/accounts/2026"
HELD = pb.Deduction(
    name="deductions/d-1",
    filing="a-project",
    region_code="630121",
    year=2026,
    amount_kgce_calorific=500_250,
    amount_kgco2=1_300_000,
    later_phases=[pb.Phase(year=2027, amount_kgce_calorific=200_000)],
    state=pb.DEDUCTION_STATE_POSTED,
    expire_date=Date(year=2026, month=12, day=31),
    replaces="deductions/d-0",
)
CARBON = pb.LedgerAccount(
    name="630121/carbon_kgco2/2026", granted=9_000_000, available=7_700_000, held=1_300_000, closed=True
)
SAVING = pb.LedgerAccount(name="savings-r7/saving_kgce/", granted=1_234_567)
LEVELS = [
    pb.LevelPreview(
        name=ACCOUNT,
        instrument="energy_calorific_kgce",
        granted=1_000_000,
        available_before=600_000,
        available_after=-100_500,
        used_basis_points_after=11_005,
    ),
    pb.LevelPreview(name=ACCOUNT, instrument="carbon_kgco2"),
]


class Budget(rpc.BudgetServiceServicer):
    """Knows one deduction; `agrees` is what its second book says. Remembers what was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.agrees = True
        self.asked: list[Message] = []

    def GrantEnvelope(self, request: pb.GrantEnvelopeRequest, _context: Any) -> pb.GrantEnvelopeResponse:  # noqa: N802
        self.asked.append(request)
        return pb.GrantEnvelopeResponse(account=pb.Account(name=request.name, available_kgce_calorific=7_000))

    def ListAccounts(self, request: pb.ListAccountsRequest, _context: Any) -> pb.ListAccountsResponse:  # noqa: N802
        self.asked.append(request)
        return pb.ListAccountsResponse(accounts=[pb.Account(name=ACCOUNT, granted_kgce_calorific=1_500)])

    def ListLedgerAccounts(  # noqa: N802
        self, request: pb.ListLedgerAccountsRequest, _context: Any
    ) -> pb.ListLedgerAccountsResponse:
        """In two pages."""
        self.asked.append(request)
        if request.page_token:
            return pb.ListLedgerAccountsResponse(accounts=[SAVING])
        return pb.ListLedgerAccountsResponse(accounts=[CARBON], next_page_token="next")

    def ListDeductions(self, request: pb.ListDeductionsRequest, _context: Any) -> pb.ListDeductionsResponse:  # noqa: N802
        self.asked.append(request)
        return pb.ListDeductionsResponse(deductions=[HELD])

    def PreviewDeduction(  # noqa: N802
        self, request: pb.PreviewDeductionRequest, _context: Any
    ) -> pb.PreviewDeductionResponse:
        self.asked.append(request)
        found = common.Finding(
            rule="budget.available", verdict=common.VERDICT_FAILS, title=common.Text(zh="额", en="b")
        )
        return pb.PreviewDeductionResponse(levels=LEVELS, covered=request.region_code == "630000", findings=[found])

    def PostDeduction(self, request: pb.PostDeductionRequest, _context: Any) -> pb.PostDeductionResponse:  # noqa: N802
        self.asked.append(request)
        return pb.PostDeductionResponse(deduction=HELD)

    def VoidDeduction(self, request: pb.VoidDeductionRequest, _context: Any) -> pb.VoidDeductionResponse:  # noqa: N802
        self.asked.append(request)
        return pb.VoidDeductionResponse(deduction=HELD)

    def ReverseDeduction(  # noqa: N802
        self, request: pb.ReverseDeductionRequest, _context: Any
    ) -> pb.ReverseDeductionResponse:
        self.asked.append(request)
        return pb.ReverseDeductionResponse(deduction=HELD)

    def VerifyLedger(self, request: pb.VerifyLedgerRequest, _context: Any) -> pb.VerifyLedgerResponse:  # noqa: N802
        self.asked.append(request)
        if self.agrees:
            return pb.VerifyLedgerResponse(balanced=True)
        return pb.VerifyLedgerResponse(difference=common.Text(zh="余额不符", en="a balance differs"))

    def ReopenLedger(self, request: pb.ReopenLedgerRequest, _context: Any) -> pb.ReopenLedgerResponse:  # noqa: N802
        self.asked.append(request)
        return pb.ReopenLedgerResponse(accounts=[CARBON.name])


@pytest.fixture
def budget() -> Iterator[Budget]:
    served = Budget()  # type: ignore[abstract]  # only what the commands call
    server = grpc.server(ThreadPoolExecutor(4))
    rpc.add_BudgetServiceServicer_to_server(served, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    served.address = f"127.0.0.1:{port}"
    yield served
    server.stop(None)


def run(budget: Budget, *arguments: str, language: str = "zh") -> Result:
    environment = {"DUALCONTROL_BUDGET_ADDRESS": budget.address, "DUALCONTROL_LANG": language}
    return CliRunner().invoke(app, ["budget", *arguments], env=environment)


@pytest.mark.parametrize(
    ("command", "language", "shown"),
    [
        ("list", "zh", ("630121", "2026", "1.5")),
        ("deductions", "zh", ("d-1", "a-project", "500.25", "1,300", "200", "已扣减", "2026-12-31", "d-0")),
        ("deductions", "en", ("posted", "energy (tce, calorific)", "lapses on")),
        ("accounts", "zh", ("碳排放 (tCO2)", "7,700", "已关闭", "saving_kgce", "1,234,567", "正常")),
        ("accounts", "en", ("carbon (tCO2)", "closed", "open")),
        ("verify", "zh", ("账本与复核账一致",)),
        ("verify", "en", ("the second book agrees",)),
    ],
)
def test_what_is_asked_is_shown(budget: Budget, command: str, language: str, shown: tuple[str, ...]) -> None:
    result = run(budget, command, language=language)

    assert result.exit_code == Exit.DONE, result.output
    assert not [one for one in shown if one not in result.output], result.output


def test_carbon_is_granted_with_the_energy(budget: Budget, tmp_path: Path) -> None:
    file = tmp_path / "envelopes.yaml"
    file.write_text(f"name: {ACCOUNT}\namount_kgce_calorific: 7000\namount_kgco2: 19000\ndocument: 某文件\n", "utf-8")

    results = [run(budget, "grant", str(file)) for _ in range(2)]

    assert all("19" in result.output and "已登记" in result.output for result in results), results[0].output
    assert budget.asked[0] == budget.asked[1]
    assert budget.asked[0].amount_kgco2 == 19_000  # type: ignore[attr-defined]


@pytest.mark.parametrize(("region", "code"), [("630121", Exit.REFUSED), ("630000", Exit.DONE)])
def test_a_preview_shows_every_level_and_ends_by_whether_it_is_covered(budget: Budget, region: str, code: Exit) -> None:
    result = run(budget, "preview", "--region", region, "--phase", "2026:500.25:1300", "--phase", "2027:200")

    assert result.exit_code == code
    assert not [one for one in ("-100.5", "110.05 %", "未下达", "budget.available") if one not in result.output]
    assert budget.asked == [
        pb.PreviewDeductionRequest(
            region_code=region,
            phases=[
                pb.Phase(year=2026, amount_kgce_calorific=500_250, amount_kgco2=1_300_000),
                pb.Phase(year=2027, amount_kgce_calorific=200_000),
            ],
        )
    ]


@pytest.mark.parametrize(
    "phase", ["2026", "2026:", "2026:1.2345", "26:1", "2026:-1", "2026:1:", "2026:1e3", "２０２６:1"]
)
def test_a_phase_that_is_written_otherwise_is_explained_and_nothing_is_sent(budget: Budget, phase: str) -> None:
    result = run(budget, "preview", "--region", "630121", "--phase", phase)

    assert result.exit_code == Exit.USAGE
    assert "2026:500:1300.5" in result.output
    assert budget.asked == []


def test_a_deduction_is_ended_by_its_id_or_its_name(budget: Budget) -> None:
    run(budget, "post", "d-1", "--document", "批复", "--used", "2026:480")
    run(budget, "void", "deductions/d-1")
    run(budget, "reverse", "d-1", "--signer", "甲", "--signer", "乙", "--reason", "误扣")

    assert budget.asked == [
        pb.PostDeductionRequest(
            name="deductions/d-1", document="批复", used=[pb.Phase(year=2026, amount_kgce_calorific=480_000)]
        ),
        pb.VoidDeductionRequest(name="deductions/d-1"),
        pb.ReverseDeductionRequest(name="deductions/d-1", signers=["甲", "乙"], reason="误扣"),
    ]


def test_the_ledger_is_asked_for_a_day_and_a_time(budget: Budget) -> None:
    result = run(
        budget, "accounts", "--region", "630121", "--instrument", "carbon_kgco2", "--effective", "2026-06-30",
        "--known", "2026-07-01T00:00:00Z", "--json",
    )  # fmt: skip

    first, second = budget.asked
    assert isinstance(first, pb.ListLedgerAccountsRequest)
    assert (first.parent, first.instrument, first.effective_date.day) == ("regions/630121", "carbon_kgco2", 30)
    assert first.known_time.ToJsonString() == "2026-07-01T00:00:00Z"
    assert second.page_token == "next"  # type: ignore[attr-defined]
    assert [one["name"] for one in json.loads(result.output)["accounts"]] == [CARBON.name, SAVING.name]


def test_books_that_differ_end_with_an_exit_code_of_their_own(budget: Budget) -> None:
    budget.agrees = False

    result = run(budget, "verify", language="en")

    assert result.exit_code == Exit.REFUSED
    assert "a balance differs" in result.output


def test_every_reopening_is_a_request_of_its_own(budget: Budget) -> None:
    results = [run(budget, "reopen", "--person", "甲", "--reason", "已查明") for _ in range(2)]

    assert all(CARBON.name in result.output for result in results)
    first, second = budget.asked
    assert first.request_id != second.request_id  # type: ignore[attr-defined]
