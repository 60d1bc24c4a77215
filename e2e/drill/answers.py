"""The budget's answers, read from its topic as screening reads them."""

from collections.abc import Callable, Iterable
from typing import Any

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from screening.domain.facts import DeductionFact, Fact
from screening.entrypoints.stream import refused, reserved
from servicekit.eventing.outbox import type_on
from servicekit.eventing.topics import BUDGET_EVENTS


def answers_of(records: Iterable[Any]) -> dict[str, DeductionFact]:
    """By the deduction's id: how each reservation was answered first."""
    readers: dict[str, Callable[[bytes], tuple[str, Fact]]] = {
        type_on(BUDGET_EVENTS, budget.DeductionReserved): lambda raw: reserved(
            budget.DeductionReserved.FromString(raw)
        ),
        type_on(BUDGET_EVENTS, budget.DeductionRefused): lambda raw: refused(budget.DeductionRefused.FromString(raw)),
    }
    found: dict[str, DeductionFact] = {}
    for record in records:
        kind = dict(record.headers)["ce_type"].decode()
        if kind in readers:
            _, fact = readers[kind](record.value)
            if isinstance(fact, DeductionFact):
                found.setdefault(fact.deduction, fact)
    return found
