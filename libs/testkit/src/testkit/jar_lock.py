"""The lock of Kafka's jars: `<sha256>  <name>` a line, as sha256sum writes it, and no address."""

import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from testkit.errors import JarMismatch

LOCK_NAME: Final = "kafka.jars.lock"
LINE: Final = re.compile(r"^([0-9a-f]{64})  ([A-Za-z0-9._\-]+\.jar)$")
CHUNK_BYTES: Final = 1024 * 1024


def committed_lock() -> dict[str, str]:
    return parse((files("testkit") / LOCK_NAME).read_text("ascii"))


def parse(text: str) -> dict[str, str]:
    """sha256 by jar name. Raises JarMismatch at a line that is neither a comment nor an entry, or at a doubled name."""
    entries: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.match(line)
        if match is None or match[2] in entries:
            raise JarMismatch(
                zh=f"{LOCK_NAME} 第 {number} 行无效: {line!r}, 请从版本库恢复该文件",
                en=f"Line {number} of {LOCK_NAME} is not valid: {line!r}. Restore the file from the repository.",
            )
        entries[match[2]] = match[1]
    return entries


def render(entries: Mapping[str, str]) -> str:
    return "".join(f"{entries[name]}  {name}\n" for name in sorted(entries))


def check(found: Mapping[str, str], lock: Mapping[str, str]) -> None:
    """Raises JarMismatch that names every jar that differs, is not listed, or is absent."""
    wrong = sorted(name for name in found if name in lock and found[name] != lock[name])
    unlisted = sorted(found.keys() - lock.keys())
    absent = sorted(lock.keys() - found.keys())
    if not (wrong or unlisted or absent):
        return
    en, zh = [], []
    for names, what, what_zh in (
        (wrong, "another sha256", "校验和不符"),
        (unlisted, "not in the lock", "未列入锁定文件"),
        (absent, "absent", "缺失"),
    ):
        if names:
            en.append(f"{what}: {', '.join(names)}")
            zh.append(f"{what_zh}: {', '.join(names)}")
    raise JarMismatch(
        zh=f"Kafka 的 jar 与 {LOCK_NAME} 不一致({'; '.join(zh)})。未启动任何程序; 请检查下载来源后删除缓存重试",
        en=f"Kafka's jars differ from {LOCK_NAME} ({'; '.join(en)}). Nothing was started. "
        "Check where they come from, delete the cache folder and try again.",
    )


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """sha256 by name of the jars that lie directly in `folder`."""
    return {path.name: sha256(path) for path in sorted(folder.glob("*.jar"))}
