"""One figure, word or list set by law or policy, with every edition of it by date."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kernel.text import Text
from statute.finding import Citation

Value = Decimal | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One edition. `value` is None where the text was looked for and not found: then the law is unknown, not absent."""

    value: Value | None
    citation: Citation
    confidence: str = ""
    words: Text | None = None
    """What it says to a person, where a word alone does not."""

    def in_force(self, day: date) -> bool:
        until = self.citation.until
        return self.citation.in_force_from <= day and (until is None or day < until)

    @property
    def number(self) -> Decimal:
        """Exact, in the citation's unit. Raises TypeError when the parameter holds words."""
        if not isinstance(self.value, Decimal):
            raise TypeError(f"{self.citation.parameter} holds no number")
        return self.value

    @property
    def word(self) -> str:
        """Raises TypeError when the parameter holds a number or a list."""
        if not isinstance(self.value, str):
            raise TypeError(f"{self.citation.parameter} holds no word")
        return self.value

    @property
    def list_of_words(self) -> tuple[str, ...]:
        """Raises TypeError when the parameter holds a number or a single word."""
        if not isinstance(self.value, tuple):
            raise TypeError(f"{self.citation.parameter} holds no list")
        return self.value


@dataclass(frozen=True, slots=True)
class Parameter:
    """Editions in order of their first day. Invariant: periods are half-open and never overlap; gaps are allowed."""

    id: str
    title: Text
    unit: str
    basis: str
    versions: tuple[Version, ...]

    def __post_init__(self) -> None:
        spans = [(v.citation.in_force_from, v.citation.until) for v in self.versions]
        assert all(until is not None and until <= nxt for (_, until), (nxt, _) in pairwise(spans))

    def on(self, day: date) -> Version | None:
        """The edition in force on `day`. None when there is none, or none was found: the rule then says unknown."""
        noted = self.noted_on(day)
        return noted if noted is not None and noted.value is not None else None

    def noted_on(self, day: date) -> Version | None:
        """As `on`, but with editions that were looked for and not found: their citation says what is missing."""
        return next((version for version in self.versions if version.in_force(day)), None)

    def newest_by(self, day: date) -> Version | None:
        """The newest edition that began by `day`, in force or not: for yearly figures that are published late."""
        begun = (v for v in reversed(self.versions) if v.citation.in_force_from <= day and v.value is not None)
        return next(begun, None)
