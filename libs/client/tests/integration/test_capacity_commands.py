"""`dualcontrol lot`, `plan` and `utilisation` against a server of this test, in both languages."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from typer.testing import CliRunner, Result

from client.cli import app
from client.commands.running import Exit
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.capacity.v1 import capacity_service_pb2_grpc as rpc
from dualcontrol.common.v1 import finding_pb2 as common

pytestmark = pytest.mark.integration

DAY = Date(year=2026, month=3, day=2)

LOT = pb.Lot(
    name="lots/some-kiln",
    product_id="clinker",
    region_code="630121",
    quantity=Decimal(value="5000"),
    held=Decimal(value="1500"),
    used=Decimal(value="500"),
    unit="t/d",
    evidence=[pb.LotEvidence(kind=pb.LOT_EVIDENCE_KIND_DISMANTLED, effective_date=DAY, document="某文件")],
    findings=[
        common.Finding(rule="capacity.eligibility", verdict=common.VERDICT_HOLDS, title=common.Text(zh="可", en="ok"))
    ],
)
PLAN = pb.Replacement(
    name="filings/a-project/replacement",
    hold_state=pb.HOLD_STATE_HELD,
    holds=[pb.LotHold(lot="lots/some-kiln", quantity=Decimal(value="1500"), unit="t/d")],
    plan=pb.PlanRecord(
        steps=[pb.PlanStep(kind=pb.PLAN_STEP_KIND_ANNOUNCED, effective_date=DAY, document="某公告")],
        deadlines=[pb.PlanDeadline(step=pb.PLAN_STEP_KIND_IGNITED, last_date=DAY, provisional=True)],
    ),
)


class Capacity(rpc.CapacityServiceServicer):
    """Has one lot, one plan and one sector; remembers what was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.agrees = True
        self.asked: list[Message] = []

    def _seen(self, request: Message) -> None:
        self.asked.append(request)

    def RegisterLot(self, request: pb.RegisterLotRequest, _context: Any) -> pb.RegisterLotResponse:  # noqa: N802
        self._seen(request)
        return pb.RegisterLotResponse(lot=request.lot)

    def RecordLotEvidence(  # noqa: N802
        self, request: pb.RecordLotEvidenceRequest, _context: Any
    ) -> pb.RecordLotEvidenceResponse:
        self._seen(request)
        return pb.RecordLotEvidenceResponse(lot=LOT)

    def GetLot(self, request: pb.GetLotRequest, _context: Any) -> pb.GetLotResponse:  # noqa: N802
        self._seen(request)
        shown = pb.Lot(account_closed=not self.agrees)
        shown.MergeFrom(LOT)
        return pb.GetLotResponse(lot=shown)

    def ListLots(self, request: pb.ListLotsRequest, _context: Any) -> pb.ListLotsResponse:  # noqa: N802
        """In two pages, the second one empty."""
        self._seen(request)
        if request.page_token:
            return pb.ListLotsResponse()
        return pb.ListLotsResponse(lots=[LOT], next_page_token="next")

    def VerifyLots(self, request: pb.VerifyLotsRequest, _context: Any) -> pb.VerifyLotsResponse:  # noqa: N802
        self._seen(request)
        difference = None if self.agrees else common.Text(zh="指标余额不符", en="a balance differs")
        return pb.VerifyLotsResponse(balanced=self.agrees, difference=difference)

    def ReopenLots(self, request: pb.ReopenLotsRequest, _context: Any) -> pb.ReopenLotsResponse:  # noqa: N802
        self._seen(request)
        return pb.ReopenLotsResponse(lots=[] if self.agrees else [LOT.name])

    def GetReplacement(self, request: pb.GetReplacementRequest, _context: Any) -> pb.GetReplacementResponse:  # noqa: N802
        self._seen(request)
        return pb.GetReplacementResponse(replacement=PLAN)

    def RecordPlanStep(self, request: pb.RecordPlanStepRequest, _context: Any) -> pb.RecordPlanStepResponse:  # noqa: N802
        self._seen(request)
        return pb.RecordPlanStepResponse(replacement=PLAN)

    def PostReplacement(self, request: pb.PostReplacementRequest, _context: Any) -> pb.PostReplacementResponse:  # noqa: N802
        self._seen(request)
        return pb.PostReplacementResponse(replacement=PLAN)

    def VoidReplacement(self, request: pb.VoidReplacementRequest, _context: Any) -> pb.VoidReplacementResponse:  # noqa: N802
        self._seen(request)
        return pb.VoidReplacementResponse(replacement=PLAN)

    def ListLapsing(self, request: pb.ListLapsingRequest, _context: Any) -> pb.ListLapsingResponse:  # noqa: N802
        self._seen(request)
        one = pb.LapsingPlan(replacement=PLAN.name, lapse_date=DAY, provisional=True)
        return pb.ListLapsingResponse(plans=[one])

    def RecordUtilisation(  # noqa: N802
        self, request: pb.RecordUtilisationRequest, _context: Any
    ) -> pb.RecordUtilisationResponse:
        self._seen(request)
        return pb.RecordUtilisationResponse(utilisation=pb.Utilisation(rate=Decimal(value="0.5056")))

    def GetUtilisation(self, request: pb.GetUtilisationRequest, _context: Any) -> pb.GetUtilisationResponse:  # noqa: N802
        self._seen(request)
        return pb.GetUtilisationResponse(
            years=[pb.Utilisation(year=2025, capacity_t=Decimal(value="9"), output_t=Decimal(value="4"))],
            mean_years=[2023, 2024, 2025],
            missing_years=[2023],
            warning=pb.OVERCAPACITY_LEVEL_UNKNOWN,
            because=common.Text(zh="界线未载明", en="the line is not on file"),
        )


@pytest.fixture
def capacity() -> Iterator[Capacity]:
    served = Capacity()  # type: ignore[abstract]  # only what the command calls
    server = grpc.server(ThreadPoolExecutor(4))
    rpc.add_CapacityServiceServicer_to_server(served, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    served.address = f"127.0.0.1:{port}"
    yield served
    server.stop(None)


def run(capacity: Capacity, *arguments: str, language: str = "zh") -> Result:
    environment = {"DUALCONTROL_CAPACITY_ADDRESS": capacity.address, "DUALCONTROL_LANG": language}
    return CliRunner().invoke(app, list(arguments), env=environment)


@pytest.mark.parametrize(
    ("arguments", "language", "shown"),
    [
        (("lot", "list"), "zh", ("lots/some-kiln", "5000 t/d", "3000", "✔ 资格", "拆除 2026-03-02")),
        (("lot", "list"), "en", ("available", "dismantled 2026-03-02")),
        (("lot", "show", "some-kiln"), "zh", ("登记时的认定 (1)", "capacity.eligibility")),
        (("lot", "show", "lots/some-kiln"), "en", ("Found at registration (1)",)),
        (("lot", "verify"), "zh", ("账本与复核账一致",)),
        (("lot", "verify"), "en", ("the second book agrees",)),
        (("lot", "reopen", "--person", "甲", "--reason", "已查明"), "zh", ("重新开启的账户: 无",)),
        (("lot", "reopen", "--person", "甲", "--reason", "已查明"), "en", ("accounts reopened: none",)),
        (("plan", "show", "a-project"), "zh", ("已占用", "公告", "期限: 点火", "暂定")),
        (("plan", "show", "a-project"), "en", ("held", "announced", "deadline: ignited", "provisional")),
        (("plan", "post", "a-project", "--document", "某意见"), "zh", ("lots/some-kiln 1500 t/d",)),
        (("plan", "void", "a-project", "--reason", "撤销"), "en", ("lots/some-kiln 1500 t/d",)),
        (("plan", "lapsing", "--by", "2027-01-01"), "zh", ("自该日失效", "2026-03-02", "暂定")),
        (("utilisation", "show", "clinker", "630000"), "zh", ("平均 2023-2025", "缺 2023", "界线未载明")),
        (("utilisation", "show", "clinker", "630000"), "en", ("mean 2023-2025", "missing: 2023", "not on file")),
    ],
)
def test_a_command_shows_what_the_service_answers(
    arguments: tuple[str, ...], language: str, shown: tuple[str, ...], capacity: Capacity
) -> None:
    result = run(capacity, *arguments, language=language)

    assert result.exit_code == Exit.DONE, result.output
    assert [words for words in shown if words not in result.output] == []


def test_a_list_asks_for_what_was_said_and_reads_every_page(capacity: Capacity) -> None:
    options = ("--product", "clinker", "--region", "630000", "--available", "--recipient", "f-1", "--on", "2026-03-02")

    result = run(capacity, "lot", "list", *options, "--json")

    first, second = capacity.asked
    assert isinstance(first, pb.ListLotsRequest)
    assert isinstance(second, pb.ListLotsRequest)
    assert (first.product_id, first.region_code, first.available) == ("clinker", "630000", True)
    assert (first.recipient, first.as_of.effective_date) == ("filings/f-1", DAY)
    assert second.page_token == "next"
    assert [lot["name"] for lot in json.loads(result.output)["lots"]] == ["lots/some-kiln"]


FILES = {
    ("lot", "register"): "lot: {name: lots/some-kiln, product_id: clinker, facts: [{fact: idle, value: 'no'}]}",
    ("lot", "evidence"): "name: lots/some-kiln\nevidence: {kind: LOT_EVIDENCE_KIND_CLOSED, document: 某文件}",
    ("plan", "step"): "name: filings/a-project/replacement\nstep: {kind: PLAN_STEP_KIND_ANNOUNCED, document: 某公告}",
    ("utilisation", "record"): "utilisation: {product_id: clinker, year: 2025, document: 某公报}",
}


@pytest.mark.parametrize("command", FILES)
def test_a_file_is_sent_with_a_stable_request_id(command: tuple[str, str], tmp_path: Path, capacity: Capacity) -> None:
    (tmp_path / "file.yaml").write_text(FILES[command], "utf-8")

    results = [run(capacity, *command, str(tmp_path / "file.yaml")) for _ in range(2)]

    assert [result.exit_code for result in results] == [Exit.DONE, Exit.DONE], results[0].output
    first, second = capacity.asked
    assert first == second
    assert len(first.request_id) == 36  # type: ignore[attr-defined]


def test_a_field_that_does_not_exist_is_named_and_nothing_is_sent(tmp_path: Path, capacity: Capacity) -> None:
    (tmp_path / "file.yaml").write_text("lot: {nam: lots/some-kiln}", "utf-8")

    result = run(capacity, "lot", "register", str(tmp_path / "file.yaml"), language="en")

    assert result.exit_code == Exit.USAGE
    assert "did you mean name?" in result.output
    assert capacity.asked == []


@pytest.mark.parametrize(
    ("language", "differs", "closed"),
    [("zh", "指标余额不符", "账户已关闭"), ("en", "a balance differs", "account closed")],
)
def test_books_that_differ_end_with_a_code_of_their_own_and_closed_lots_are_marked(
    language: str, differs: str, closed: str, capacity: Capacity
) -> None:
    capacity.agrees = False

    verified = run(capacity, "lot", "verify", language=language)
    shown = run(capacity, "lot", "show", "some-kiln", language=language)

    assert verified.exit_code == Exit.REFUSED
    assert differs in verified.output
    assert f"3000 ({closed})" in shown.output


def test_every_reopening_is_a_request_of_its_own(capacity: Capacity) -> None:
    capacity.agrees = False

    results = [run(capacity, "lot", "reopen", "--person", "甲", "--reason", "已查明") for _ in range(2)]

    first, second = capacity.asked
    assert isinstance(first, pb.ReopenLotsRequest)
    assert isinstance(second, pb.ReopenLotsRequest)
    assert all("lots/some-kiln" in result.output for result in results)
    assert (first.person, first.reason) == ("甲", "已查明")
    assert first.request_id != second.request_id
