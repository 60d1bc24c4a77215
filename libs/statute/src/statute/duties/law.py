"""A duty that is a condition on a fact: whom it binds, what it asks, and what failing it leads to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import ge, gt, le, lt
from typing import Final

from kernel.text import Text
from statute.access.law import UNWORDED, Condition
from statute.duties.words import required
from statute.finding import Disposition
from statute.law import FactDefinition
from statute.parameter import Parameter, Value, Version

NO_WORDS: Final[Mapping[str, Text]] = {}
NUMBER: Final = "number"
YES_NO: Final = "yes_no"

CAPACITY: Final = "capacity"
GRADE: Final = "equipment.efficiency_grade"
ADVANCED: Final = "equipment.advanced_level"
PLAN: Final = "replacement.plan"

EQUIPMENT: Final = "equipment"
_SPECIAL: Final = (
    FactDefinition(CAPACITY, Text("生产能力", "capacity"), "product", NUMBER, "", NO_WORDS),
    FactDefinition(
        id=GRADE,
        title=Text("主要用能设备能效等级", "efficiency grade of the main equipment"),
        of=EQUIPMENT,
        holds=NUMBER,
        unit="grade",
        words=NO_WORDS,
    ),
    FactDefinition(
        id=ADVANCED,
        title=Text(
            "主要用能设备是否达到能效先进水平", "whether the main equipment reaches the advanced efficiency level"
        ),
        of=EQUIPMENT,
        holds=YES_NO,
        unit="",
        words=NO_WORDS,
    ),
    FactDefinition(
        PLAN,
        Text("是否有产能置换方案", "whether there is a capacity replacement plan"),
        "project",
        YES_NO,
        "",
        NO_WORDS,
    ),
)
SPECIAL_FACTS: Final[Mapping[str, FactDefinition]] = {fact.id: fact for fact in _SPECIAL}
"""What a duty may ask beside the facts of the bundle: fields of the dossier by themselves."""

_CAPACITY: Final[Mapping[str, tuple[str, int]]] = {"t/a": ("t/a", 0), "10kt/a": ("t/a", 4), "t/d": ("t/d", 0)}
"""Units of capacity with the one that they are powers of ten of. A day and a year never meet: no text sets the days."""
CAPACITY_UNITS: Final = tuple(_CAPACITY)


def in_capacity_unit(value: Decimal, stated: str, unit: str) -> Decimal | None:
    """Exact; None where the one unit does not convert into the other."""
    of_stated, of_unit = _CAPACITY.get(stated), _CAPACITY.get(unit)
    if of_stated is None or of_unit is None or of_stated[0] != of_unit[0]:
        return None
    return value.scaleb(of_stated[1] - of_unit[1])


class Scope(Enum):
    PROJECT = "project"
    PRODUCT = "product"
    TWO_HIGH = "two_high"
    """The project, when it is two-high."""


class Must(Enum):
    """How the fact has to stand to the value in force."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"
    OPEN = "open"
    """The law gives no figure: a person decides."""
    NEVER = "never"
    """Nothing passes."""


_COMPARED: Final[Mapping[Must, Callable[[Decimal, Decimal], bool]]] = {
    Must.AT_LEAST: ge,
    Must.ABOVE: gt,
    Must.AT_MOST: le,
    Must.BELOW: lt,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a duty asks of one fact. `fact` is None where nothing is asked: open and never.

    `unit` is the unit of the values, `relation` the comparison in words.
    """

    must: Must
    fact: FactDefinition | None
    unit: str
    relation: Text

    def met(self, stated: str | Decimal, bound: Value) -> bool:
        """`stated` in the ask's unit. An open ask is never met by itself."""
        if self.must is Must.EQUALS:
            return stated == bound
        if self.must is Must.ONE_OF:
            return isinstance(bound, tuple) and stated in bound
        compared = _COMPARED.get(self.must)
        if compared is None or not isinstance(stated, Decimal) or not isinstance(bound, Decimal):
            return False
        return compared(stated, bound)


@dataclass(frozen=True, slots=True)
class Duty:
    """Binds the projects or products of its kinds while its value is in force, where all of `when` is met."""

    id: str
    title: Text
    rule: str
    scope: Scope
    products: frozenset[str]
    """Of the scope `product`; empty: every product."""
    kinds: tuple[str, ...]
    only_in_review: bool
    area: str
    """Binds only there; empty: everywhere."""
    listed_by: str
    """A list parameter of industry classes, and binds only those; empty: every class."""
    when: tuple[Condition, ...]
    asks: Ask
    mendable: bool
    claim: bool
    """Its fact is a claim: not stated it is not made, and the duty is met."""
    on_fails: Disposition
    bound: Parameter


@dataclass(frozen=True, slots=True)
class DutyInForce:
    """A duty with its value of the day; the value is None where it was looked for and not found."""

    duty: Duty
    version: Version
    required: Text
    """In words; empty where no fact is asked, or no value was found."""
    binds_all: bool
    """It concerns everything that it names by product and kind, and its value was found."""


Due = tuple[DutyInForce, ...]
ByRule = Mapping[str, Due]
_EVERY: Final = "*"
_NOTHING: Final[ByRule] = {}


class DutiesInForce:
    """The duties in force on one day by kind of project, product and rule; a kind of None takes all kinds together."""

    def __init__(self, duties: Iterable[Duty], day: date) -> None:
        held: dict[tuple[str | None, str | None], dict[str, Due]] = {}
        for duty in duties:
            version = duty.bound.noted_on(day)
            if version is None:
                continue
            due = DutyInForce(duty, version, _required(duty, version), _binds_all(duty, version))
            for product in _products(duty):
                for kind in (*duty.kinds, None):
                    by_rule = held.setdefault((kind, product), {})
                    by_rule[duty.rule] = (*by_rule.get(duty.rule, ()), due)
        self._names_products = {(kind, rule) for (kind, product), rules in held.items() if product for rule in rules}
        self._held = {key: _with_every(key, held) for key in held}

    def by_rule(self, kind: str | None, product: str | None) -> ByRule:
        """What one product owes; with None what the project as a whole does."""
        found = self._held.get((kind, product))
        if found is not None:
            return found
        return _NOTHING if product is None else self._held.get((kind, _EVERY), _NOTHING)

    def names_products(self, rule: str, kind: str | None) -> bool:
        """Whether any product at all could owe something under the rule."""
        return (kind, rule) in self._names_products


def _with_every(key: tuple[str | None, str | None], held: Mapping[tuple[str | None, str | None], ByRule]) -> ByRule:
    """With what every product owes beside what this one does."""
    kind, product = key
    if product is None or product == _EVERY:
        return held[key]
    every, own = held.get((kind, _EVERY), _NOTHING), held[key]
    return {rule: (*own.get(rule, ()), *every.get(rule, ())) for rule in {**own, **every}}


def _required(duty: Duty, version: Version) -> Text:
    asks = duty.asks
    if asks.fact is None or version.value is None:
        return UNWORDED
    return required(asks.relation, version.value, asks.fact, asks.unit)


def _binds_all(duty: Duty, version: Version) -> bool:
    narrowed = duty.scope is Scope.TWO_HIGH or duty.only_in_review or duty.listed_by or duty.area
    return not narrowed and version.value is not None


def _products(duty: Duty) -> Iterable[str | None]:
    if duty.scope is not Scope.PRODUCT:
        return (None,)
    return duty.products or (_EVERY,)
