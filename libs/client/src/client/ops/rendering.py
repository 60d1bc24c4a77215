"""The status as a table, what is not as it should be first."""

from collections.abc import Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text as Styled

from client.ops.looking import Line, State
from client.rendering.tables import table
from client.rendering.words import Language, said
from kernel.text import Text

COLUMNS: Final = (Text("", ""), Text("项目", "what"), Text("对象", "of"), Text("现状", "state"))
MARKS: Final = {State.GOOD: ("✔", "green"), State.BAD: ("✘", "bold red"), State.UNKNOWN: ("?", "yellow")}
ORDER: Final = (State.BAD, State.UNKNOWN, State.GOOD)


def status(lines: Sequence[Line], language: Language) -> RenderableType:
    shown = sorted(lines, key=lambda one: ORDER.index(one.state))
    return table(COLUMNS, [_row(one, language) for one in shown], language)


def _row(one: Line, language: Language) -> tuple[str | Styled, ...]:
    mark, style = MARKS[one.state]
    return Styled(mark, style=style), said(one.area, language), one.subject, said(one.value, language)
