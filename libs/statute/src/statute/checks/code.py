"""The ids of law that a program names: its plain strings, and those that it puts together from pieces."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LETTERS_MIN: Final = 5
"""A pattern with fewer fixed letters fits too much to say anything."""


@dataclass(frozen=True, slots=True)
class Names:
    """`patterns` are regular expressions of what the f-strings can become."""

    words: frozenset[str]
    patterns: frozenset[str]

    def has(self, id_: str) -> bool:
        return id_ in self.words or any(re.fullmatch(pattern, id_) for pattern in self.patterns)


def names_in(sources: Iterable[str]) -> Names:
    """Raises SyntaxError for what is no Python."""
    words: set[str] = set()
    patterns: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.JoinedStr):
                patterns.update(_pattern(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return Names(frozenset(words), frozenset(patterns))


def _pattern(node: ast.JoinedStr) -> set[str]:
    fixed = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if sum(letter.isalpha() for letter in fixed) < LETTERS_MIN or not re.fullmatch(r"[a-z0-9_.]+", fixed):
        return set()
    parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
    return {"".join(parts)}
