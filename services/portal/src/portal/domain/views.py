"""A saved view: conditions of the list of projects under a name of the person's own."""

from dataclasses import dataclass
from typing import Final

VIEWS_MAX: Final = 20
"""Of one person; the oldest goes first."""
NAME_CHARACTERS_MAX: Final = 60
QUERY_CHARACTERS_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class View:
    """`query`: the conditions as a link has them."""

    name: str
    query: str


def named(said: str) -> str | None:
    """The name without blanks at its ends; None where it is none, or too long, or not to be printed."""
    name = said.strip()
    return name if name.isprintable() and 0 < len(name) <= NAME_CHARACTERS_MAX else None
