"""What a stack remembers between two commands: ports, secret, processes, and which schemas are in place."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from testkit.errors import StackError
from testkit.processes import OsProcess

VERSION: Final = 1
ADDRESSES: Final = "addresses.json"


@dataclass(slots=True)
class State:
    """Mutable on purpose: it mirrors one file."""

    secret: str
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, OsProcess] = field(default_factory=dict)
    migrated: set[str] = field(default_factory=set)


def encode(state: State) -> str:
    document = {
        "version": VERSION,
        "secret": state.secret,
        "ports": state.ports,
        "migrated": sorted(state.migrated),
        "processes": {name: {**asdict(one), "log": str(one.log)} for name, one in state.processes.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def decode(text: str) -> State:
    """Raises ValueError, KeyError or TypeError when the text is not a state of this version."""
    document = json.loads(text)
    if document["version"] != VERSION:
        raise ValueError(f"version {document['version']} is not {VERSION}")
    return State(
        secret=document["secret"],
        ports=dict(document["ports"]),
        migrated=set(document["migrated"]),
        processes={name: _process(one) for name, one in document["processes"].items()},
    )


def load(path: Path) -> State | None:
    """None when there is none yet. Raises StackError when the file is not a state."""
    try:
        return decode(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as problem:
        raise StackError(
            zh=f"{path} 无法读取({problem}), 请运行 python -m testkit reset 后重新启动",
            en=f"{path} cannot be read ({problem}). Run python -m testkit reset, then start again.",
        ) from problem


def save(path: Path, state: State) -> None:
    """Atomic: a reader sees the old state or the new one. Only the owner may read it, it holds the secret."""
    fresh = path.with_suffix(".json.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(encode(state))
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)


def save_addresses(folder: Path, addresses: dict[str, str]) -> None:
    """Writes down where each service listens and shows its metrics, for clients: no secret, so anybody may read it."""
    fresh = folder / f"{ADDRESSES}.new"
    fresh.write_text(json.dumps(addresses, indent=2) + "\n", "utf-8")
    fresh.replace(folder / ADDRESSES)


def _process(document: dict[str, Any]) -> OsProcess:
    return OsProcess(**{**document, "log": Path(document["log"])})
