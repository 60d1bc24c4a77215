"""Checks the fields of a request and collects every violation, so that a caller hears of all at once."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from kernel.errors import InvalidRequest, Violation
from kernel.quantities import exact
from kernel.text import Text

T = TypeVar("T")

YEAR_MIN, YEAR_MAX = 1949, 2200
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_PLAIN_DECIMAL = re.compile(r"[+-]?[0-9]{1,28}(\.[0-9]{1,28})?", re.ASCII)
REQUIRED = Text(zh="必须填写", en="is required")


class Violations:
    """Collects violations; `done` raises InvalidRequest when there are any."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    def add(self, field: str, reason: str, zh: str, en: str) -> None:
        self._found.append(Violation(field, reason, Text(zh, en)))

    def done(self) -> None:
        if self._found:
            raise InvalidRequest(tuple(self._found))

    @property
    def any(self) -> bool:
        return bool(self._found)

    @property
    def so_far(self) -> int:
        """How many were found so far: whether something more was found tells of a part."""
        return len(self._found)

    def within(self, place: str) -> "Violations":
        """Violations of a part: they are added to these, each field behind the part's place."""
        return _Part(self, place)

    def text(self, field: str, value: str, characters_max: int, *, required: bool = False) -> str:
        """A line of text: no control, format or private characters, no blank at either end, of bounded length."""
        if not value:
            if required:
                self.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
            return ""
        if len(value) > characters_max:
            self.add(field, "TOO_LONG", f"超过 {characters_max} 个字符", f"is longer than {characters_max} characters")
            return ""
        # What is ASCII and printable has none of them, and is asked at a tenth of the cost.
        if not (value.isascii() and value.isprintable()) and any(unicodedata.category(c) in _INVISIBLE for c in value):
            self.add(
                field, "INVISIBLE_CHARACTER", "含有控制字符、不可见字符或私用区字符, 请删除",
                "has control, invisible or private-use characters; remove them",
            )  # fmt: skip
            return ""
        if value != value.strip():
            self.add(field, "BLANK_AT_END", "首尾有空白, 请删除", "has blanks at an end; remove them")
            return ""
        return unicodedata.normalize("NFC", value)

    def matching(self, field: str, value: str, pattern: re.Pattern[str], what: Text, *, required: bool = True) -> str:
        """A word of a fixed form; `what` names the form."""
        if not value:
            if required:
                self.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
            return ""
        if not pattern.fullmatch(value):
            self.add(field, "MALFORMED", f"格式应为{what.zh}", f"must be {what.en}")
            return ""
        return value

    def parsed(self, field: str, value: str, parse: Callable[[str], T], what: Text) -> T | None:
        """What `parse` makes of a non-empty value; its ValueError becomes a violation."""
        if not value:
            return None
        try:
            return parse(value)
        except ValueError:
            self.add(field, "MALFORMED", f"格式应为{what.zh}", f"must be {what.en}")
            return None

    def request_id(self, value: str) -> str:
        def uuid4(text: str) -> str:
            made = UUID(text)
            if made.version != 4 or str(made) != text.lower():
                raise ValueError(text)
            return str(made)

        if not value:
            self.add("request_id", "REQUIRED", REQUIRED.zh, REQUIRED.en)
            return ""
        what = Text(zh="UUID 第4版, 例如 6f1c2d3e-…", en="a UUID of version 4, in its usual spelling")
        return self.parsed("request_id", value, uuid4, what) or ""

    def decimal(
        self, field: str, holder: ProtoDecimal, *, minimum: int | None = None, places_max: int = 9
    ) -> Decimal | None:
        """An exact number of a present `google.type.Decimal`. The caller asks for presence."""
        if not _PLAIN_DECIMAL.fullmatch(holder.value):
            self.add(
                field, "NOT_A_NUMBER", "应为普通十进制数, 不带千分位、指数或单位",
                "must be a plain decimal number without separators, exponent or unit",
            )  # fmt: skip
            return None
        try:
            number = exact(holder.value)
        except ValueError:
            self.add(field, "TOO_LONG", "位数过多", "has too many digits")
            return None
        if -int(number.as_tuple().exponent) > places_max:
            self.add(field, "TOO_PRECISE", f"最多 {places_max} 位小数", f"has more than {places_max} decimal places")
            return None
        if minimum is not None and number < minimum:
            self.add(field, "TOO_SMALL", f"不得小于 {minimum}", f"must be at least {minimum}")
            return None
        if number.adjusted() > 14:
            self.add(field, "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")
            return None
        return number

    def day(self, field: str, holder: Date, *, not_after: date | None = None) -> date | None:
        """A civil day of a present `google.type.Date`."""
        try:
            made = date(holder.year, holder.month, holder.day)
        except ValueError:
            self.add(field, "NO_SUCH_DAY", "不是有效日期", "is not a day of the calendar")
            return None
        if not YEAR_MIN <= made.year <= YEAR_MAX:
            self.add(
                field, "OUT_OF_RANGE", f"年份应在 {YEAR_MIN} 至 {YEAR_MAX} 之间",
                f"must lie in the years {YEAR_MIN} to {YEAR_MAX}",
            )  # fmt: skip
            return None
        if not_after is not None and made > not_after:
            self.add(field, "IN_THE_FUTURE", f"不得晚于 {not_after}", f"must not be after {not_after}")
            return None
        return made

    def instant(self, field: str, holder: Timestamp, *, not_after: datetime | None = None) -> datetime | None:
        """An instant of a present `google.protobuf.Timestamp`, in UTC."""
        try:
            made = holder.ToDatetime(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.add(field, "NO_SUCH_INSTANT", "不是有效时刻", "is no instant of the calendar")
            return None
        if not_after is not None and made > not_after:
            self.add(field, "IN_THE_FUTURE", "不得晚于现在", "must not be after now")
            return None
        return made

    def stated_day(self, message: Message, field: str) -> date | None:
        """The day in a field of `message`; None when it is not stated, or wrong."""
        return self.day(field, getattr(message, field)) if message.HasField(field) else None

    def stated_instant(self, message: Message, field: str, *, not_after: datetime | None = None) -> datetime | None:
        """The instant in a field of `message`; None when it is not stated, or wrong."""
        return self.instant(field, getattr(message, field), not_after=not_after) if message.HasField(field) else None

    def enum(self, field: str, value: int, wrapper: Any, *, required: bool = False) -> int:
        """A known value of the generated enum `wrapper`, which its stubs show as a class; 0 means not stated."""
        if value == 0 and required:
            self.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        elif value not in wrapper.values():
            self.add(field, "UNKNOWN_VALUE", f"未知的取值 {value}", f"has the unknown value {value}")
        return value

    def count(self, field: str, length: int, maximum: int) -> None:
        if length > maximum:
            self.add(field, "TOO_MANY", f"最多 {maximum} 项", f"has more than {maximum} entries")


class _Part(Violations):
    def __init__(self, whole: Violations, place: str) -> None:
        super().__init__()
        self._whole = whole
        self._place = place

    def add(self, field: str, reason: str, zh: str, en: str) -> None:
        super().add(field, reason, zh, en)
        self._whole.add(f"{self._place}.{field}", reason, zh, en)
