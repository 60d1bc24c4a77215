"""Makes the law's shapes from checked items, and refuses what no single item shows: overlaps, unknown units and ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from kernel.quantities import exact, plain
from kernel.text import Text
from statute.collection import Collection, Refuse, raised, unlisted
from statute.finding import Citation, Disposition
from statute.parameter import Parameter, Value, Version
from statute.reading import BadLawData, Place
from statute.schema import Cited, DatedValue, ParameterItem, PrecedenceItem, UnitItem

WORD: Final = "word"
WORDS: Final = "words"
NUMBER: Final = "number"
DISPOSITION: Final = "disposition"


@dataclass(frozen=True)
class Heading:
    """What all editions of a parameter share."""

    id: str
    title: Text
    unit: str
    basis: str = ""

    @property
    def unit_with_basis(self) -> str:
        return f"{self.unit} ({self.basis})" if self.basis else self.unit


class Assembly:
    """Builds parameters, each id once. `refuse` takes what is wrong in their own section; by default it is raised."""

    def __init__(self, collection: Collection, refuse: Refuse = raised) -> None:
        self._units = {unit.id: unit.holds for unit, _ in collection.items(UnitItem)}
        self.parameters: dict[str, Parameter] = {}
        self.places: dict[str, Place] = {}
        """Where each parameter stands."""
        for item, place in collection.items(ParameterItem):
            title = Text(item.title_zh, item.title_en)
            heading = Heading(item.id, title, item.unit, item.basis.value if item.basis else "")
            try:
                self.parameter(heading, item.values, place, "values")
            except BadLawData as error:
                refuse(error)

    def parameter(self, heading: Heading, values: Sequence[DatedValue], place: Place, key: str) -> Parameter:
        """Raises BadLawData for an unknown unit, a value that does not fit it, an overlap, or an id given before."""
        if heading.id in self.parameters:
            raise place.refuse(f"参数 {heading.id} 已给出", f"the parameter {heading.id} is given already")
        order = sorted(range(len(values)), key=lambda index: values[index].from_)
        periods = [(values[index], place.child(key, index)) for index in order]
        refuse_overlap([(cited, spot) for cited, spot in periods])
        holds = self._holds(heading, place)
        versions = tuple(_version(heading, dated, holds, spot) for dated, spot in periods)
        built = Parameter(heading.id, heading.title, heading.unit, heading.basis, versions)
        self.parameters[heading.id] = built
        self.places[heading.id] = place.child(key)
        return built

    def _holds(self, heading: Heading, place: Place) -> str:
        if heading.unit not in self._units:
            raise unlisted(heading.unit, place.child("unit"))
        return self._units[heading.unit]


def _version(heading: Heading, dated: DatedValue, holds: str, place: Place) -> Version:
    value = _value(dated.value, holds, place.child("value"))
    words = Text(dated.text.zh, dated.text.en) if dated.text else None
    return Version(value, citation(heading, dated, printed(value)), dated.confidence, words)


def _value(value: str | list[str] | None, holds: str, place: Place) -> Value | None:
    if value is None:
        return None
    if isinstance(value, list) != (holds == WORDS):
        raise place.refuse(f"此单位的值应为 {holds}", f"a value of this unit is of the form: {holds}")
    if isinstance(value, list):
        return tuple(value)
    if holds == DISPOSITION and value not in {disposition.value for disposition in Disposition}:
        raise place.refuse(f"{value} 不是处理意见", f"{value} is no disposition")
    return exact_at(value, place) if holds == NUMBER else value


def exact_at(written: str, place: Place) -> Decimal:
    """Raises BadLawData."""
    try:
        return exact(written)
    except ValueError as error:
        raise place.refuse(f"{written} 不是十进制数", str(error)) from error


def printed(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else plain(value)


def citation(heading: Heading, cited: Cited, value: str = "") -> Citation:
    return Citation(
        parameter=heading.id,
        document=cited.document,
        article=cited.article,
        value=value,
        unit="" if heading.unit in (WORD, WORDS, DISPOSITION) else heading.unit_with_basis,
        in_force_from=cited.from_,
        until=cited.until,
        verification=cited.verification,
        kind=cited.kind,
        source=source_ids(cited.source),
    )


def source_ids(source: str | list[str]) -> str:
    return source if isinstance(source, str) else ", ".join(source)


def refuse_overlap(periods: Sequence[tuple[Cited, Place]]) -> None:
    """`periods` come by their first day. Raises BadLawData at the later of two that share a day."""
    for (before, _), (after, place) in pairwise(periods):
        if before.until is None or before.until > after.from_:
            raise place.child("from").refuse(
                f"期间与自 {before.from_} 起的版本重叠",
                f"the period overlaps the edition from {before.from_}; end that one with until: {after.from_}",
            )


def precedence(collection: Collection) -> list[PrecedenceItem]:
    """By rank. Raises BadLawData when a rank stands twice or a disposition is missing."""
    ranked = sorted(collection.items(PrecedenceItem), key=lambda pair: pair[0].rank)
    for (before, _), (after, place) in pairwise(ranked):
        if before.rank == after.rank:
            raise place.refuse(f"次序 {after.rank} 重复", f"the rank {after.rank} stands twice")
    missing = set(Disposition) - {item.id for item, _ in ranked}
    if missing:
        names = ", ".join(sorted(disposition.value for disposition in missing))
        raise BadLawData("precedence", 1, f"缺少次序: {names}", f"no rank is given to: {names}")
    return [item for item, _ in ranked]
