"""Options and showing that the commands of periods and trades share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from rich.console import RenderableType

from client.commands.running import Exit, console, print_messages, run
from client.commands.sheets import Manner
from client.connections import Services
from client.rendering.words import Language

Region = Annotated[str, typer.Option("--region", help="GB/T 2260 代码, 含其下级; 缺省为全部 / with all below it")]
OneRegion = Annotated[str, typer.Option("--region", help="GB/T 2260 代码 / the region")]
Year = Annotated[int, typer.Option("--year", help="年份 / year")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="截至该日 / as of that day")]
Known = Annotated[
    datetime | None,
    typer.Option("--known", formats=["%Y-%m-%dT%H:%M:%SZ"], help="按当时所知 (UTC) / by what was known then (UTC)"),
]
Signers = Annotated[list[str], typer.Option("--signer", help="签署人, 共两名 / one of two persons who sign")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]
Person = Annotated[str, typer.Option("--person", help="办理人姓名 / who does it")]

Shown = TypeVar("Shown", bound=Message)


def parent_of(region: str) -> str:
    return f"regions/{region}" if region else ""


def day_of(on: datetime | None) -> Date | None:
    return None if on is None else Date(year=on.year, month=on.month, day=on.day)


def instant_of(known: datetime | None) -> Timestamp | None:
    if known is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(known.replace(tzinfo=UTC))
    return stamp


def show_all(
    key: str,
    ask: Callable[[Services], AsyncIterator[Shown]],
    tabled: Callable[[list[Shown], Language], RenderableType],
    manner: Manner,
) -> None:
    """All that `ask` gives, as a table or as JSON."""

    async def asked(services: Services) -> list[Shown]:
        return [one async for one in ask(services)]

    show_list(key, asked, tabled, manner)


def show_list(
    key: str,
    ask: Callable[[Services], Awaitable[list[Shown]]],
    tabled: Callable[[list[Shown], Language], RenderableType],
    manner: Manner,
) -> None:
    async def work() -> Exit:
        async with Services({"budget": manner.address}) as services:
            shown = await ask(services)
        if manner.as_json:
            print_messages(key, shown)
        else:
            console().print(tabled(shown, manner.language))
        return Exit.DONE

    run(work, language=manner.language, as_json=manner.as_json)


def show_one(
    key: str,
    ask: Callable[[Services], Awaitable[Shown]],
    drawn: Callable[[Shown, Language], RenderableType],
    manner: Manner,
) -> None:
    async def asked(services: Services) -> list[Shown]:
        return [await ask(services)]

    show_list(key, asked, lambda shown, language: drawn(shown[0], language), manner)
