"""The sentences on a duty: what is stated beside what is required, what is asked for, what would pass."""

from decimal import Decimal

from kernel.text import Text, joined
from statute.duties.law import Ask, DutyInForce
from statute.duties.words import named

Stated = str | Decimal
"""A word, yes or no, or a number in the unit asked for."""


def said(asks: Ask, due: DutyInForce, stated: Stated) -> Text:
    """Of an ask with a fact."""
    assert asks.fact is not None
    return Text(
        "{fact}: {stated}, 要求{required}",
        "{fact}: {stated}; required: {required}",
        fact=asks.fact.title,
        stated=named(stated, asks.fact, asks.unit),
        required=due.required,
    )


def ask_for(names: list[Text], required: Text | None = None) -> Text:
    every = joined(names, "、", ", ")
    if required is None:
        return Text("未填{names}; 请补填", "Not stated: {names}. State it.", names=every)
    return Text(
        "未填{names} (要求{required}); 请补填",
        "Not stated: {names} (required: {required}). State it.",
        names=every,
        required=required,
    )


def changed_to(asks: Ask, stated: Stated, *, written: str, needed: Stated) -> Text:
    """Of an ask with a fact."""
    assert asks.fact is not None
    return Text(
        "{fact}由 {stated} 改为 {needed} 即符合",
        "{fact}: {needed} instead of {stated} passes",
        fact=asks.fact.title,
        stated=named(stated, asks.fact, asks.unit),
        needed=named(needed, asks.fact, asks.unit) if isinstance(needed, str) else written,
    )
