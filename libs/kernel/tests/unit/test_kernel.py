from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest

from kernel.clock import legal_day, system_clock
from kernel.errors import DomainError, ErrorKind, InvalidRequest, NotFound, Violation
from kernel.regions import RegionCode, code_prefix, lineage, prefecture_of, province_of, region_code
from kernel.text import Text


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 16, 0, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2025, 8, 31, 16, 0, 0, tzinfo=UTC), date(2025, 9, 1)),
    ],
)
def test_a_legal_day_is_a_day_in_china(instant: datetime, day: date) -> None:
    assert legal_day(instant) == day


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        legal_day(datetime(2026, 1, 1))  # noqa: DTZ001
    assert system_clock().tzinfo is UTC


@pytest.mark.parametrize("text", ["63012", "6301211", "63012a", "６３０１２１", "030121", "", " 630121"])
def test_a_region_code_is_six_digits(text: str) -> None:
    with pytest.raises(ValueError, match="GB/T 2260"):
        region_code(text)


@pytest.mark.parametrize(
    ("region", "above"),
    [
        ("630121", ("630121", "630100", "630000")),
        ("630100", ("630100", "630000")),
        ("630000", ("630000",)),
        ("632857", ("632857", "632800", "630000")),
    ],
)
def test_a_region_lies_in_its_prefecture_and_its_province(region: str, above: tuple[str, ...]) -> None:
    assert lineage(region_code(region)) == above


def test_a_prefecture_of_hainan_in_qinghai_is_not_the_province_of_hainan() -> None:
    assert province_of(RegionCode("632521")) == "630000"
    assert prefecture_of(RegionCode("632521")) == "632500"
    assert prefecture_of(RegionCode("460000")) is None


@pytest.mark.parametrize(
    ("region", "prefix"),
    [("630000", "63"), ("630100", "6301"), ("631000", "6310"), ("630121", "630121"), ("500000", "50")],
)
def test_the_codes_below_a_region_begin_alike(region: str, prefix: str) -> None:
    assert code_prefix(RegionCode(region)) == prefix


@pytest.mark.parametrize("region", ["630121", "630100", "630000", "659001"])
def test_a_region_begins_like_every_region_above_it(region: str) -> None:
    assert all(region.startswith(code_prefix(above)) for above in lineage(RegionCode(region)))


@dataclass(eq=False)
class TooWarm(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TOO_WARM"

    degrees: int

    def text(self) -> Text:
        return Text(zh=f"{self.degrees} 度过高", en=f"{self.degrees} degrees are too warm")


def test_every_changing_word_of_a_refusal_is_in_its_metadata() -> None:
    error = TooWarm(40)
    assert (str(error), error.metadata()) == ("40 degrees are too warm", {"degrees": "40"})


def test_an_invalid_request_names_all_its_fields_in_both_languages() -> None:
    violations = tuple(Violation(f, "REQUIRED", Text("必须填写", "is required")) for f in ("a", "b.c"))
    error = InvalidRequest(violations)

    assert error.metadata() == {"fields": "a,b.c"}
    assert error.text().zh == "请求有误: a: 必须填写; b.c: 必须填写"
    assert "b.c: is required" in str(error)


def test_what_is_not_found_is_named() -> None:
    assert "filings/x" in str(NotFound("filings/x"))
