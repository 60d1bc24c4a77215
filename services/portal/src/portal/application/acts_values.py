"""Numbers and days of a dossier that no service could read, found before anything is sent."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from kernel.text import Text

_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,28}(\.[0-9]{1,28})?", re.ASCII)
NOT_A_NUMBER: Final = Text(
    "应为普通十进制数, 不带千分位、指数或单位",
    "must be a plain decimal number without separators, exponent or unit",
)
NOT_A_DAY: Final = Text("不是有效日期", "is not a day of the calendar")


def unreadable(message: Message, path: str = "") -> Iterator[tuple[str, Text]]:
    """Each such value with its path as the API spells it. What is absent is none of them."""
    if isinstance(message, Decimal):
        if not _PLAIN.fullmatch(message.value):
            yield path, NOT_A_NUMBER
    elif isinstance(message, Date):
        if not _is_day(message):
            yield path, NOT_A_DAY
    else:
        for field, value in message.ListFields():
            if field.message_type is not None:
                yield from _inner(value, f"{path}.{field.name}" if path else field.name, repeated=field.is_repeated)


def _inner(value: Any, path: str, *, repeated: bool) -> Iterator[tuple[str, Text]]:
    if not repeated:
        yield from unreadable(value, path)
        return
    for place, one in enumerate(value):
        yield from unreadable(one, f"{path}[{place}]")


def _is_day(said: Date) -> bool:
    try:
        date(said.year, said.month, said.day)
    except ValueError:
        return False
    return True
