"""PostgreSQL's own programs: pg_dump of a snapshot, pg_restore into an empty database."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

FOLDER: Final = "DUALCONTROL_POSTGRES_PROGRAMS"
"""Where they lie, when not on the PATH."""
SAID_CHARACTERS_MAX: Final = 2_000


class ProgramFailed(RuntimeError):
    """One of them is missing, or ended with an error; no password is in the text."""


async def dump(dsn: str, snapshot: str, file: Path) -> None:
    """The whole database at the snapshot, compressed. Raises ProgramFailed."""
    await _run("pg_dump", dsn, ["--format=custom", f"--snapshot={snapshot}", f"--file={file}"])


async def restore(dsn: str, file: Path) -> None:
    """All of it or nothing, owned by who connects. Raises ProgramFailed."""
    await _run("pg_restore", dsn, ["--exit-on-error", "--single-transaction", "--no-owner", str(file)])


async def readable(file: Path) -> None:
    """Whether it is a dump with a table of contents. Raises ProgramFailed."""
    await _run("pg_restore", None, ["--list", str(file)])


async def _run(program: str, dsn: str | None, arguments: list[str]) -> None:
    environment = dict(os.environ)
    if dsn is not None:
        # Everybody on the machine sees a program's arguments: the password goes another way.
        plain, environment["PGPASSWORD"] = without_password(dsn)
        arguments = [f"--dbname={plain}", "--no-password", *arguments]
    process = await asyncio.create_subprocess_exec(
        _path(program),
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise ProgramFailed(f"{program}: {said.decode('utf-8', 'replace').strip()[-SAID_CHARACTERS_MAX:]}")


def _path(program: str) -> str:
    if found := shutil.which(program, path=os.environ.get(FOLDER) or None):
        return found
    raise ProgramFailed(f"{program} is neither on the PATH nor in {FOLDER}")


def without_password(dsn: str) -> tuple[str, str]:
    """The address without the password, and the password."""
    parts = urlsplit(dsn)
    name, place = quote(unquote(parts.username or ""), safe=""), parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place)), unquote(parts.password or "")
