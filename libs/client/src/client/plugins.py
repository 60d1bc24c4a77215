"""Commands that other packages bring: entry points of one group, each a function that takes the typer app."""

from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import typer

from client.errors import ClientError
from kernel.text import Text

GROUP: Final = "dualcontrol.commands"


def installed_plugins() -> Iterable[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


def add_plugins(app: typer.Typer, points: Iterable[EntryPoint]) -> Iterator[ClientError]:
    """Adds each plugin's commands. One that is broken is named by an error; the others and our own stay usable."""
    for point in points:
        try:
            point.load()(app)
        except Exception as error:  # noqa: BLE001  # whatever a stranger's module raises while it is loaded
            yield _broken(point, error)


def _broken(point: EntryPoint, error: Exception) -> ClientError:
    what = f"{type(error).__name__}: {error}"
    return ClientError(
        Text(
            f"扩展命令 {point.name} ({point.value}) 无法加载, 其命令不可用: {what}",
            f"The plugin {point.name} ({point.value}) cannot be loaded; its commands are missing: {what}",
        )
    )
