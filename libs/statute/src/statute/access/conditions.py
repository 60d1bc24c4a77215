"""Conditions on facts: made from their entries, and refused where they do not fit the fact or each other."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Final

from kernel.text import Text
from statute.access.items import ConditionEntry
from statute.access.law import Condition
from statute.assembly import exact_at
from statute.collection import Collection
from statute.conditions import Names
from statute.reading import Place
from statute.schema import FactItem
from statute.table import Column, Holds

YES_NO: Final = MappingProxyType({"yes": Text("是", "yes"), "no": Text("否", "no")})
RELATIONS: Final = {
    "at_least": Text("不小于", "at least"),
    "above": Text("大于", "above"),
    "at_most": Text("不大于", "at most"),
    "below": Text("小于", "below"),
}


class Facts:
    """The facts that conditions and corrections may name."""

    def __init__(self, collection: Collection) -> None:
        self._known = {item.id: item for item, _ in collection.items(FactItem)}

    def named(self, fact: str, place: Place) -> FactItem:
        """Raises BadLawData when facts.yaml has no such fact."""
        if fact not in self._known:
            raise place.refuse(f"没有事实项 {fact}", f"there is no fact {fact}; add it to facts.yaml or mend the name")
        return self._known[fact]

    def number(self, fact: str, place: Place) -> FactItem:
        """Raises BadLawData when the fact is no number."""
        item = self.named(fact, place)
        if item.holds != "number":
            raise place.refuse(f"事实项 {fact} 不是数值", f"the fact {fact} is no number")
        return item

    def condition(self, entry: ConditionEntry, place: Place) -> Condition:
        if entry.equals is not None:
            return self._word(entry, entry.equals, place)
        item = self.number(entry.fact, place.child("fact"))
        name = Text(item.title_zh, item.title_en)
        bounds = {key: exact_at(written, place.child(key)) for key, written in entry.bounds.items()}
        zh = " 且 ".join(f"{RELATIONS[key].zh} {written}" for key, written in entry.bounds.items())
        en = " and ".join(f"{RELATIONS[key].en} {written}" for key, written in entry.bounds.items())
        unit = f" {_unit(item)}" if _unit(item) else ""
        return Condition(
            fact=entry.fact,
            at_least=bounds.get("at_least"),
            above=bounds.get("above"),
            at_most=bounds.get("at_most"),
            below=bounds.get("below"),
            text=Text(f"{name.zh}{zh}{unit}", f"{name.en} {en}{unit}"),
        )

    def _word(self, entry: ConditionEntry, word: str, place: Place) -> Condition:
        item = self.named(entry.fact, place.child("fact"))
        words = _words(item)
        if word not in words:
            raise place.child("equals").refuse(
                f"{word} 不是 {entry.fact} 的取值", f"{word} is no word of the fact {entry.fact}"
            )
        said = words[word]
        text = Text(f"{item.title_zh}为{said.zh}", f"{item.title_en}: {said.en}")
        return Condition(entry.fact, equals=word, text=text)

    def conditions(self, entries: Sequence[ConditionEntry], place: Place) -> tuple[Condition, ...]:
        """`place` is that of the list."""
        return tuple(self.condition(entry, place.child(index)) for index, entry in enumerate(entries))

    def column(self, fact: str, place: Place) -> Column:
        """The fact as an input of a decision table. Raises BadLawData when facts.yaml has no such fact."""
        item = self.named(fact, place)
        holds = Holds.NUMBER if item.holds == "number" else Holds.WORD
        return Column(fact, Text(item.title_zh, item.title_en), holds, _unit(item), _words(item))


def _unit(item: FactItem) -> str:
    return "" if item.unit == "ratio" else item.unit


def _words(item: FactItem) -> Names:
    return YES_NO if item.holds == "yes_no" else MappingProxyType({w.id: Text(w.zh, w.en) for w in item.words})


Spot = tuple[tuple[Condition, ...], Place]


def refuse_unclear(choices: Sequence[Spot]) -> None:
    """Raises BadLawData where two choices could both be met, or none for a number between two of them."""
    for (first, _), (second, place) in combinations(choices, 2):
        if _both_can_be_met(first, second):
            raise place.refuse("条件与前一项重叠", "its conditions overlap those of another choice")
    for conditions in _by_number(choices).values():
        ordered = sorted(conditions, key=_from_below)
        for (lower, _), (upper, place) in pairwise(ordered):
            if not _touch(lower, upper):
                raise place.refuse(
                    f"{upper.fact} 的条件之间有空档", f"the conditions on {upper.fact} leave a gap below this one"
                )


def _by_number(choices: Sequence[Spot]) -> Mapping[str, list[tuple[Condition, Place]]]:
    """Conditions with bounds, of choices that ask one thing only."""
    found: dict[str, list[tuple[Condition, Place]]] = {}
    for conditions, place in choices:
        if len(conditions) == 1 and conditions[0].equals is None:
            found.setdefault(conditions[0].fact, []).append((conditions[0], place))
    return found


def _from_below(pair: tuple[Condition, Place]) -> tuple[bool, object]:
    low = pair[0].above if pair[0].at_least is None else pair[0].at_least
    return (low is not None, low)


def _both_can_be_met(first: Sequence[Condition], second: Sequence[Condition]) -> bool:
    return not any(_exclude(a, b) for a, b in _pairs(first, second))


def _pairs(first: Sequence[Condition], second: Sequence[Condition]) -> Iterator[tuple[Condition, Condition]]:
    return ((a, b) for a in first for b in second if a.fact == b.fact)


def _exclude(a: Condition, b: Condition) -> bool:
    if a.equals is not None or b.equals is not None:
        return a.equals != b.equals
    return _ends_before(a, b) or _ends_before(b, a)


def _ends_before(lower: Condition, upper: Condition) -> bool:
    high = lower.below if lower.at_most is None else lower.at_most
    low = upper.above if upper.at_least is None else upper.at_least
    if high is None or low is None:
        return False
    inclusive = lower.at_most is not None and upper.at_least is not None
    return high < low or (high == low and not inclusive)


def _touch(lower: Condition, upper: Condition) -> bool:
    high = lower.below if lower.at_most is None else lower.at_most
    low = upper.above if upper.at_least is None else upper.at_least
    return high == low and (lower.at_most is not None or upper.at_least is not None)
