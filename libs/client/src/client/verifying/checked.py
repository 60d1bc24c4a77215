"""What came of checking one thing that must hold."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from client.connections import Services
from client.errors import ClientError
from kernel.text import Text

DIFFERENCES_MAX = 100
"""Of what is broken so many are named; all are counted."""


class State(Enum):
    HELD = "held"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"
    BY_SCHEMA = "by_schema"
    """Whoever stands outside cannot look; the databases' schemas do not let it be otherwise."""
    NOT_BUILT = "not_built"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that must hold; `invariant` is its number among the platform's invariants."""

    invariant: int
    title: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """`note` tells what was looked at, or why nothing was. `unreached`: a service did not answer."""

    point: Point
    state: State
    note: Text
    differences: tuple[Text, ...] = ()
    count: int = 0
    unreached: bool = False


class Differences:
    """Collects what is broken: the first in words, all by number."""

    def __init__(self) -> None:
        self._named: list[Text] = []
        self._count = 0

    def add(self, name: str, text: Text) -> None:
        self._count += 1
        if len(self._named) < DIFFERENCES_MAX:
            self._named.append(Text("{name}: {text}", "{name}: {text}", name=name, text=text))

    def checked(self, point: Point, note: Text) -> Checked:
        state = State.BROKEN if self._count else State.HELD
        return Checked(point, state, note, tuple(self._named), self._count)


def not_reached(point: Point, error: ClientError) -> Checked:
    return Checked(point, State.NOT_CHECKED, error.text, unreached=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask, how long a service that goes through everything may take, and where the metrics are."""

    services: Services
    seconds: float
    metrics: Mapping[str, str] = field(default_factory=dict)


Look = Callable[[Asked], Awaitable[Sequence[Checked]]]


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at some points at once; `points` are what it tells of, in this order."""

    points: tuple[Point, ...]
    look: Look

    async def run(self, asked: Asked) -> Sequence[Checked]:
        """What a service that does not answer keeps from being looked at is said so."""
        try:
            return await self.look(asked)
        except ClientError as error:
            return [not_reached(point, error) for point in self.points]
