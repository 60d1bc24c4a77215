"""How values are written on a page, in its language."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from kernel.clock import CHINA_STANDARD_TIME
from kernel.quantities import plain

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
NOT_STATED: Final[Mapping[Language, str]] = {"zh": "未报", "en": "not stated"}
"""Missing is not zero."""


def said_in(language: Language) -> Callable[[Any], str]:
    """Of anything with the two languages `zh` and `en`; other words as they are."""

    def said(text: Any) -> str:
        if text is None:
            return NOT_STATED[language]
        return str(getattr(text, language, text))

    return said


def number_in(language: Language) -> Callable[[Any], str]:
    """Exact, in groups of three digits."""

    def number(value: Any) -> str:
        stated = getattr(value, "value", value)
        if stated is None or stated == "":
            return NOT_STATED[language]
        whole, point, rest = plain(Decimal(stated)).partition(".")
        return f"{int(whole):,}{point}{rest}" if whole not in ("-0", "") else f"{whole}{point}{rest}"

    return number


def day_in(language: Language) -> Callable[[Any], str]:
    """Year-month-day, as tables of both languages have it; of an instant, the day in China."""

    def day(value: Any) -> str:
        if isinstance(value, Date):
            return f"{value.year:04d}-{value.month:02d}-{value.day:02d}" if value.year else NOT_STATED[language]
        if isinstance(value, Timestamp | datetime):
            return f"{_in_china(value):%Y-%m-%d}"
        return value.isoformat() if isinstance(value, date) else NOT_STATED[language]

    return day


def instant_in(language: Language) -> Callable[[Any], str]:
    """Asia/Shanghai, to the minute."""

    def instant(value: Any) -> str:
        if value is None or (isinstance(value, Timestamp) and not value.seconds):
            return NOT_STATED[language]
        return f"{_in_china(value):%Y-%m-%d %H:%M}"

    return instant


def _in_china(value: Timestamp | datetime) -> datetime:
    instant = value.ToDatetime(UTC) if isinstance(value, Timestamp) else value
    return instant.astimezone(CHINA_STANDARD_TIME)


def filters(language: Language) -> Mapping[str, Callable[[Any], str]]:
    """By their names in templates."""
    return {
        "said": said_in(language),
        "number": number_in(language),
        "day": day_in(language),
        "instant": instant_in(language),
    }
