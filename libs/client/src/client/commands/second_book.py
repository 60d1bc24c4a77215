"""What the commands of every ledger share: the second book's verdict, and opening again what it closed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from google.protobuf.message import Message

from client.commands.running import Exit
from client.commands.sheets import Manner
from client.commands.showing import Showing
from client.connections import Services
from client.rendering import second_book as rendering

Reopened = TypeVar("Reopened", bound=Message)


def show_verified(of: Showing, ask: Callable[[Services], Awaitable[rendering.Verified]], manner: Manner) -> None:
    """Ends with REFUSED when the books differ."""
    of.show_message(ask, rendering.verified, manner, ending=lambda shown: Exit.DONE if shown.balanced else Exit.REFUSED)


def show_reopened(
    of: Showing,
    ask: Callable[[Services], Awaitable[Reopened]],
    named: Callable[[Reopened], Sequence[str]],
    manner: Manner,
) -> None:
    of.show_message(ask, lambda shown, language: rendering.reopened(named(shown), language), manner)
