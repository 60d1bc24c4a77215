"""A refusal reaches a person in both languages, with every wrong field."""

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status
from grpc.aio import AioRpcError, Metadata

from client.commands.running import Exit, exit_code, problem_json
from client.errors import DETAILS_KEY, AddressUnknown, ClientError, ServiceError, service_error
from client.rendering.problems import problem_lines
from client.rendering.words import Language
from kernel.text import Text


def refusal(*details: ErrorInfo | BadRequest | LocalizedMessage, code: grpc.StatusCode) -> AioRpcError:
    status = Status(code=code.value[0], message="The request is invalid.")
    for detail in details:
        status.details.add().Pack(detail)
    trailers = Metadata((DETAILS_KEY, status.SerializeToString()))
    return AioRpcError(code, Metadata(), trailers, details="The request is invalid.", debug_error_string="")


WRONG = BadRequest(
    field_violations=[
        BadRequest.FieldViolation(field="dossier.region_code", reason="REQUIRED", description="必须填写 | is required"),
        BadRequest.FieldViolation(field="dossier.kind", reason="UNKNOWN_VALUE", description="未知 | is unknown"),
        BadRequest.FieldViolation(field="*", reason="MORE_VIOLATIONS"),
    ]
)
INFO = ErrorInfo(reason="INVALID_REQUEST", domain="dualcontrol.cn", metadata={"fields": "a,b"})


def test_every_violation_is_read_and_shown_in_both_languages() -> None:
    made = service_error(refusal(INFO, WRONG, code=grpc.StatusCode.INVALID_ARGUMENT))

    assert problem_lines(made, Language.ZH) == [
        "错误: 请求有 3 处不合格 [INVALID_REQUEST]",
        "Error: 3 wrong in the request [INVALID_REQUEST]",
        "  dossier.region_code: 必须填写 | is required",
        "  dossier.kind: 未知 | is unknown",
        "  *: MORE_VIOLATIONS",
    ]
    assert problem_lines(made, Language.EN)[2] == "  dossier.region_code: is required | 必须填写"


def test_the_chinese_message_comes_from_the_localized_detail() -> None:
    info = ErrorInfo(reason="FILING_EXISTS")
    said = LocalizedMessage(locale="zh-CN", message="备案已存在")
    made = service_error(refusal(info, said, code=grpc.StatusCode.ALREADY_EXISTS))

    assert made.text == Text(zh="备案已存在", en="The request is invalid.")
    assert problem_lines(made, Language.ZH)[0] == "错误: 备案已存在 [FILING_EXISTS]"


def hints(reason: str, **metadata: str) -> list[str]:
    info = ErrorInfo(reason=reason, metadata=metadata)
    return problem_lines(service_error(refusal(info, code=grpc.StatusCode.ABORTED)), Language.EN)[2:]


def test_who_submits_what_exists_is_shown_how_to_amend_it() -> None:
    assert hints("FILING_EXISTS", filing="a-project", project_code="") == [
        "  If it is the same project and it changed: dualcontrol amend a-project FILE",
        "  同一项目有变更时: dualcontrol amend a-project FILE",
    ]


def test_who_amends_an_older_revision_is_told_what_to_do_with_the_newest() -> None:
    english, chinese = hints("REVISION_CONFLICT", filing="a", base_revision="1", newest_revision="3")

    assert english == "  Nothing was changed. Bring your change into revision 3, then run with --base-revision 3"
    assert "--base-revision 3" in chinese


def test_a_hint_that_lacks_its_words_is_left_out() -> None:
    assert hints("REVISION_CONFLICT") == []


def test_an_answer_without_details_still_says_what_to_do() -> None:
    made = service_error(
        AioRpcError(grpc.StatusCode.UNAVAILABLE, Metadata(), Metadata(), details="refused", debug_error_string="")
    )
    assert problem_lines(made, Language.ZH) == [
        "错误: 服务无法连接, 请确认平台已启动后重试 [UNAVAILABLE]",
        "Error: refused [UNAVAILABLE]",
    ]


def test_a_trailer_that_is_no_status_is_passed_over() -> None:
    broken = AioRpcError(
        grpc.StatusCode.UNKNOWN,
        Metadata(),
        Metadata((DETAILS_KEY, b"\xff\xff")),
        details="proxy",
        debug_error_string="",
    )
    assert service_error(broken).text.en == "proxy"


@pytest.mark.parametrize(
    ("code", "exit_"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, Exit.REFUSED),
        (grpc.StatusCode.ALREADY_EXISTS, Exit.REFUSED),
        (grpc.StatusCode.FAILED_PRECONDITION, Exit.REFUSED),
        (grpc.StatusCode.INTERNAL, Exit.REFUSED),
        (grpc.StatusCode.NOT_FOUND, Exit.NOT_FOUND),
        (grpc.StatusCode.UNAVAILABLE, Exit.AWAY),
        (grpc.StatusCode.DEADLINE_EXCEEDED, Exit.AWAY),
    ],
)
def test_each_code_has_its_documented_exit_code(code: grpc.StatusCode, exit_: Exit) -> None:
    assert exit_code(ServiceError(Text("", ""), code)) is exit_


def test_a_wrong_file_is_usage_and_an_unknown_address_is_away() -> None:
    assert exit_code(ClientError(Text("", ""))) is Exit.USAGE
    assert exit_code(AddressUnknown(Text("", ""))) is Exit.AWAY


def test_machines_get_code_reason_and_violations() -> None:
    made = problem_json(service_error(refusal(INFO, WRONG, code=grpc.StatusCode.INVALID_ARGUMENT)))
    assert (made["code"], made["reason"], made["metadata"]) == (
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        {"fields": "a,b"},
    )
    assert made["violations"][0] == {
        "field": "dossier.region_code",
        "reason": "REQUIRED",
        "zh": "必须填写",
        "en": "is required",
    }
