"""How a value that a duty asks for is put in words: a word by its name, a number with its unit."""

from decimal import Decimal
from typing import Final

from kernel.quantities import plain
from kernel.text import Text, joined
from statute.law import FactDefinition
from statute.parameter import Value

UNWRITTEN: Final = frozenset({"", "ratio", "grade", "count"})
"""Units that a number is read without."""


def plainly(value: Value, unit: str) -> str:
    """As a filing states it, with the unit."""
    if isinstance(value, Decimal):
        return plain(value) if unit in UNWRITTEN else f"{plain(value)} {unit}"
    return value if isinstance(value, str) else ", ".join(value)


def named(value: Value, fact: FactDefinition, unit: str) -> Text | str:
    """As a person reads it."""
    if isinstance(value, tuple):
        return joined([_word(word, fact) for word in value], "、", ", ")
    return _word(value, fact) if isinstance(value, str) else plainly(value, unit)


def _word(word: str, fact: FactDefinition) -> Text:
    known = fact.words.get(word)
    return Text(word, word) if known is None else known


def required(relation: Text, bound: Value, fact: FactDefinition, unit: str) -> Text:
    """What the fact has to be."""
    return Text("{relation} {bound}", "{relation} {bound}", relation=relation, bound=named(bound, fact, unit))
