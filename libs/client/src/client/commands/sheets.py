"""Sends the entries of files with a progress bar, shows what became of each, and gives the exit code."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message
from rich.table import Table

from client.commands.progress import bar
from client.commands.running import Exit, console, exit_code, message_json, print_json, problem_json
from client.connections import Services
from client.entries import Entry, read_entries
from client.rendering.problems import problem_lines
from client.rendering.words import Language, said
from client.sending import Sent, send_all
from kernel.text import Text

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Request, Answer]):
    """A kind of file: the request that each entry is, how it is sent, and how the results are shown."""

    request: type[Request]
    service: str
    send: Callable[[Services, Request], Awaitable[Answer]]
    results: Callable[[Iterable[Sent[Request, Answer]], Language], Table]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the command was asked to go about it."""

    language: Language
    as_json: bool
    address: str | None


async def send_files(sheet: Sheet[Request, Answer], files: Sequence[Path], manner: Manner) -> Exit:
    """Raises ClientError before anything is sent; afterwards every entry has its result."""
    return await send_entries(sheet, read_entries(files, sheet.request), manner)


async def send_entries(sheet: Sheet[Request, Answer], entries: Sequence[Entry[Request]], manner: Manner) -> Exit:
    async with Services({sheet.service: manner.address}) as services:
        with bar() as progress:
            task = progress.add_task(said(Text("发送", "sending"), manner.language), total=len(entries))

            def on_sent(sent: Sent[Request, Answer]) -> None:
                progress.advance(task)
                if manner.as_json:
                    print_json(_json_of(sent))

            sent = await send_all(entries, lambda request: sheet.send(services, request), on_sent)
    if not manner.as_json:
        console().print(sheet.results(sent, manner.language))
        _show_refused(sent, manner.language)
    return worst(sent)


def worst(sent: Iterable[Sent[Any, Any]]) -> Exit:
    """AWAY before REFUSED: what was refused stays so, what was not answered is worth another run."""
    codes = {exit_code(one.error) for one in sent if one.error is not None}
    if not codes:
        return Exit.DONE
    return Exit.AWAY if Exit.AWAY in codes else Exit.REFUSED


def _show_refused(sent: Iterable[Sent[Request, Answer]], language: Language) -> None:
    out = console(stderr=True)
    for one in sent:
        if one.error is not None:
            out.print(f"\n{one.entry.path}, {said(Text('第 {} 项', 'entry {}'), language).format(one.entry.number)}:")
            for line in problem_lines(one.error, language):
                out.print(line)


def _json_of(sent: Sent[Request, Answer]) -> dict[str, Any]:
    made: dict[str, Any] = {"file": str(sent.entry.path), "entry": sent.entry.number}
    if sent.answer is not None:
        made["answer"] = message_json(sent.answer)
    if sent.error is not None:
        made["error"] = problem_json(sent.error)
    return made
