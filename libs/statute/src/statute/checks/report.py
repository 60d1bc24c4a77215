"""What a check of the law found: what must be mended, what is worth knowing, and how far the law is verified."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from kernel.text import Text
from statute.reading import BadLawData, Place

TITLES: Final[Mapping[str, Text]] = {
    "load": Text("不能载入", "cannot be loaded"),
    "unreachable": Text("永远用不到的行", "rows that never apply"),
    "unit": Text("单位", "units"),
    "source": Text("出处", "sources"),
    "gap": Text("期间有缺口", "gaps between periods"),
    "clause": Text("规则在某些日子没有条款", "rules without a clause on some day"),
    "not_found": Text("已查而未找到的数值", "looked for and not found"),
    "fact": Text("没有规则问到的事实", "facts that nothing asks for"),
    "standard": Text("目录产品没有准入标准", "catalogue products without an access standard"),
    "seed": Text("省意见的条款", "clauses of the provincial opinion"),
    "code": Text("法规数据和代码都未用到的参数和规则", "parameters and rules that neither data nor code names"),
}
"""The topics, in the order in which they are told."""


class Severity(Enum):
    ERROR = "error"
    """The law is wrong: it must be mended."""
    NOTE = "note"
    """Nothing is wrong by itself; a person must know it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """`topic` is a key of TITLES; `place` is `file:line`, empty where it is about no single spot."""

    severity: Severity
    topic: str
    place: str
    text: Text


def error(topic: str, place: Place | None, text: Text) -> Observation:
    return Observation(Severity.ERROR, topic, _spot(place), text)


def note(topic: str, place: Place | None, text: Text) -> Observation:
    return Observation(Severity.NOTE, topic, _spot(place), text)


def refused(problem: BadLawData) -> Observation:
    return Observation(Severity.ERROR, "load", f"{problem.file}:{problem.line}", Text(problem.zh, problem.en))


def _spot(place: Place | None) -> str:
    return "" if place is None else f"{place.file}:{place.line}"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries of law are verified how: `confirmed`, `policy_default`, `unverified/high`, `not_found`."""

    figures: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Report:
    """`bundle_hash` is empty when the law could not be loaded; then nothing but that was looked at."""

    data: Path
    province: str
    bundle_hash: str
    sections: Mapping[str, int]
    tally: Tally
    observations: tuple[Observation, ...]

    @property
    def errors(self) -> tuple[Observation, ...]:
        return tuple(one for one in self.observations if one.severity is Severity.ERROR)

    def by_topic(self) -> Iterator[tuple[str, tuple[Observation, ...]]]:
        """Errors first within a topic; topics without anything are left out."""
        for topic in TITLES:
            found = [one for one in self.observations if one.topic == topic]
            if found:
                yield topic, tuple(sorted(found, key=lambda one: one.severity is Severity.NOTE))
