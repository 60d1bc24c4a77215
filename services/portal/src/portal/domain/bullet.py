"""A bullet chart: one bar against marks on one axis from zero. Figures stay exact; only places are rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from kernel.text import Text

WIDTH: Final = 480
"""Of the axis, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure that the bar is held against, in the bar's unit; `at` is its place on the axis."""

    name: Text
    value: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """The bar runs from `left` over `length`; `zero` is where the axis has 0."""

    name: Text
    value: Decimal
    unit: str
    left: int
    length: int
    zero: int
    marks: tuple[Mark, ...]


def bullet(name: Text, value: Decimal, unit: str, marks: Sequence[tuple[Text, Decimal]]) -> Bullet:
    """All figures in `unit`, on one basis. The axis holds zero and every figure."""
    figures = [Decimal(0), value, *(figure for _name, figure in marks)]
    low, high = min(figures), max(figures)

    def place(figure: Decimal) -> int:
        share = (figure - low) / (high - low) if high > low else Decimal(0)
        return int((share * WIDTH).to_integral_value(ROUND_HALF_EVEN))

    zero, end = place(Decimal(0)), place(value)
    placed = tuple(Mark(mark, figure, place(figure)) for mark, figure in marks)
    return Bullet(name, value, unit, min(zero, end), abs(end - zero), zero, placed)
