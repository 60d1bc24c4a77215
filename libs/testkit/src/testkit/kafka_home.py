"""Kafka's jars in the cache: resolved once, compared with the lock at every use; and how Java runs them."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testkit import jar_lock, prerequisites
from testkit.cache import cache_folder, locked
from testkit.errors import StackError

KAFKA: Final = "org.apache.kafka:kafka_2.13:4.4.0"
# Of the same version as the log4j-core that Kafka brings. Kafka 4.4 ships slf4j 1.7, hence not slf4j2-impl.
LOG_BINDING: Final = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5"
LOG_BINDING_JAR: Final = "log4j-slf4j-impl-2.25.5.jar"
RESOLVE_SECONDS_MAX: Final = 900
DIGEST_CHARACTERS: Final = 12

FLAGS: Final = (
    "-Xms256m", "-Xmx512m", "-Xss512k", "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # halves the CPU of a start
    "-XX:+ExitOnOutOfMemoryError",
    "--sun-misc-unsafe-memory-access=allow",  # Kafka uses it; the warning would fill the log
    "-Xlog:disable", "-Xlog:all=error:stderr",  # Java 25 warns at each start of adapters its cache does not fit
)  # fmt: skip

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KafkaHome:
    """Checked jars, and the ahead-of-time cache that belongs to exactly these jars, this Java and these flags."""

    folder: Path
    jars: tuple[Path, ...]

    @property
    def aot(self) -> Path:
        java = prerequisites.java()
        # A cache holds for one exact class path and Java; another of either gets another name.
        parts = [str(java), str(java.stat().st_mtime_ns), *FLAGS, *map(str, self.jars)]
        return self.folder / f"kafka-{hashlib.sha256(os.fsencode(chr(10).join(parts))).hexdigest()[:12]}.aot"

    def command(self, log_settings: Path, arguments: Sequence[str], aot_flag: str | None = None) -> list[str]:
        """The command line that runs one of Kafka's main classes. Uses the ahead-of-time cache when there is one."""
        aot = aot_flag or (f"-XX:AOTCache={self.aot}" if self.aot.exists() else None)
        class_path = os.pathsep.join(map(str, self.jars))
        settings = f"-Dlog4j2.configurationFile={log_settings}"
        return [str(prerequisites.java()), *FLAGS, *([aot] if aot else []), settings, "-cp", class_path, *arguments]


def kafka_home(say: Say = lambda _: None) -> KafkaHome:
    """The checked jars, downloaded when absent. Raises JarMismatch, MissingPrerequisite, StackError."""
    lock = jar_lock.committed_lock()
    digest = hashlib.sha256(jar_lock.render(lock).encode()).hexdigest()[:DIGEST_CHARACTERS]
    folder = cache_folder() / f"kafka-{digest}"
    with locked(cache_folder() / "kafka.lock"):
        if not (folder / "jars").is_dir():
            _install(folder, lock, say)
    # Every time: hashing 43 MB costs a quarter of a second, running a changed jar costs more.
    return checked(folder, lock)


def checked(folder: Path, lock: Mapping[str, str]) -> KafkaHome:
    """Raises JarMismatch unless `folder`/jars holds exactly what the lock lists."""
    jar_lock.check(jar_lock.digests(folder / "jars"), lock)
    return KafkaHome(folder, tuple(folder / "jars" / name for name in sorted(lock)))


def download(into: Path, say: Say) -> None:
    """Resolves Kafka and the log binding and puts their jars, unchecked, into `into`."""
    into.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="resolve-") as name:
        work = Path(name)
        say(f"resolving {KAFKA}")
        for jar in _resolve(KAFKA, work / "kafka", work / "m2"):
            shutil.copy2(jar, into / jar.name)
        # In one call with Kafka, the binding's dependency management would bring an old kafka-clients.
        say(f"resolving {LOG_BINDING}")
        for jar in _resolve(LOG_BINDING, work / "binding", work / "m2"):
            if jar.name == LOG_BINDING_JAR:
                shutil.copy2(jar, into / jar.name)


def _install(folder: Path, lock: Mapping[str, str], say: Say) -> None:
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="jars-") as name:
        fresh = Path(name) / "jars"
        download(fresh, say)
        jar_lock.check(jar_lock.digests(fresh), lock)
        folder.mkdir(exist_ok=True)
        fresh.rename(folder / "jars")
    say(f"{len(lock)} jars match the lock, in {folder / 'jars'}")


def _resolve(coordinate: str, work: Path, repository: Path) -> list[Path]:
    """The jars of one coordinate with all it depends on; jgo sorts them into `jars` and `modules`."""
    command = [sys.executable, "-m", "jgo", "--resolver", "python", "--class-path-only"]
    command += ["--repo-cache", str(repository), "--cache-dir", str(work), "info", "jars", coordinate]
    try:
        done = subprocess.run(  # noqa: S603 -- a program of an installed wheel
            command, capture_output=True, text=True, timeout=RESOLVE_SECONDS_MAX, check=False
        )
        output = f"{done.stdout}\n{done.stderr}"
    except subprocess.TimeoutExpired as problem:
        raise _unreachable(coordinate, f"no end after {RESOLVE_SECONDS_MAX} s") from problem
    jars = sorted(work.glob("envs/**/*.jar"))
    if done.returncode or not jars:
        if "No module named jgo" in output:
            raise prerequisites.missing_package("jgo")
        raise _unreachable(coordinate, "\n".join(output.strip().splitlines()[-8:]))
    return jars


def _unreachable(coordinate: str, reason: str) -> StackError:
    return StackError(
        zh=f"无法下载 {coordinate}: {reason}\n请检查网络与代理(HTTPS_PROXY); 镜像可在 jgo 的配置文件中设置; "
        "也可复制另一台机器的缓存并设置 DUALCONTROL_CACHE",
        en=f"{coordinate} could not be downloaded: {reason}\nCheck the network and the proxy (HTTPS_PROXY). A mirror "
        "is set in jgo's own configuration file; or copy another machine's cache and set DUALCONTROL_CACHE.",
    )
