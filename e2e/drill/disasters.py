"""Two ways to lose every database and to bring them back: from dumps, and from the log to a named moment."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import asyncpg

from testkit import prerequisites
from testkit.postgres import POSTGRES, ROOT_FOLDER, drop, home_of, owner_dsn, provision, run, server_account
from testkit.processes import Account
from testkit.services import NAMES
from testkit.stack import Stack

COMMAND_SECONDS_MAX: Final = 300
RECOVERY_SECONDS_MAX: Final = 120
POLL_SECONDS: Final = 0.1


class Disaster(Protocol):
    """How the platform is kept, lost and brought back."""

    name: str

    def prepare(self) -> None: ...

    def keep(self) -> str:
        """Keeps the platform as it is now, while it works; what was said."""

    def destroy(self) -> None:
        """All of PostgreSQL's data, after every process was killed."""

    def bring_back(self) -> str: ...


class Backups:
    """`python -m servicekit.backup` beside the stack."""

    def __init__(self, stack: Stack) -> None:
        self.folder = stack.folder / "backups"
        self._databases = stack.folder / "databases"
        self._stack = stack

    def write_databases(self) -> None:
        self._databases.mkdir(mode=0o700, exist_ok=True)
        for service in NAMES:
            (self._databases / service).write_text(owner_dsn(self._stack.dsn(service)), "utf-8")

    def run(self, *arguments: str) -> str:
        environment = {
            **os.environ,
            "DUALCONTROL_DATABASES_FOLDER": str(self._databases),
            "DUALCONTROL_KAFKA_BOOTSTRAP": self._stack.kafka_bootstrap,
            "DUALCONTROL_POSTGRES_PROGRAMS": str(programs()),
        }
        mode, *rest = arguments
        command = [sys.executable, "-m", "servicekit.backup", mode, str(self.folder), *rest]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX, check=False
        )
        assert done.returncode == 0, done.stderr[-3_000:]
        return done.stdout


def programs() -> Path:
    return prerequisites.postgres_installation() / "bin"


class Dumps:
    """Every database is dropped, and restored from a dump into an empty one."""

    name = "dumps"

    def __init__(self, stack: Stack, backups: Backups) -> None:
        self._stack = stack
        self._backups = backups

    def prepare(self) -> None:
        self._backups.write_databases()

    def keep(self) -> str:
        return self._backups.run("take", "--keep", "3")

    def destroy(self) -> None:
        for service in NAMES:
            drop(self._stack.postgres_admin_dsn, database_of(self._stack.dsn(service)))

    def bring_back(self) -> str:
        for service in NAMES:
            dsn = self._stack.dsn(service)
            provision(self._stack.postgres_admin_dsn, database_of(dsn), password_in(dsn))
        return self._backups.run("verify") + self._backups.run("restore")


class Log:
    """The server's folder is deleted; a base copy and the archived log bring it to the last named moment."""

    name = "log"

    def __init__(self, stack: Stack, backups: Backups) -> None:
        self._stack = stack
        self._backups = backups
        self._account = server_account()
        self._data = home_of(stack.folder, self._account, ROOT_FOLDER) / "data"
        self._archive = self._data.parent / "archive"
        self._base = self._data.parent / "base"

    def prepare(self) -> None:
        """Archives the log from now on, lets the owners name moments in it, and takes the base copy."""
        self._backups.write_databases()
        self._archive.mkdir()
        give([self._archive], self._account)
        copy = f"test ! -f {self._archive}/%f && cp %p {self._archive}/%f"
        self._execute("ALTER SYSTEM SET archive_mode = on", f"ALTER SYSTEM SET archive_command = '{copy}'")
        self._stack.restart(POSTGRES)
        for service in NAMES:
            database = database_of(self._stack.dsn(service))
            admin = self._stack.postgres_admin_dsn.rpartition("/")[0] + f"/{database}"
            self._execute(f'GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO "{database}_owner"', dsn=admin)
        base = [
            "pg_basebackup",
            "-D",
            str(self._base),
            "-X",
            "none",
            "-c",
            "fast",
            "-d",
            self._stack.postgres_admin_dsn,
        ]
        subprocess.run([programs() / base[0], *base[1:]], check=True, timeout=COMMAND_SECONDS_MAX, capture_output=True)

    def keep(self) -> str:
        said = self._backups.run("moment", "--keep", "100")
        # What `archive_timeout` does at the latest: what is not archived is lost with the disk.
        wanted = self._value("SELECT pg_walfile_name(pg_switch_wal())")
        until((self._archive / wanted).exists)
        return said

    def destroy(self) -> None:
        self._stack.kill(POSTGRES)
        shutil.rmtree(self._data)

    def bring_back(self) -> str:
        newest = max(one.name for one in self._backups.folder.iterdir())
        shutil.copytree(self._base, self._data)
        self._data.chmod(0o700)
        (self._data / "recovery.signal").touch()
        with (self._data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"restore_command = 'cp {self._archive}/%f %p'\n"
                f"recovery_target_name = '{newest}'\nrecovery_target_action = 'promote'\n"
            )
        give([self._data, *self._data.rglob("*")], self._account)
        self._stack.start(POSTGRES)
        until(lambda: self._value("SELECT NOT pg_is_in_recovery()"))
        return self._backups.run("reconcile", newest)

    def _execute(self, *statements: str, dsn: str | None = None) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(dsn or self._stack.postgres_admin_dsn)
            for statement in statements:
                await connection.execute(statement)
            await connection.close()

        run(work)

    def _value(self, query: str) -> Any:
        async def work() -> Any:
            connection = await asyncpg.connect(self._stack.postgres_admin_dsn)
            try:
                return await connection.fetchval(query)
            finally:
                await connection.close()

        return run(work)


def give(paths: Sequence[Path], account: Account | None) -> None:
    """PostgreSQL runs as somebody else when we are root."""
    for path in paths if account else ():
        os.chown(path, account.uid, account.gid)  # type: ignore[union-attr]  # `paths` are none without it


def until(condition: Any) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(POLL_SECONDS)


def database_of(dsn: str) -> str:
    return unquote(urlsplit(dsn).path.removeprefix("/"))


def password_in(dsn: str) -> str:
    return unquote(urlsplit(dsn).password or "")
