"""A bar for work that tells how far it is: on stderr, and only for a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from client.commands.running import console

Advance = Callable[..., None]
"""Takes how many are done, and of how many when that is known."""


def bar() -> Progress:
    """The output stays clean for a pipe."""
    out = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


@contextmanager
def advancing(what: str) -> Iterator[Advance]:
    with bar() as progress:
        task = progress.add_task(what, total=None)

        def advance(done: int, total: int | None = None) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
