"""The command against servers of this test: retries, refusals, resumed streams, exit codes, machine output."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from typer.testing import CliRunner, Result

from client.cli import app
from client.commands.running import Exit
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing_rpc
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.screening.v1 import screening_service_pb2_grpc as screening_rpc

pytestmark = pytest.mark.integration

ENTRY = "- filing_id: {id}\n  dossier: {{project_name: 项目 {id}}}\n"


def refuse(context: grpc.ServicerContext, code: StatusCode, *details: Message) -> None:
    status = Status(code=code.value[0], message="no")
    for detail in details:
        status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, "no")


class Filings(filing_rpc.FilingServiceServicer):
    """Refuses ids that begin with `bad`; is away for the first `breaks` calls. Has one filing, `a-project`."""

    def __init__(self) -> None:
        self.breaks = 0
        self.request_ids: list[str] = []
        self.standing = filing.Filing(name="filings/a-project", revision=1, state=filing.FILING_STATE_ACCEPTED)
        self.answers: dict[str, filing.Filing] = {}

    def SubmitFiling(  # noqa: N802
        self, request: filing.SubmitFilingRequest, context: grpc.ServicerContext
    ) -> filing.SubmitFilingResponse:
        self.request_ids.append(request.request_id)
        if self.breaks > 0:
            self.breaks -= 1
            context.abort(StatusCode.UNAVAILABLE, "away")
        if request.filing_id.startswith("bad"):
            wrong = [
                BadRequest.FieldViolation(field=f"dossier.products[{n}].name", description="必须填写 | is required")
                for n in range(300)
            ]
            refuse(
                context,
                StatusCode.INVALID_ARGUMENT,
                ErrorInfo(reason="INVALID_REQUEST"),
                BadRequest(field_violations=wrong),
            )
        if request.filing_id == "a-project":
            info = ErrorInfo(reason="FILING_EXISTS", metadata={"filing": "a-project", "project_code": ""})
            refuse(context, StatusCode.ALREADY_EXISTS, info)
        made = filing.Filing(name=f"filings/{request.filing_id}", revision=1, state=filing.FILING_STATE_ACCEPTED)
        return filing.SubmitFilingResponse(filing=made)

    def GetFiling(  # noqa: N802
        self, request: filing.GetFilingRequest, context: grpc.ServicerContext
    ) -> filing.GetFilingResponse:
        self._known(request.name, context)
        return filing.GetFilingResponse(filing=self.standing)

    def AmendFiling(  # noqa: N802
        self, request: filing.AmendFilingRequest, context: grpc.ServicerContext
    ) -> filing.AmendFilingResponse:
        self._known(request.name, context)
        if request.request_id not in self.answers:
            newest = self.standing.revision
            if request.base_revision != newest:
                words = {"base_revision": str(request.base_revision), "newest_revision": str(newest)}
                refuse(context, StatusCode.ABORTED, ErrorInfo(reason="REVISION_CONFLICT", metadata=words))
            self._keep(request.request_id, revision=newest + 1, dossier=request.dossier)
        return filing.AmendFilingResponse(filing=self.answers[request.request_id])

    def WithdrawFiling(  # noqa: N802
        self, request: filing.WithdrawFilingRequest, context: grpc.ServicerContext
    ) -> filing.WithdrawFilingResponse:
        self._known(request.name, context)
        if request.request_id not in self.answers:
            if self.standing.state == filing.FILING_STATE_WITHDRAWN:
                refuse(context, StatusCode.FAILED_PRECONDITION, ErrorInfo(reason="FILING_WITHDRAWN"))
            revision = self.standing.revision + 1
            self._keep(request.request_id, revision=revision, state=filing.FILING_STATE_WITHDRAWN)
        return filing.WithdrawFilingResponse(filing=self.answers[request.request_id])

    def _known(self, name: str, context: grpc.ServicerContext) -> None:
        if name != self.standing.name:
            refuse(context, StatusCode.NOT_FOUND, ErrorInfo(reason="NOT_FOUND"))

    def _keep(self, request_id: str, **changed: Any) -> None:
        made = filing.Filing()
        made.CopyFrom(self.standing)
        made.MergeFrom(filing.Filing(**changed))
        self.standing = self.answers[request_id] = made


def decision(number: int) -> screening.Decision:
    return screening.Decision(
        name=f"filings/project-{number}/decisions/1",
        outcome=common.OUTCOME_DEFER,
        disposition=common.DISPOSITION_RETURN,
        project_name=f"项目 {number}",
    )


class Screening(screening_rpc.ScreeningServiceServicer):
    """Has three decisions; breaks the stream after each one."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def GetDecision(  # noqa: N802
        self, request: screening.GetDecisionRequest, context: grpc.ServicerContext
    ) -> screening.GetDecisionResponse:
        if request.name != "filings/project-1/decisions/current":
            refuse(context, StatusCode.NOT_FOUND, ErrorInfo(reason="NO_DECISION_YET"))
        return screening.GetDecisionResponse(decision=decision(1))

    def ExplainDecision(  # noqa: N802
        self, request: screening.ExplainDecisionRequest, _context: Any
    ) -> screening.ExplainDecisionResponse:
        assert request.name == "filings/project-1/decisions/current"
        return screening.ExplainDecisionResponse(decision=decision(1))

    def GetCase(  # noqa: N802
        self, request: screening.GetCaseRequest, context: grpc.ServicerContext
    ) -> screening.GetCaseResponse:
        if request.name != "filings/waiting/case":
            refuse(context, StatusCode.NOT_FOUND)
        return screening.GetCaseResponse(case=screening.Case(name=request.name, waiting_for=["review", "deduction"]))

    def WatchDecisions(  # noqa: N802
        self, request: screening.WatchDecisionsRequest, context: grpc.ServicerContext
    ) -> Iterator[screening.WatchDecisionsResponse]:
        self.tokens.append(request.resume_token)
        number = int(request.resume_token or 0) + 1
        if number <= 3:
            yield screening.WatchDecisionsResponse(decision=decision(number), resume_token=str(number))
        context.abort(StatusCode.UNAVAILABLE, "restarting")


class Stage:
    """The servers, and the command with their addresses."""

    def __init__(self, folder: Path) -> None:
        self.filings = Filings()  # type: ignore[abstract]  # only what the command calls
        self.screening = Screening()  # type: ignore[abstract]  # likewise
        self._server = grpc.server(ThreadPoolExecutor(max_workers=8))
        filing_rpc.add_FilingServiceServicer_to_server(self.filings, self._server)
        screening_rpc.add_ScreeningServiceServicer_to_server(self.screening, self._server)
        address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        (folder / "addresses.json").write_text(json.dumps({"filing": address, "screening": address}), "utf-8")
        self._folder = folder
        self._server.start()

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), env={"DUALCONTROL_STACK": str(self._folder)})

    def file(self, text: str) -> str:
        path = self._folder / "projects.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    def stop(self) -> None:
        self._server.stop(None).wait()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.stop()


def entries(*ids: str) -> str:
    return "".join(ENTRY.format(id=one) for one in ids)


def json_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_filings_are_sent_and_shown(stage: Stage) -> None:
    result = stage.run("submit", stage.file(entries("one", "two")))

    assert result.exit_code == Exit.DONE, result.output
    assert "已受理, 第 1 版" in result.stdout
    assert "项目 two" in result.stdout


def test_a_refused_filing_does_not_hold_the_others_up_and_names_every_wrong_field(stage: Stage) -> None:
    result = stage.run("submit", stage.file(entries("one", "bad-one", "two")))

    assert result.exit_code == Exit.REFUSED
    assert result.stdout.count("已受理") == 2
    assert "dossier.products[299].name: 必须填写 | is required" in result.stderr


def test_the_same_file_again_sends_the_same_request_ids(stage: Stage) -> None:
    file = stage.file(entries("one", "two"))
    stage.run("submit", file)
    stage.run("submit", file)

    assert len(set(stage.filings.request_ids)) == 2
    assert len(stage.filings.request_ids) == 4


def test_a_service_that_comes_back_answers_the_same_request(stage: Stage) -> None:
    stage.filings.breaks = 2
    result = stage.run("submit", stage.file(entries("one")))

    assert result.exit_code == Exit.DONE, result.output
    assert len(stage.filings.request_ids) == 3
    assert len(set(stage.filings.request_ids)) == 1


def test_a_service_that_stays_away_ends_with_its_own_exit_code(stage: Stage) -> None:
    stage.filings.breaks = 1_000
    result = stage.run("submit", "--json", stage.file(entries("one")))

    assert result.exit_code == Exit.AWAY
    assert json_lines(result.stdout)[0]["error"]["code"] == "UNAVAILABLE"


def test_a_file_with_a_slip_sends_nothing(stage: Stage) -> None:
    result = stage.run("submit", stage.file(entries("one") + "- filing_ud: two\n"))

    assert result.exit_code == Exit.USAGE
    assert "第 2 项, filing_ud: 没有这个字段, 是否应为 filing_id" in result.stderr
    assert stage.filings.request_ids == []


def test_machines_get_one_line_for_each_entry(stage: Stage) -> None:
    result = stage.run("submit", "--json", stage.file(entries("one", "bad-one")))
    by_entry = {str(line["entry"]): line for line in json_lines(result.stdout)}

    assert by_entry["1"]["answer"]["name"] == "filings/one"
    assert by_entry["2"]["error"]["reason"] == "INVALID_REQUEST"


def test_a_filing_that_exists_is_pointed_to_its_amendment(stage: Stage) -> None:
    result = stage.run("submit", stage.file(entries("a-project")))

    assert result.exit_code == Exit.REFUSED
    assert "dualcontrol amend a-project FILE" in result.stderr


def test_an_amendment_is_made_on_the_newest_revision_and_shown(stage: Stage) -> None:
    stage.filings.standing.revision = 4
    result = stage.run("amend", "a-project", stage.file(entries("a-project")))

    assert result.exit_code == Exit.DONE, result.output
    assert "已受理, 第 5 版" in result.stdout
    assert "项目 a-project" in result.stdout


def test_the_same_amendment_again_makes_no_second_revision(stage: Stage) -> None:
    file = stage.file(entries("a-project"))
    first = stage.run("amend", "a-project", file, "--json")
    again = stage.run("amend", "a-project", file, "--json")

    assert json.loads(first.stdout) == json.loads(again.stdout)
    assert stage.filings.standing.revision == 2


def test_an_amendment_of_an_older_revision_is_refused_and_says_what_to_do(stage: Stage) -> None:
    stage.filings.standing.revision = 3
    file = stage.file(entries("a-project"))
    result = stage.run("amend", "a-project", file, "--base-revision", "2", "--lang", "en")

    assert result.exit_code == Exit.REFUSED
    assert "[REVISION_CONFLICT]" in result.stderr
    assert "Bring your change into revision 3, then run with --base-revision 3" in result.stderr
    assert stage.filings.standing.revision == 3


def test_an_amendment_of_what_nobody_filed_is_not_found(stage: Stage) -> None:
    assert stage.run("amend", "nobody", stage.file("dossier: {project_name: x}")).exit_code == Exit.NOT_FOUND


@pytest.mark.parametrize(
    ("ids", "says"), [(("one", "two"), "有 2 项"), (("other",), "是 other, 不是要修订的 a-project")]
)
def test_an_amendment_takes_exactly_one_entry_of_that_filing(stage: Stage, ids: tuple[str, ...], says: str) -> None:
    result = stage.run("amend", "a-project", stage.file(entries(*ids)))

    assert result.exit_code == Exit.USAGE
    assert says in result.stderr
    assert stage.filings.standing.revision == 1


def test_a_withdrawal_is_made_once_for_one_reason(stage: Stage) -> None:
    first = stage.run("withdraw", "a-project", "--reason", "终止项目")
    again = stage.run("withdraw", "a-project", "--reason", "终止项目", "--json")
    other = stage.run("withdraw", "a-project", "--reason", "另一原因", "--json")

    assert first.exit_code == Exit.DONE, first.output
    assert "已撤回, 第 2 版" in first.stdout
    assert json.loads(again.stdout)["state"] == "FILING_STATE_WITHDRAWN"
    assert other.exit_code == Exit.REFUSED
    assert json.loads(other.stderr)["error"]["reason"] == "FILING_WITHDRAWN"


def test_a_withdrawal_without_a_reason_is_not_sent(stage: Stage) -> None:
    assert stage.run("withdraw", "a-project").exit_code == Exit.USAGE
    assert stage.filings.standing.state == filing.FILING_STATE_ACCEPTED


def test_a_watch_goes_on_behind_the_last_decision_after_a_break(stage: Stage) -> None:
    result = stage.run("watch", "--until-decided", "3", "--timeout", "30", "--json")

    assert result.exit_code == Exit.DONE, result.output
    assert [line["resume_token"] for line in json_lines(result.stdout)] == ["1", "2", "3"]
    assert stage.screening.tokens == ["", "1", "2"]


def test_a_watch_that_sees_too_few_decisions_says_so_by_its_exit_code(stage: Stage) -> None:
    assert stage.run("watch", "--until-decided", "9", "--timeout", "0.5").exit_code == Exit.AWAY


def test_a_decision_is_read_and_explained(stage: Stage) -> None:
    assert "暂缓 · 补正" in stage.run("decision", "get", "project-1").stdout
    assert "Next: Add the fields listed" in stage.run("decision", "explain", "project-1", "--lang", "en").stdout
    assert json.loads(stage.run("decision", "get", "project-1", "--json").stdout)["project_name"] == "项目 1"


def test_a_filing_without_a_decision_says_what_it_waits_for(stage: Stage) -> None:
    result = stage.run("decision", "get", "waiting")

    assert result.exit_code == Exit.NOT_FOUND
    assert "尚在等待: 节能审查, 能耗预算" in result.stderr


def test_an_address_that_nobody_named_is_said_with_the_remedy(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["budget", "list"], env={"DUALCONTROL_STACK": str(tmp_path)})

    assert result.exit_code == Exit.AWAY
    assert "DUALCONTROL_BUDGET_ADDRESS" in result.stderr
