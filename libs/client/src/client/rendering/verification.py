"""One line for each thing that must hold, and below it the first that break it."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text as Styled

from client.rendering.words import Language, said
from client.verifying.checked import Checked, State
from kernel.text import Text

SHOWN_MAX: Final = 5
STATES: Final = {
    State.HELD: ("✔", Text("成立", "held"), "green"),
    State.BROKEN: ("✘", Text("不成立", "broken"), "bold red"),
    State.NOT_CHECKED: ("?", Text("未核查", "not checked"), "yellow"),
    State.BY_SCHEMA: ("·", Text("由表结构保证, 未核查", "checked by the schema, not here"), "cyan"),
    State.NOT_BUILT: ("·", Text("尚未建立", "not built"), "dim"),
}


def checked(shown: Checked, language: Language) -> Iterator[Styled]:
    mark, word, style = STATES[shown.state]
    line = Styled(f"{shown.point.invariant} ")
    line.append(f"{mark} {said(word, language)}", style=style)
    yield line.append(f"  {said(shown.point.title, language)}").append(f" · {said(shown.note, language)}", style="dim")
    for text in shown.differences[:SHOWN_MAX]:
        yield Styled(f"    {said(text, language)}", style="red")
    if shown.count > SHOWN_MAX:
        more = Text("    … 另有 {more} 处", "    … and {more} more", more=shown.count - SHOWN_MAX)
        yield Styled(said(more, language), style="red")
