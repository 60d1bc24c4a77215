"""The schematic map of Qinghai's eight prefectures: a grid of tiles, each about where its prefecture lies."""

from dataclasses import dataclass
from typing import Final

from kernel.text import Text

WIDTH: Final = 116
HEIGHT: Final = 88
GAP: Final = 6
COLUMNS: Final = 4
ROWS: Final = 3
MAP_WIDTH: Final = COLUMNS * (WIDTH + GAP) - GAP
MAP_HEIGHT: Final = ROWS * (HEIGHT + GAP) - GAP


@dataclass(frozen=True, slots=True)
class Tile:
    """One prefecture by its GB/T 2260 code, under its short name; places count from 0 at the north-west."""

    code: str
    name: Text
    column: int
    row: int

    @property
    def left(self) -> int:
        return self.column * (WIDTH + GAP)

    @property
    def top(self) -> int:
        return self.row * (HEIGHT + GAP)

    @property
    def middle(self) -> int:
        return self.left + WIDTH // 2


TILES: Final = (
    Tile("632800", Text("海西州", "Haixi"), 0, 0),
    Tile("632200", Text("海北州", "Haibei"), 2, 0),
    Tile("632500", Text("海南州", "Hainan"), 1, 1),
    Tile("630100", Text("西宁市", "Xining"), 2, 1),
    Tile("630200", Text("海东市", "Haidong"), 3, 1),
    Tile("632700", Text("玉树州", "Yushu"), 0, 2),
    Tile("632600", Text("果洛州", "Golog"), 1, 2),
    Tile("632300", Text("黄南州", "Huangnan"), 2, 2),
)
"""In reading order. Names and codes: GB/T 2260, 63 Qinghai."""
