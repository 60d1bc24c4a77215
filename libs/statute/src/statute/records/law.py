"""Where the law was read, and what it points at: sources, the province's own opinion, industry classes, parks."""

from dataclasses import dataclass

from kernel.regions import RegionCode
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry was checked against. `kind` tells how close it is to the legal wording, `where` how to find it."""

    id: str
    kind: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class SeedClause:
    """One sentence of the province's opinion: carried by `rules`, by the service `not_built` later, or by both."""

    id: str
    section: str
    text: Text
    rules: tuple[str, ...]
    not_built: str


@dataclass(frozen=True, slots=True)
class IndustryClass:
    """A class of GB/T 4754-2017."""

    code: str
    name: Text
    verification: str


@dataclass(frozen=True, slots=True)
class Park:
    """An industrial park in the region that holds its land; `parks` are those that are part of it.

    Its industries are what it is known for: they tell nothing of a project.
    """

    id: str
    name: Text
    region: RegionCode
    level: str
    parks: tuple[str, ...]
    industries_zh: tuple[str, ...]
    verification: str
