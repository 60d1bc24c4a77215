"""What cannot be counted, by name: which totals it leaves untold, and who can mend it. Never a zero."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kernel.text import Text


class Figure(Enum):
    """What an account tells."""

    CALORIFIC = "calorific"
    EQUIVALENT = "equivalent"
    COAL = "coal"
    ELECTRICITY = "electricity"
    CO2 = "co2"

    # There is one object of each: its own hash is written in C, that of an enum in Python.
    __hash__ = object.__hash__


ALL_FIGURES: Final = frozenset(Figure)
ON_BOTH_BASES: Final = frozenset({Figure.CALORIFIC, Figure.EQUIVALENT})


@dataclass(frozen=True, slots=True)
class Problem:
    """`mend` is the field of the flow or process that the applicant can mend; empty: the law does not answer.

    `flow` counts from 0; None for a process emission, whose number `process` is.
    """

    text: Text
    untold: frozenset[Figure]
    flow: int | None = None
    process: int | None = None
    mend: str = ""
