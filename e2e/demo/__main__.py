"""`python -m e2e.demo`: files every project of e2e/data on the running stack and shows what was decided and why."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from e2e.demo.report import Report
from e2e.demo.signing_in import entrance_of
from e2e.demo.waiting import UndecidedFilings, current_decisions, follow_until_decided
from google.protobuf.message import Message

from client.commands.budgets import ENVELOPES
from client.commands.levels import LEVELS
from client.commands.lots import LOTS
from client.commands.running import Exit, console
from client.commands.sheets import Sheet
from client.commands.submit import SUBMISSIONS
from client.connections import Services, stack_token_file
from client.entries import Entry, read_entries
from client.errors import ClientError
from client.identity import token_of
from client.rendering.problems import problem_lines
from client.rendering.tables import filing_id
from client.rendering.words import Language
from client.sending import Sent, send_all

DATA: Final = Path(__file__).resolve().parent.parent / "data"
GROUPS: Final = ("real", "invented")
EXISTS: Final = frozenset({"FILING_EXISTS", "LOT_EXISTS"})
"""Registered before with other content: it is shown as it stands."""

LANGUAGE_VARIABLE: Final = "DUALCONTROL_LANG"

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)


def read(name: str, kind: type[Request]) -> list[Entry[Request]]:
    """The real entries first, then the invented ones."""
    return read_entries([path for group in GROUPS if (path := DATA / group / f"{name}.yaml").exists()], kind)


async def send(
    services: Services, sheet: Sheet[Request, Answer], entries: list[Entry[Request]]
) -> list[Sent[Request, Answer]]:
    """Raises the first refusal that is not of something registered before."""
    sent = await send_all(entries, lambda request: sheet.send(services, request))
    for one in sent:
        if one.error is not None and one.error.reason not in EXISTS:
            raise one.error
    return sent


async def demo(report: Report) -> None:
    began = time.monotonic()
    # The partner system files, whoever has signed in on this machine.
    async with Services(token=token_of((stack_token_file(),))) as services:
        report.prepared("levels", len(await send(services, LEVELS, read("levels", LEVELS.request))))
        report.prepared("lots", len(await send(services, LOTS, read("lots", LOTS.request))))
        report.prepared("envelopes", len(await send(services, ENVELOPES, read("envelopes", ENVELOPES.request))))
        filings = read("filings", SUBMISSIONS.request)
        ids = {filing_id(entry.request): entry for entry in filings}
        with report.following(len(ids)) as screen:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(follow_until_decided(services, frozenset(ids), screen))
                tasks.create_task(send(services, SUBMISSIONS, filings))
        decisions = await current_decisions(services, ids)
    report.decided([(ids[filing].path.parent.name, decision) for filing, decision in decisions.items()])
    report.closed(time.monotonic() - began)
    if (entrance := entrance_of(stack_token_file().parent)) is not None:
        report.opened(entrance)


def language_of(wanted: str) -> tuple[Language, str]:
    """The language, Chinese when none is wanted; and what to say when one is wanted that there is not."""
    try:
        return Language(wanted or Language.ZH), ""
    except ValueError:
        known = ", ".join(Language)
        note = f"{LANGUAGE_VARIABLE}={wanted}: 只有 {known}, 改用中文 / there are {known}; Chinese is taken"
        return Language.ZH, note


def main() -> int:
    out = console(stderr=True)
    language, note = language_of(os.environ.get(LANGUAGE_VARIABLE, ""))
    if note:
        out.print(note, style="yellow")
    problems: list[Exception] = []
    try:
        asyncio.run(demo(Report(console(), language)))
    except* (ClientError, UndecidedFilings) as group:
        problems += _leaves(group)
    for problem in problems:
        for line in problem_lines(problem, language) if isinstance(problem, ClientError) else [str(problem)]:
            out.print(line, style="red")
    return Exit.REFUSED if problems else Exit.DONE


def _leaves(group: BaseExceptionGroup[Exception]) -> Iterator[Exception]:
    """`except*` also wraps what was raised outside of a group, and groups nest."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


if __name__ == "__main__":
    sys.exit(main())
