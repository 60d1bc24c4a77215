"""Which row of a norm a standard is held against: the decision table of the facts that choose it."""

from collections.abc import Sequence

from statute import conditions
from statute.access.conditions import Facts, refuse_unclear
from statute.access.law import Condition, NormChoice
from statute.conditions import Stretch
from statute.reading import Place
from statute.table import Case, DecisionTable, UnreachableRows

Spot = tuple[NormChoice, Place]


def rows(choices: Sequence[Spot], facts: Facts) -> DecisionTable[NormChoice] | None:
    """A column for each fact asked. None where no fact is: one row binds, or none is on file.

    Raises BadLawData for a row that can never be reached, one that asks a fact twice or what no number is, and for
    rows that overlap or leave a gap. So no more than one row is ever met, and their order decides nothing.
    """
    cases = [Case(_asked(choice, place), choice) for choice, place in choices]
    columns = {
        condition.fact: facts.column(condition.fact, place)
        for choice, place in choices
        for condition in choice.conditions
    }
    try:
        table = DecisionTable.compile(tuple(columns.values()), cases)
    except UnreachableRows as error:
        first = error.rows[0]
        raise choices[first.number - 1][1].refuse(first.text().zh, first.text().en) from error
    refuse_unclear([(choice.conditions, place) for choice, place in choices])
    return table if columns else None


def _asked(choice: NormChoice, place: Place) -> dict[str, conditions.Condition]:
    asked: dict[str, conditions.Condition] = {}
    for index, condition in enumerate(choice.conditions):
        spot = place.child("when", index)
        if condition.fact in asked:
            raise spot.refuse(
                f"事实项 {condition.fact} 写了两次, 请合为一项",
                f"the fact {condition.fact} is asked twice; make it one condition",
            )
        asked[condition.fact] = _cell(condition, spot)
    return asked


def _cell(condition: Condition, place: Place) -> conditions.Condition:
    if condition.equals is not None:
        return conditions.equals(condition.equals)
    try:
        return Stretch(
            at_least=condition.at_least, above=condition.above, at_most=condition.at_most, below=condition.below
        )
    except ValueError as error:
        raise place.refuse(
            f"没有数值符合 {condition.fact} 的条件", f"no number meets the condition on {condition.fact}"
        ) from error
