"""Time comes in as an argument; this is where it comes from."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""

CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 without daylight saving, as China has kept since 1992: a date of law is a day in this zone."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """The calendar day in China at `instant`. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no day")
    return instant.astimezone(CHINA_STANDARD_TIME).date()
