"""`python -m servicekit.backup take | moment | list | verify | restore | reconcile FOLDER`: see docs/operations.md."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from servicekit.backup import manifest, programs
from servicekit.backup.barrier import NoMoment
from servicekit.backup.logs import GroupActive
from servicekit.backup.manifest import Damaged, Manifest
from servicekit.backup.programs import ProgramFailed
from servicekit.backup.restoring import LOST, LivedOn, NotEmpty, load, reconcile
from servicekit.backup.taking import take
from servicekit.eventing.broker import Broker
from servicekit.settings import EXIT_BAD_SETTINGS, Settings
from servicekit.settings import load as load_settings

DATABASES: Final = "DUALCONTROL_DATABASES_FOLDER"
MODES: Final = ("take", "moment", "list", "verify", "restore", "reconcile")
PROBLEMS: Final = (NoMoment, GroupActive, Damaged, ProgramFailed, LivedOn, NotEmpty, OSError)


class BackupSettings(Settings):
    """Kafka as the services reach it; the databases are in a folder of their own."""

    postgres_dsn: SecretStr = SecretStr("")


def main() -> int:
    arguments = _arguments()
    # A backup holds all that the platform knows: nobody else on the machine reads it.
    os.umask(0o077)
    try:
        return asyncio.run(_run(arguments))
    except PROBLEMS as problem:
        sys.stderr.write(f"{type(problem).__name__}: {problem}\n")
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m servicekit.backup", description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    for mode in MODES:
        one = modes.add_parser(mode)
        one.add_argument("folder", type=Path, help="where the backups lie")
        if mode in ("take", "moment"):
            one.add_argument("--keep", type=int, help="then delete all but so many of the newest of its kind")
        elif mode != "list":
            one.add_argument(
                "name", nargs="?", help="one of them; without it the newest (restore: of those with dumps)"
            )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    if arguments.mode == "list":
        for name in manifest.names(folder):
            _say(_line(manifest.read(folder / name)))
    elif arguments.mode in ("take", "moment"):
        made = await take(_databases(), _broker(), folder, dumps=arguments.mode == "take")
        _say(_line(made))
        for gone in manifest.prune(folder, arguments.keep) if arguments.keep else ():
            _say(f"{gone} deleted")
    else:
        name = arguments.name or manifest.newest(folder, dumped=arguments.mode == "restore")
        await _with_one(arguments.mode, folder / name)
    return 0


async def _with_one(mode: str, backup: Path) -> None:
    if mode == "verify":
        made = manifest.check(backup)
        for part in (base.dump for base in made.databases.values() if base.dump is not None):
            await programs.readable(backup / part.file)
        _say(f"{_line(made)}: whole")
        return
    dsns = _databases()
    if mode == "restore":
        _say(f"{_line(await load(dsns, backup))}: restored")
    done = await reconcile(dsns, _broker(), backup)
    _say(f"{done.again} events that were on their way are announced again")
    if done.same_kafka:
        _say(f"{done.lost} events were announced after the moment and are lost: {backup / LOST}")
    else:
        _say("Kafka is another than at the moment: what was announced after it is not known")


def _line(made: Manifest) -> str:
    kind = "dumps" if made.dumped else "moment"
    return (
        f"{made.name}  {kind}  {made.bytes} bytes  {len(made.databases)} databases  {made.events} events on their way  "
        f"{made.letters} dead letters  writers waited {made.held_seconds} s  version {made.version}"
    )


def _databases() -> Mapping[str, str]:
    """The owners' DSNs by service: the files of a folder. Ends the process with 78 when there are none."""
    folder = Path(os.environ.get(DATABASES) or "")
    found = {
        one.name: one.read_text("utf-8").strip()
        for one in sorted(folder.glob("[a-z]*"))
        if os.environ.get(DATABASES) and one.is_file()
    }
    if not found:
        sys.stderr.write(f"{DATABASES}: a folder with one file for each service, holding its owner's DSN\n")
        sys.exit(EXIT_BAD_SETTINGS)
    return found


def _broker() -> Broker:
    return load_settings(BackupSettings).broker


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
