"""Asks one service and shows what it answers: drawn for a reader, or as JSON for a program."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from rich.console import RenderableType

from client.commands.running import Exit, console, message_json, print_json, run
from client.commands.sheets import Manner
from client.connections import Services
from client.rendering.words import Language

Answer = TypeVar("Answer")
Shown = TypeVar("Shown", bound=Message)


def alone(tabled: Callable[[list[Shown], Language], RenderableType]) -> Callable[[Shown, Language], RenderableType]:
    """Draws one as a table of one."""
    return lambda shown, language: tabled([shown], language)


@dataclass(frozen=True, slots=True)
class Showing:
    """Of the service of that name."""

    service: str

    def show_all(
        self,
        key: str,
        ask: Callable[[Services], AsyncIterator[Shown]],
        tabled: Callable[[list[Shown], Language], RenderableType],
        manner: Manner,
    ) -> None:
        """All that `ask` gives, as a table or as a JSON list under `key`."""

        async def asked(services: Services) -> list[Shown]:
            return [one async for one in ask(services)]

        self.show_list(key, asked, tabled, manner)

    def show_list(
        self,
        key: str,
        ask: Callable[[Services], Awaitable[list[Shown]]],
        tabled: Callable[[list[Shown], Language], RenderableType],
        manner: Manner,
    ) -> None:
        self._show(ask, tabled, lambda shown: {key: [message_json(one) for one in shown]}, manner)

    def show_one(
        self,
        key: str,
        ask: Callable[[Services], Awaitable[Shown]],
        drawn: Callable[[Shown, Language], RenderableType],
        manner: Manner,
    ) -> None:
        """In JSON a list of one under `key`."""
        self._show(ask, drawn, lambda shown: {key: [message_json(shown)]}, manner)

    def show_message(
        self,
        ask: Callable[[Services], Awaitable[Shown]],
        drawn: Callable[[Shown, Language], RenderableType],
        manner: Manner,
        *,
        ending: Callable[[Shown], Exit] = lambda _: Exit.DONE,
    ) -> None:
        """In JSON the message alone. `ending` is what the command ends with."""
        self._show(ask, drawn, message_json, manner, ending=ending)

    def _show(
        self,
        ask: Callable[[Services], Awaitable[Answer]],
        drawn: Callable[[Answer, Language], RenderableType],
        told: Callable[[Answer], dict[str, Any]],
        manner: Manner,
        *,
        ending: Callable[[Answer], Exit] = lambda _: Exit.DONE,
    ) -> None:
        async def work() -> Exit:
            async with Services({self.service: manner.address}) as services:
                answer = await ask(services)
            if manner.as_json:
                print_json(told(answer))
            else:
                console().print(drawn(answer, manner.language))
            return ending(answer)

        run(work, language=manner.language, as_json=manner.as_json)


BUDGET: Final = Showing("budget")
REVIEW: Final = Showing("review")
CAPACITY: Final = Showing("capacity")
TARGETS: Final = Showing("targets")
SCREENING: Final = Showing("screening")
