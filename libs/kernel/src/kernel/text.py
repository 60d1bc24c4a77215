"""A sentence for people, in both languages of the platform."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Simplified Chinese and in English. Both say the same."""

    zh: str
    en: str
