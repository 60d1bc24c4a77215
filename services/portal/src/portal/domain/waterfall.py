"""A waterfall: how what was granted is used up, step by step, and what is left. Figures stay exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from kernel.text import Text

WIDTH: Final = 480


@dataclass(frozen=True, slots=True)
class Step:
    """One bar. `kind` is granted, taken or left; an amount below zero is what is missing."""

    name: Text
    amount: Decimal
    kind: str
    left: int
    length: int


def waterfall(granted: Decimal, taken: Sequence[tuple[Text, Decimal]]) -> tuple[Step, ...]:
    """From what was granted, each step taken from the rest before it, to what is left. All in one unit."""
    rests = [granted]
    for _name, amount in taken:
        rests.append(rests[-1] - amount)
    low, high = min(Decimal(0), *rests), max(Decimal(0), *rests)

    def place(figure: Decimal) -> int:
        share = (figure - low) / (high - low) if high > low else Decimal(0)
        return int((share * WIDTH).to_integral_value(ROUND_HALF_EVEN))

    def step(name: Text, amount: Decimal, kind: str, ends: tuple[Decimal, Decimal]) -> Step:
        one, other = sorted((place(ends[0]), place(ends[1])))
        return Step(name, amount, kind, one, other - one)

    zero = Decimal(0)
    steps = [step(GRANTED, granted, "granted", (zero, granted))]
    for place_of, (name, amount) in enumerate(taken):
        steps.append(step(name, amount, "taken", (rests[place_of], rests[place_of + 1])))
    steps.append(step(LEFT, rests[-1], "left", (zero, rests[-1])))
    return tuple(steps)


GRANTED: Final = Text("下达", "granted")
LEFT: Final = Text("剩余", "left")
