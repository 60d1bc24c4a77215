"""What a backup says of itself, and the folder that backups lie in: whole ones only, oldest first."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from servicekit.backup.barrier import Ends

FORMAT: Final = 1
FILE: Final = "manifest.json"
CARRIED: Final = "carried.jsonl"
UNFINISHED: Final = ".unfinished"
NAME: Final = "%Y%m%dT%H%M%SZ"
CUT_SHORT_DAYS: Final = 2
CHUNK_BYTES: Final = 1024 * 1024


class Damaged(RuntimeError):
    """A backup is not what it says of itself, or there is none."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup."""

    file: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "Part":
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
        return cls(path.name, path.stat().st_size, digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Base:
    """One database at the moment, by its own server's clock. Without a dump only the moment was named in the log."""

    time: str
    server: str
    migrations: tuple[str, ...]
    restore_point: bool
    dump: Part | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One moment of the platform. `held_seconds`: how long nobody could write for it."""

    name: str
    time: str
    version: str
    held_seconds: float
    cluster: str
    ends: Ends
    databases: Mapping[str, Base]
    carried: Part
    events: int
    letters: int
    malformed: int
    """What lay in a topic and was no event of ours: it is not kept."""
    format: int = field(default=FORMAT)

    @property
    def dumped(self) -> bool:
        return all(one.dump is not None for one in self.databases.values())

    @property
    def bytes(self) -> int:
        return self.carried.bytes + sum(one.dump.bytes for one in self.databases.values() if one.dump is not None)


def new_name(now: datetime) -> str:
    return now.astimezone(UTC).strftime(NAME)


def write(manifest: Manifest, folder: Path) -> None:
    """On the disk before it returns: what is named whole afterwards must be."""
    with (folder / FILE).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """Raises Damaged."""
    try:
        said: dict[str, Any] = json.loads((folder / FILE).read_text("utf-8"))
        if said["format"] != FORMAT:
            raise Damaged(f"{folder} is of format {said['format']}, not {FORMAT}")
        return Manifest(
            **{
                **said,
                "ends": {topic: {int(n): end for n, end in ends.items()} for topic, ends in said["ends"].items()},
                "databases": {name: _base(one) for name, one in said["databases"].items()},
                "carried": Part(**said["carried"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Damaged(f"{folder} holds no manifest that can be read: {problem}") from problem


def _base(said: dict[str, Any]) -> Base:
    dump = said["dump"]
    return Base(**{**said, "migrations": tuple(said["migrations"]), "dump": None if dump is None else Part(**dump)})


def names(folder: Path) -> list[str]:
    """Of the whole backups in the folder, oldest first."""
    return sorted(one.parent.name for one in folder.glob(f"*/{FILE}") if not one.parent.name.endswith(UNFINISHED))


def newest(folder: Path, *, dumped: bool = False) -> str:
    """With `dumped` of those that can be restored from alone. Raises Damaged when there is none."""
    for name in reversed(names(folder)):
        if not dumped or read(folder / name).dumped:
            return name
    raise Damaged(f"there is no backup {'with dumps ' if dumped else ''}in {folder}")


def check(folder: Path) -> Manifest:
    """Reads every file. Raises Damaged for one that is missing or not what the manifest says."""
    manifest = read(folder)
    parts = [manifest.carried, *(one.dump for one in manifest.databases.values() if one.dump is not None)]
    for part in parts:
        try:
            found = Part.of(folder / part.file)
        except OSError as problem:
            raise Damaged(f"{folder / part.file} cannot be read: {problem}") from problem
        if found != part:
            raise Damaged(f"{folder / part.file} is damaged: {found.sha256} instead of {part.sha256}")
    return manifest


def prune(folder: Path, keep: int) -> list[str]:
    """Deletes all but the newest `keep` of each kind (dumps, and moments alone), and what was cut short long before."""
    gone = []
    whole = [read(folder / name) for name in names(folder)]
    for dumped in (True, False):
        of_kind = [one.name for one in whole if one.dumped is dumped]
        gone += of_kind[: max(0, len(of_kind) - keep)]
    if whole:
        # What is younger may still be written: moments go on while a dump is taken.
        before = new_name(_time_of(whole[-1].name) - timedelta(days=CUT_SHORT_DAYS))
        gone += [one.name for one in folder.glob(f"*{UNFINISHED}") if one.name < before]
    for name in gone:
        shutil.rmtree(folder / name)
    return sorted(gone)


def _time_of(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)
