"""What a dossier answers to a fact that a duty asks for: the values stated, and the fields that would tell the rest."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from dossier.model import Amount, Product
from kernel.quantities import exact
from review.domain.duty_words import Stated
from review.domain.look import Inputs
from review.domain.subject import PRODUCTS, YES, Subject, fact_field
from statute.duties.law import CAPACITY, GRADE, NUMBER, PLAN, SPECIAL_FACTS, in_capacity_unit
from statute.duties.words import plainly
from statute.law import FactDefinition

EQUIPMENT: Final = "dossier.equipment"
REPLACEMENT: Final = "dossier.replacement"
NO: Final = "no"

Changes = Mapping[str, Stated | Amount]
"""What is tried instead of what is stated, by field."""
_AS_STATED: Final[Changes] = {}
_Told = tuple[tuple[tuple[str, Stated], ...], tuple[str, ...]]


class Answer(NamedTuple):
    """Each value with its field; `missing` are the fields that say nothing, or nothing in the unit asked for."""

    values: tuple[tuple[str, Stated], ...] = ()
    missing: tuple[str, ...] = ()
    unit: str = ""

    @property
    def inputs(self) -> Inputs:
        """The values as a finding shows them."""
        return tuple([(field, plainly(value, self.unit)) for field, value in self.values])


NOTHING_ASKED: Final = Answer()


class Answers:
    """The answers of a project, and of one product of it where `index` is given; `changes` are tried instead."""

    def __init__(self, subject: Subject, index: int | None, changes: Changes = _AS_STATED) -> None:
        self._subject = subject
        self._facts = subject.facts
        self.index = index
        self._changes = changes
        self._told: dict[str, Answer] = {}
        self.product: Product | None = None if index is None else subject.dossier.products[index]

    def changed(self, field: str, value: Stated | Amount) -> "Answers":
        return Answers(self._subject, self.index, {**self._changes, field: value})

    def of(self, fact: FactDefinition, unit: str = "") -> Answer:
        """`unit` is the one that a capacity is asked for in; every other fact has its own."""
        told = self._told.get(fact.id)
        if told is None or told.unit != (unit or fact.unit):
            told = self._told[fact.id] = self._tell(fact, unit) if fact.id in SPECIAL_FACTS else self._fact(fact)
        return told

    def _tell(self, fact: FactDefinition, unit: str) -> Answer:
        if fact.id == CAPACITY:
            return Answer(*self._capacity(unit), unit)
        return Answer(*(self._plan() if fact.id == PLAN else self._equipment(fact.id)), unit or fact.unit)

    def _fact(self, fact: FactDefinition) -> Answer:
        of_product = fact.of == "product"
        stated = self.product.fact(fact.id) if self.product is not None and of_product else self._facts.get(fact.id)
        field = fact_field(fact.id, self.index if of_product else None)
        if self._changes:
            tried = self._changes.get(field)
            if tried is not None and not isinstance(tried, Amount):
                return Answer(((field, tried),), (), fact.unit)
        if stated is None:
            return Answer((), (field,), fact.unit)
        return Answer(((field, exact(stated) if fact.holds == NUMBER else stated),), (), fact.unit)

    def _capacity(self, unit: str) -> _Told:
        field = f"{PRODUCTS}[{self.index}].capacity"
        tried = self._changes.get(field)
        amount = tried if isinstance(tried, Amount) else self.product.capacity if self.product is not None else None
        if amount is None:
            return (), (field,)
        value = in_capacity_unit(amount.value, amount.unit, unit)
        return ((), (f"{field}.unit",)) if value is None else (((field, value),), ())

    def _equipment(self, fact: str) -> _Told:
        """Of every piece; where none is stated, the list itself is missing."""
        key = fact.removeprefix("equipment.")
        values: list[tuple[str, Stated]] = []
        missing: list[str] = []
        for number, piece in enumerate(self._subject.dossier.equipment):
            field = f"{EQUIPMENT}[{number}].{key}"
            tried = self._changes.get(field)
            stated = _graded(piece.efficiency_grade) if fact == GRADE else _said(stated=piece.advanced_level)
            value = stated if tried is None or isinstance(tried, Amount) else tried
            if value is None:
                missing.append(field)
            else:
                values.append((field, value))
        return (tuple(values), tuple(missing)) if values or missing else ((), (EQUIPMENT,))

    def _plan(self) -> _Told:
        given = self._subject.dossier.replacement is not None
        return (((REPLACEMENT, YES),), ()) if given else ((), (REPLACEMENT,))


def _graded(grade: int | None) -> Decimal | None:
    return None if grade is None else Decimal(grade)


def _said(*, stated: bool | None) -> str | None:
    if stated is None:
        return None
    return YES if stated else NO
