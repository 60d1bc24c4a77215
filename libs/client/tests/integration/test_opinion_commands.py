"""`dualcontrol opinion` against a server of this test, in both languages."""

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
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1 import opinion_service_pb2_grpc as rpc

pytestmark = pytest.mark.integration

NAME = "filings/a-project/opinions/1"
OPINION = pb.Opinion(
    name=NAME,
    revision=1,
    decision="filings/a-project/decisions/3",
    result=pb.OPINION_RESULT_PASS,
    state=pb.OPINION_STATE_ISSUED,
    text="原则同意该项目节能报告",
    conditions=["能耗不超过报告值"],
    drafter="甲",
    signer="乙",
    document="虚构节能审〔2026〕1号",
    issue_date=Date(year=2026, month=3, day=2),
    lapse_date=Date(year=2028, month=3, day=2),
    lapse_basis=common.Citation(parameter="review.validity_years", value="2", unit="a", document="令", article="19"),
)


class Opinions(rpc.OpinionServiceServicer):
    """Has one opinion; remembers what was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[Message] = []

    def _seen(self, request: Message) -> pb.Opinion:
        self.asked.append(request)
        return OPINION

    def DraftOpinion(self, request: pb.DraftOpinionRequest, _context: Any) -> pb.DraftOpinionResponse:  # noqa: N802
        return pb.DraftOpinionResponse(opinion=self._seen(request))

    def ReturnOpinion(self, request: pb.ReturnOpinionRequest, _context: Any) -> pb.ReturnOpinionResponse:  # noqa: N802
        return pb.ReturnOpinionResponse(opinion=self._seen(request))

    def IssueOpinion(self, request: pb.IssueOpinionRequest, _context: Any) -> pb.IssueOpinionResponse:  # noqa: N802
        return pb.IssueOpinionResponse(opinion=self._seen(request))

    def RevokeOpinion(self, request: pb.RevokeOpinionRequest, _context: Any) -> pb.RevokeOpinionResponse:  # noqa: N802
        return pb.RevokeOpinionResponse(opinion=self._seen(request))

    def RecordConstructionStart(  # noqa: N802
        self, request: pb.RecordConstructionStartRequest, _context: Any
    ) -> pb.RecordConstructionStartResponse:
        return pb.RecordConstructionStartResponse(opinion=self._seen(request))

    def GetOpinion(self, request: pb.GetOpinionRequest, _context: Any) -> pb.GetOpinionResponse:  # noqa: N802
        return pb.GetOpinionResponse(opinion=self._seen(request))

    def ListOpinions(self, request: pb.ListOpinionsRequest, _context: Any) -> pb.ListOpinionsResponse:  # noqa: N802
        """In two pages, the second one empty."""
        listed = self._seen(request)
        if request.page_token:
            return pb.ListOpinionsResponse()
        return pb.ListOpinionsResponse(opinions=[listed], next_page_token="next")


@pytest.fixture
def opinions() -> Iterator[Opinions]:
    served = Opinions()
    server = grpc.server(ThreadPoolExecutor(4))
    rpc.add_OpinionServiceServicer_to_server(served, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    served.address = f"127.0.0.1:{port}"
    yield served
    server.stop(None)


def run(opinions: Opinions, *arguments: str, language: str = "zh") -> Result:
    environment = {"DUALCONTROL_REVIEW_ADDRESS": opinions.address, "DUALCONTROL_LANG": language}
    return CliRunner().invoke(app, ["opinion", *arguments], env=environment)


RETURN = ("return", NAME, "--reviewer", "丙", "--reason", "补充措施")
ISSUE = ("issue", NAME, "--signer", "乙", "--document", "某文号")
REVOKE = ("revoke", NAME, "--signer", "甲", "--signer", "乙", "--reason", "数据有误")
START = ("start", NAME, "--day", "2026-09-01", "--evidence", "开工报告")


@pytest.mark.parametrize(
    ("arguments", "language", "shown"),
    [
        (("list",), "zh", ("a-project #1", "予以通过", "有效", "2028-03-02")),
        (("list",), "en", ("opinion", "pass", "in force")),
        (("show", "a-project"), "zh", ("原则同意", "能耗不超过报告值", "失效日: 2028-03-02", "条款 19")),
        (("show", NAME), "en", ("drafted by: 甲", "signed by: 乙", "lapses: 2028-03-02")),
        (RETURN, "zh", ("a-project #1",)),
        (ISSUE, "zh", ("文号: 虚构节能审〔2026〕1号",)),
        (REVOKE, "en", ("a-project #1",)),
        (START, "zh", ("a-project #1",)),
    ],
)
def test_a_command_shows_what_the_service_answers(
    arguments: tuple[str, ...], language: str, shown: tuple[str, ...], opinions: Opinions
) -> None:
    result = run(opinions, *arguments, language=language)

    assert result.exit_code == Exit.DONE, result.output
    assert [words for words in shown if words not in result.output] == []


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (RETURN, pb.ReturnOpinionRequest(name=NAME, reviewer="丙", reason="补充措施")),
        (ISSUE, pb.IssueOpinionRequest(name=NAME, signer="乙", document="某文号")),
        (REVOKE, pb.RevokeOpinionRequest(name=NAME, signers=["甲", "乙"], reason="数据有误")),
        (
            START,
            pb.RecordConstructionStartRequest(
                name=NAME, start_date=Date(year=2026, month=9, day=1), evidence="开工报告"
            ),
        ),
        (("show", "a-project"), pb.GetOpinionRequest(name="filings/a-project/opinions/newest")),
        (("show", NAME), pb.GetOpinionRequest(name=NAME)),
    ],
)
def test_a_command_asks_for_what_was_said_and_again_under_the_same_id(
    arguments: tuple[str, ...], asked: Any, opinions: Opinions
) -> None:
    for _ in range(2):
        run(opinions, *arguments)

    first, second = opinions.asked
    assert first == second
    if "request_id" in asked.DESCRIPTOR.fields_by_name:
        asked.request_id = first.request_id  # type: ignore[attr-defined]
        assert len(asked.request_id) == 36
    assert first == asked


@pytest.mark.parametrize(("options", "parent"), [((), "filings/-"), (("--filing", "a-project"), "filings/a-project")])
def test_a_list_reads_every_page(options: tuple[str, ...], parent: str, opinions: Opinions) -> None:
    result = run(opinions, "list", *options, "--json")

    first, second = opinions.asked
    assert isinstance(first, pb.ListOpinionsRequest)
    assert isinstance(second, pb.ListOpinionsRequest)
    assert (first.parent, second.page_token) == (parent, "next")
    assert [one["name"] for one in json.loads(result.output)["opinions"]] == [NAME]


def test_a_draft_is_sent_from_a_file_with_a_stable_request_id(tmp_path: Path, opinions: Opinions) -> None:
    (tmp_path / "opinion.yaml").write_text(
        "decision: filings/a-project/decisions/3\nresult: OPINION_RESULT_PASS\ntext: |-\n  同意\n  另行\n"
        "conditions: [不超过报告值]\ndrafter: 甲\n",
        "utf-8",
    )

    results = [run(opinions, "draft", str(tmp_path / "opinion.yaml")) for _ in range(2)]

    assert [result.exit_code for result in results] == [Exit.DONE, Exit.DONE], results[0].output
    assert NAME in results[0].output
    first, second = opinions.asked
    assert isinstance(first, pb.DraftOpinionRequest)
    assert first == second
    assert (first.text, list(first.conditions), len(first.request_id)) == ("同意\n另行", ["不超过报告值"], 36)


def test_a_refused_draft_is_shown_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "opinion.yaml").write_text("decision: filings/a-project/decisions/3\ndrafter: 甲\n", "utf-8")
    server = grpc.server(ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    environment = {"DUALCONTROL_REVIEW_ADDRESS": f"127.0.0.1:{port}", "DUALCONTROL_LANG": "zh"}

    result = CliRunner().invoke(app, ["opinion", "draft", str(tmp_path / "opinion.yaml")], env=environment)
    server.stop(None)

    assert result.exit_code == Exit.REFUSED
    assert "被拒绝 UNIMPLEMENTED" in result.output
