"""A sentence for people, in both languages of the platform."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from kernel.quantities import plain


class Text:
    """One sentence in Simplified Chinese and in English. Both say the same. Immutable; equal when both read the same.

    With `values` the two are templates, `Text("限值 {limit}", "the limit is {limit}", limit=figure)`, written out when
    somebody reads them: most sentences of an evaluation are never read in the process that makes them. A value must be
    immutable; a Text among them is written in the sentence's language, a Decimal plainly.
    """

    __slots__ = ("_en", "_values", "_zh")

    def __init__(self, zh: str, en: str, **values: Any) -> None:
        self._zh = zh
        self._en = en
        self._values = values

    @property
    def zh(self) -> str:
        return self._written("zh", self._zh) if self._values else self._zh

    @property
    def en(self) -> str:
        return self._written("en", self._en) if self._values else self._en

    def _written(self, language: str, template: str) -> str:
        return template.format(**{name: _said(value, language) for name, value in self._values.items()})

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Text) and (self.zh, self.en) == (other.zh, other.en)

    def __hash__(self) -> int:
        return hash(self.zh)

    def __repr__(self) -> str:
        return f"Text(zh={self.zh!r}, en={self.en!r})"


def _said(value: Any, language: str) -> str:
    if isinstance(value, Text):
        return value.zh if language == "zh" else value.en
    return plain(value) if isinstance(value, Decimal) else str(value)


def joined(sentences: Sequence[Text], zh: str = "; ", en: str = "; ") -> Text:
    """The sentences one after the other, with what stands between them in each language."""
    if len(sentences) == 1:
        return sentences[0]
    return _Joined(tuple(sentences), zh, en)


class Later(Text):
    """A sentence that is put together when somebody reads it: `make` gives it, from what cannot change meanwhile."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Text]) -> None:
        self._make = make

    @property
    def zh(self) -> str:
        return self._make().zh

    @property
    def en(self) -> str:
        return self._make().en


class _Joined(Text):
    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Text, ...], zh: str, en: str) -> None:
        self._zh = zh
        self._en = en
        self._parts = parts

    @property
    def zh(self) -> str:
        return self._zh.join(part.zh for part in self._parts)

    @property
    def en(self) -> str:
        return self._en.join(part.en for part in self._parts)
