from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.budget.v1.periods_service_pb2 import GetPeriodRequest
from dualcontrol.filing.v1.filing_service_pb2 import ProjectKind
from kernel.errors import InvalidRequest
from servicekit.rpc.checks import Violations


def reasons(check: Callable[[Violations], object]) -> list[str]:
    violations = Violations()
    check(violations)
    try:
        violations.done()
    except InvalidRequest as invalid:
        for violation in invalid.violations:
            assert violation.field == "f"
            assert violation.text.zh
            assert violation.text.en
        return [v.reason for v in invalid.violations]
    return []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("格尔木某项目", []),
        ("𠀀字", []),
        ("{{7*7}}", []),
        ("<svg onload>", []),
        ("null", []),
        ("", ["REQUIRED"]),
        ("x" * 201, ["TOO_LONG"]),
        ("a\0b", ["INVISIBLE_CHARACTER"]),
        ("a\u202eb", ["INVISIBLE_CHARACTER"]),
        ("a\u200bb", ["INVISIBLE_CHARACTER"]),
        ("\ue000", ["INVISIBLE_CHARACTER"]),
        ("a\nb", ["INVISIBLE_CHARACTER"]),
        ("　甲", ["BLANK_AT_END"]),
        ("甲 ", ["BLANK_AT_END"]),
    ],
)
def test_a_line_of_text_is_visible_and_bounded(value: str, expected: list[str]) -> None:
    assert reasons(lambda v: v.text("f", value, 200, required=True)) == expected


def test_text_is_kept_in_one_normal_form() -> None:
    assert Violations().text("f", "e\u0301", 10) == "\u00e9"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", []),
        ("4820.49", []),
        ("-30", ["TOO_SMALL"]),
        ("-0", []),
        ("", ["NOT_A_NUMBER"]),
        ("NaN", ["NOT_A_NUMBER"]),
        ("Infinity", ["NOT_A_NUMBER"]),
        ("1e308", ["NOT_A_NUMBER"]),
        ("1,000", ["NOT_A_NUMBER"]),
        ("１２３", ["NOT_A_NUMBER"]),
        ("1 ", ["NOT_A_NUMBER"]),
        ("0x10", ["NOT_A_NUMBER"]),
        ("1.0005", ["TOO_PRECISE"]),
        ("9" * 17, ["TOO_LARGE"]),
        ("9" * 40, ["NOT_A_NUMBER"]),
        ("1" * 28 + "." + "1" * 28, ["TOO_LONG"]),
    ],
)
def test_a_decimal_is_plain_exact_and_in_range(value: str, expected: list[str]) -> None:
    assert reasons(lambda v: v.decimal("f", ProtoDecimal(value=value), minimum=0, places_max=3)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (Date(year=2024, month=2, day=29), []),
        (Date(year=2027, month=2, day=29), ["NO_SUCH_DAY"]),
        (Date(year=0, month=1, day=1), ["NO_SUCH_DAY"]),
        (Date(year=9999, month=12, day=31), ["OUT_OF_RANGE"]),
        (Date(year=1900, month=1, day=1), ["OUT_OF_RANGE"]),
        (Date(year=2026, month=0, day=0), ["NO_SUCH_DAY"]),
        (Date(year=2026, month=11, day=24), []),
        (Date(year=2026, month=11, day=25), ["IN_THE_FUTURE"]),
    ],
)
def test_a_day_exists_and_is_not_after_today(day: Date, expected: list[str]) -> None:
    assert reasons(lambda v: v.day("f", day, not_after=date(2026, 11, 24))) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, []), (1, []), (99, ["UNKNOWN_VALUE"]), (-1, ["UNKNOWN_VALUE"])])
def test_an_unknown_enum_number_is_named(value: int, expected: list[str]) -> None:
    assert reasons(lambda v: v.enum("f", value, ProjectKind)) == expected


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("6f1c2d3e-9a4b-4c5d-8e6f-0123456789ab", True),
        ("6F1C2D3E-9A4B-4C5D-8E6F-0123456789AB", True),
        ("", False),
        ("6f1c2d3e-9a4b-1c5d-8e6f-0123456789ab", False),
        ("6f1c2d3e9a4b4c5d8e6f0123456789ab", False),
        ("{6f1c2d3e-9a4b-4c5d-8e6f-0123456789ab}", False),
        ("../../etc/passwd", False),
    ],
)
def test_a_request_id_is_a_uuid4_in_its_usual_spelling(value: str, *, valid: bool) -> None:
    violations = Violations()
    violations.request_id(value)
    assert violations.any is not valid


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (Timestamp(seconds=0), []),
        (Timestamp(seconds=1_772_337_600), []),
        (Timestamp(seconds=1_772_337_600, nanos=1_000), ["IN_THE_FUTURE"]),
        (Timestamp(seconds=253_402_300_799), ["IN_THE_FUTURE"]),
        (Timestamp(seconds=253_402_300_800), ["NO_SUCH_INSTANT"]),
        (Timestamp(seconds=2**62), ["NO_SUCH_INSTANT"]),
    ],
)
def test_an_instant_exists_and_is_not_after_now(stamp: Timestamp, expected: list[str]) -> None:
    now = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)

    assert reasons(lambda v: v.instant("f", stamp, not_after=now)) == expected
    assert reasons(lambda v: v.instant("f", stamp)) == [reason for reason in expected if reason != "IN_THE_FUTURE"]


def test_what_is_not_stated_is_neither_read_nor_wrong() -> None:
    violations = Violations()
    nothing, wrong = GetPeriodRequest(), GetPeriodRequest(effective_date=Date(year=2026, month=13))

    assert violations.stated_day(nothing, "effective_date") is None
    assert violations.stated_instant(nothing, "known_time") is None
    assert not violations.any
    assert violations.within("as_of").stated_day(wrong, "effective_date") is None
    with pytest.raises(InvalidRequest) as caught:
        violations.done()
    assert [(v.field, v.reason) for v in caught.value.violations] == [("as_of.effective_date", "NO_SUCH_DAY")]
