import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from grpc import StatusCode

from kernel.errors import ErrorKind, InvalidRequest, NotFound, Violation
from kernel.text import Text
from servicekit.rpc.errors import CODES, status_of


def test_every_kind_has_exactly_one_code() -> None:
    assert CODES.keys() == set(ErrorKind)
    assert len(set(CODES.values())) == len(CODES)


def test_no_refusal_is_told_as_internal() -> None:
    assert StatusCode.INTERNAL not in CODES.values()
    assert StatusCode.UNKNOWN not in CODES.values()


def unpacked(error: NotFound | InvalidRequest) -> tuple[ErrorInfo, BadRequest, LocalizedMessage]:
    info, bad, localized = ErrorInfo(), BadRequest(), LocalizedMessage()
    for detail in status_of(error).details:
        for message in (info, bad, localized):
            detail.Unpack(message)
    return info, bad, localized


def test_a_refusal_carries_its_reason_its_words_and_a_chinese_text() -> None:
    info, _, localized = unpacked(NotFound("filings/x"))

    assert (info.reason, dict(info.metadata)) == ("NOT_FOUND", {"resource": "filings/x"})
    assert localized.locale == "zh-CN"
    assert "未找到" in localized.message


@pytest.mark.parametrize("fields", [1, 20, 400])
def test_however_many_fields_are_wrong_the_details_fit_a_default_client(fields: int) -> None:
    text = Text(zh="必须填写" * 30, en="is required " * 30)
    error = InvalidRequest(tuple(Violation(f"dossier.products[{n}].name", "REQUIRED", text) for n in range(fields)))

    _, bad, _ = unpacked(error)

    assert bad.field_violations[0].field == "dossier.products[0].name"
    assert status_of(error).ByteSize() * 4 // 3 < 8_000
    if fields == 20:
        assert [v.field for v in bad.field_violations] == [f"dossier.products[{n}].name" for n in range(20)]
