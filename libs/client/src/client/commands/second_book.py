"""What the commands of every ledger share: the second book's verdict, and opening again what it closed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from google.protobuf.message import Message

from client.commands.running import Exit, console, message_json, print_json, run
from client.commands.sheets import Manner
from client.connections import Services
from client.rendering import second_book as rendering

Reopened = TypeVar("Reopened", bound=Message)


def show_verified(service: str, ask: Callable[[Services], Awaitable[rendering.Verified]], manner: Manner) -> None:
    """Ends with REFUSED when the books differ."""

    async def work() -> Exit:
        async with Services({service: manner.address}) as services:
            shown = await ask(services)
        if manner.as_json:
            print_json(message_json(shown))
        else:
            console().print(rendering.verified(shown, manner.language))
        return Exit.DONE if shown.balanced else Exit.REFUSED

    run(work, language=manner.language, as_json=manner.as_json)


def show_reopened(
    service: str,
    ask: Callable[[Services], Awaitable[Reopened]],
    named: Callable[[Reopened], Sequence[str]],
    manner: Manner,
) -> None:
    async def work() -> Exit:
        async with Services({service: manner.address}) as services:
            shown = await ask(services)
        if manner.as_json:
            print_json(message_json(shown))
        else:
            console().print(rendering.reopened(named(shown), manner.language))
        return Exit.DONE

    run(work, language=manner.language, as_json=manner.as_json)
