"""A document of tables: the Chinese one first, then the English; how it looks is for whoever writes the file."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum

from kernel.clock import CHINA_STANDARD_TIME


class Language(Enum):
    """In the order of a document."""

    ZH = "zh"
    EN = "en"


class Colour(Enum):
    """Of the levels, as the law's data names them."""

    RED = "red"
    ORANGE = "orange"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is all that it says; a colour repeats it, and so does `number`, for files that can hold one."""

    text: str
    number: Decimal | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page, one a column. Invariant: every row has a cell for each column."""

    language: Language
    name: str
    title: str
    lines: tuple[str, ...]
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        assert len(self.header) == len(self.widths)
        assert all(len(row) == len(self.header) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Document:
    """`made_at` is the known time that it shows: the same question at the same known time gives the same document."""

    name: str
    title: str
    made_at: datetime
    tables: tuple[Table, ...]


def local_time(instant: datetime) -> str:
    return instant.astimezone(CHINA_STANDARD_TIME).strftime("%Y-%m-%d %H:%M")
