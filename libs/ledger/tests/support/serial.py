"""Whether answers that were given at once can be explained by some serial order."""

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

from libs.ledger.tests.support.asking import Answer, Linked, model_answer
from libs.ledger.tests.support.model import Made, Model


class Answered(NamedTuple):
    linked: Linked
    answer: Answer


def explained(model: Model, queues: Sequence[Sequence[Answered]], logged: Sequence[Made]) -> Model | None:
    """The model after all of it, in an order that keeps each queue's own and makes just what was logged.

    None when there is no such order. What was made fixes the order of those that made something; the others stand
    anywhere, so a place in the queues is reached in one state only, and is tried once.
    """
    begin = tuple(0 for _ in queues)
    tried, open_ = {begin}, [(begin, model, 0)]
    while open_:
        places, state, written = open_.pop()
        if all(place == len(queue) for place, queue in zip(places, queues, strict=True)):
            return state if written == len(logged) else None
        for n, queue in reversed(list(enumerate(queues))):
            further = (*places[:n], places[n] + 1, *places[n + 1 :])
            if places[n] == len(queue) or further in tried:
                continue
            linked, answer = queue[places[n]]
            after = copied(state)
            made = [] if isinstance(answer, str) else answer
            if model_answer(after, linked) == answer and list(logged[written : written + len(made)]) == made:
                tried.add(further)
                open_.append((further, after, written + len(made)))
    return None


def copied(model: Model) -> Model:
    other = copy(model)
    other.amounts, other.closed = dict(model.amounts), set(model.closed)
    other.transfers, other.made = dict(model.transfers), list(model.made)
    return other
