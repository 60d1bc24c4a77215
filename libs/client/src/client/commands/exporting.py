"""Keeps a file that a service wrote."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from client.commands.running import Exit, console, print_json, run
from client.commands.sheets import Manner
from client.connections import Services
from client.errors import ClientError
from client.rendering.words import said
from dualcontrol.targets.v1 import publishing_service_pb2 as pb
from kernel.text import Text

Out = Annotated[
    Path, typer.Option("--out", metavar="PATH", help="文件, 或放入的目录 / the file, or the folder that it goes into")
]
HERE = Path()


def export(ask: Callable[[Services], Awaitable[pb.ExportedFile]], out: Path, manner: Manner) -> None:
    """Of the targets service. Says where the file is."""

    async def work() -> Exit:
        async with Services({"targets": manner.address}) as services:
            exported = await ask(services)
        path = _kept(exported, out)
        if manner.as_json:
            print_json({"file": str(path), "content_type": exported.content_type, "bytes": len(exported.content)})
        else:
            console().print(said(Text("已写入 {path}", "written: {path}", path=path), manner.language))
        return Exit.DONE

    run(work, language=manner.language, as_json=manner.as_json)


def _kept(exported: pb.ExportedFile, out: Path) -> Path:
    """All of it or nothing: a reader never sees half a file. Raises ClientError."""
    # The service chooses a name, never a place.
    path = out / Path(exported.file_name).name if out.is_dir() else out
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(exported.content)
        fresh.replace(path)
    except OSError as problem:
        raise _not_written(path, problem) from problem
    return path


def _not_written(path: Path, problem: OSError) -> ClientError:
    return ClientError(Text(f"{path} 无法写入 ({problem.strerror})", f"{path} cannot be written ({problem.strerror})"))
