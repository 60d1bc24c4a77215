"""One real PostgreSQL server from the wheel's own programs, and the roles and databases in it."""

import asyncio
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg
import psutil

from testkit import prerequisites
from testkit.cache import locked
from testkit.ports import LOOPBACK, answers
from testkit.processes import CHILDREN_SECONDS_MAX, Account, Launch, end_strays

POSTGRES: Final = "postgres"
ADMIN: Final = "postgres"
CONNECTIONS_MAX: Final = 200
ANSWER_SECONDS_MAX: Final = 5
OWNER_SUFFIX: Final = "_owner"
ROOT_FOLDER: Final = Path("/var/lib/dualcontrol")
"""Where root keeps what `nobody` must reach when its own folders are closed to others, as /root is."""

T = TypeVar("T")


class PostgresServer:
    """A server whose data belongs to `folder`. fsync stays on: what it acknowledged survives kill -9.

    PostgreSQL refuses to run as root. When we are root it runs as `nobody`, who must be able to pass every
    folder above the data and above the programs; where that is not so, both lie below ROOT_FOLDER.
    """

    def __init__(self, folder: Path, *, port: int, password: str, host: str = LOOPBACK) -> None:
        self._port = port
        self._host = host
        self._password = password
        self._account = server_account()
        self._home = home_of(folder, self._account, ROOT_FOLDER)

    @property
    def admin_dsn(self) -> str:
        return f"postgresql://{ADMIN}:{self._password}@{self._host}:{self._port}/postgres"

    def preparation(self, log: Path) -> Launch | None:
        """What creates the cluster; None when it exists. `prepared` must follow its success."""
        if self._data.exists():
            return None
        self._open_home()
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(self._password, "ascii")
        self._give(self._password_file)
        options = ["-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8", "--auth-local=scram-sha-256"]
        options += ["--auth-host=scram-sha-256", f"--pwfile={self._password_file}", "-N"]
        return self._launch(f"{POSTGRES}.initdb", "initdb", ["-D", str(self._unfinished), *options], log)

    def prepared(self) -> None:
        self._password_file.unlink()
        if self._host != LOOPBACK:
            # initdb lets in who comes from this machine alone.
            with (self._unfinished / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write("host all all all scram-sha-256\n")
        # Only a whole folder gets the name: an initdb that was cut short starts anew.
        self._unfinished.rename(self._data)

    def launch(self, log: Path) -> Launch:
        """How to start it. What a killed server left behind is cleared away first."""
        end_strays(self._lives_here, CHILDREN_SECONDS_MAX)
        # Its number may belong to another process by now, and PostgreSQL would refuse to start.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        # No Unix socket: its path has a limit of about 100 characters and nobody needs it.
        options = ["listen_addresses=" + self._host, "unix_socket_directories=", f"max_connections={CONNECTIONS_MAX}"]
        arguments = ["-D", str(self._data), "-p", str(self._port)]
        for option in options:
            arguments += ["-c", option]
        return self._launch(POSTGRES, "postgres", arguments, log)

    def is_ready(self) -> bool:
        return answers(self._port, self._host) and accepts(self.admin_dsn)

    def end_strays(self) -> None:
        end_strays(self._lives_here)

    def delete(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _unfinished(self) -> Path:
        return self._home / "data.unfinished"

    @property
    def _password_file(self) -> Path:
        return self._home / "password"

    def _lives_here(self, process: psutil.Process) -> bool:
        # The server and all its children work in the data folder, and nothing else does.
        return process.name() == "postgres" and process.cwd() == str(self._data)

    def _open_home(self) -> None:
        if self._home.is_relative_to(ROOT_FOLDER):
            self._home.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(self._home)

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _launch(self, name: str, program: str, arguments: list[str], log: Path) -> Launch:
        programs = reachable_programs(prerequisites.postgres_installation(), self._account, ROOT_FOLDER)
        # Of our environment nothing: PG* and LC_* variables would change the server unseen.
        env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        argv = [str(programs / "bin" / program), *arguments]
        return Launch(name=name, argv=argv, log=log, env=env, cwd=Path("/"), account=self._account)


def server_account() -> Account | None:
    """Whom the server runs as: ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def may_pass(path: Path) -> bool:
    """Whether others than the owner may pass every existing folder from the root down to `path`."""
    return all(not one.exists() or one.stat().st_mode & 0o001 for one in (path, *path.parents))


def home_of(folder: Path, account: Account | None, root_folder: Path) -> Path:
    """Where the data of a stack in `folder` lies: in it, unless the account could not get there."""
    if account is None or may_pass(folder.resolve()):
        return folder.resolve() / POSTGRES
    return root_folder / sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


def reachable_programs(installation: Path, account: Account | None, root_folder: Path) -> Path:
    """The installation itself, or a copy of it below `root_folder` when the account could not get there."""
    if account is None or may_pass(installation.resolve()):
        return installation
    package = installation.parent
    # The programs find their libraries three folders up, in the wheel's own `.libs`.
    libraries = package.with_name(f"{package.name}.libs")
    stamp = (installation / "bin" / "postgres").stat().st_mtime_ns
    target = root_folder / f"programs-{stamp}"
    root_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with locked(root_folder / "programs.lock"):
        if not target.exists():
            fresh = Path(tempfile.mkdtemp(dir=root_folder, prefix="programs-unfinished-"))
            shutil.copytree(installation, fresh / package.name / installation.name, symlinks=True)
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            fresh.chmod(0o755)
            fresh.rename(target)
    return target / package.name / installation.name


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` to its end, also when the caller's thread has an event loop of its own."""

    async def main() -> T:
        return await work()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(main())).result()


def accepts(dsn: str) -> bool:
    """Whether the server takes a connection. Raises when it refuses who we say we are."""

    async def connect() -> None:
        connection = await asyncpg.connect(dsn, timeout=ANSWER_SECONDS_MAX)
        await connection.close()

    try:
        run(connect)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
        return False
    return True


def provision(admin_dsn: str, name: str, password: str) -> str:
    """Creates, where absent, a database, the role that serves from it and the role that owns it; gives the first's DSN.

    Database and serving role are called `name`; `owner_dsn` tells the owner's. Nobody else may connect to it: no
    service reads another's tables. Who serves does not own: the database's policies bind him.
    """
    served = dsn_for(admin_dsn, name, password)
    owner, secret = _login(owner_dsn(served))

    async def create() -> None:
        connection = await asyncpg.connect(admin_dsn, timeout=ANSWER_SECONDS_MAX)
        try:
            await _put_role(connection, name, password)
            await _put_role(connection, owner, secret)
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                # An administrator who is not a superuser may give a database only to a role he belongs to.
                await connection.execute(f"GRANT {_quoted(owner)} TO CURRENT_USER")
                await connection.execute(f"CREATE DATABASE {_quoted(name)} OWNER {_quoted(owner)}")
            await connection.execute(f"REVOKE CONNECT ON DATABASE {_quoted(name)} FROM PUBLIC")
            await connection.execute(f"GRANT CONNECT ON DATABASE {_quoted(name)} TO {_quoted(name)}")
        finally:
            await connection.close()

    run(create)
    return served


async def _put_role(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
        await connection.execute(f"CREATE ROLE {_quoted(name)} LOGIN")
    secret = password.replace("'", "''")
    await connection.execute(f"ALTER ROLE {_quoted(name)} LOGIN PASSWORD '{secret}'")


def drop(admin_dsn: str, name: str) -> None:
    """Drops the database and its roles, and whatever is connected to it."""

    async def remove() -> None:
        connection = await asyncpg.connect(admin_dsn, timeout=ANSWER_SECONDS_MAX)
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
            for role in (name, f"{name}{OWNER_SUFFIX}"):
                await connection.execute(f"DROP ROLE IF EXISTS {_quoted(role)}")
        finally:
            await connection.close()

    run(remove)


def dsn_for(admin_dsn: str, name: str, password: str) -> str:
    """The administrator's DSN with another role and database; host, port and options stay."""
    parts = urlsplit(admin_dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(name)}:{quote(password)}@{place}", path=f"/{quote(name)}"))


def owner_dsn(served: str) -> str:
    """The DSN of the role that owns and migrates the database, given that of the role that serves from it.

    Its password is made of the other's: for a local stack and tests, where one secret is kept for both.
    """
    parts = urlsplit(served)
    name, password = _login(served)
    place = parts.netloc.rpartition("@")[2]
    secret = sha256(f"{password}/owner".encode()).hexdigest()
    return urlunsplit(parts._replace(netloc=f"{quote(name + OWNER_SUFFIX)}:{secret}@{place}"))


def _login(dsn: str) -> tuple[str, str]:
    parts = urlsplit(dsn)
    return unquote(parts.username or ""), unquote(parts.password or "")


def new_secret() -> str:
    return secrets.token_hex(24)


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
