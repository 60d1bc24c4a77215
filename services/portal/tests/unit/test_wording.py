"""How values are written: exact, with what is missing named and never taken for zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal

from kernel.text import Text
from portal.entrypoints.wording import day_in, instant_in, number_in, said_in


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (-1234, "-1,234"),
        (Decimal("1234.5600"), "1,234.56"),
        (Decimal("-0.5"), "-0.5"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("0.000000001"), "0.000000001"),
        (WireDecimal(value="98765.4"), "98,765.4"),
        ("100000", "100,000"),
        (None, "未报"),
        ("", "未报"),
        (WireDecimal(), "未报"),
    ],
)
def test_a_number_is_exact_and_in_groups(value: Any, written: str) -> None:
    assert number_in("zh")(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Date(year=2026, month=3, day=2), "2026-03-02"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "2026-03-02"),
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), "2026-03-01"),
        (Date(), "not stated"),
        (None, "not stated"),
    ],
)
def test_a_day_is_one_in_china(value: Any, written: str) -> None:
    assert day_in("en")(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Timestamp(seconds=0), "未报"), (None, "未报"), (datetime(2026, 3, 1, 16, 5, tzinfo=UTC), "2026-03-02 00:05")],
)
def test_an_instant_is_told_in_china(value: Any, written: str) -> None:
    assert instant_in("zh")(value) == written


def test_words_are_said_in_the_pages_language() -> None:
    both = Text("限批", "restrict")

    assert (said_in("zh")(both), said_in("en")(both)) == ("限批", "restrict")
    assert said_in("en")("as it is") == "as it is"
    assert said_in("en")(None) == "not stated"
