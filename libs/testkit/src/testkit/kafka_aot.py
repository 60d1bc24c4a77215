"""Java's ahead-of-time cache of the broker: built once by a short run, it halves the time of every later start."""

import signal
import tempfile
from pathlib import Path
from typing import Final

from testkit.cache import cache_folder, locked
from testkit.kafka import KafkaBroker
from testkit.kafka_home import KafkaHome, Say
from testkit.ports import choose_port
from testkit.processes import launch

READY_SECONDS_MAX: Final = 120
WRITE_SECONDS_MAX: Final = 180
CACHES_MAX: Final = 4
"""65 MB each, one for each virtual environment's Java that shares the folder; the oldest go."""


def build(home: KafkaHome, say: Say) -> None:
    """Builds the cache unless it exists. Several may call at once: one builds, the others wait for it."""
    with locked(cache_folder() / "kafka-aot.lock"):
        if home.aot.exists():
            return
        say("building Java's ahead-of-time cache for the broker, once")
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="aot-") as name:
            fresh = Path(name) / "kafka.aot"
            _train(home, Path(name), fresh)
            fresh.rename(home.aot)
        newest_first = sorted(home.folder.glob("*.aot"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest_first[CACHES_MAX:]:
            old.unlink()
        say(f"the cache is {home.aot}")


def _train(home: KafkaHome, folder: Path, output: Path) -> None:
    broker = KafkaBroker(folder, port=choose_port(), controller_port=choose_port())
    log = folder / "kafka.log"
    broker.format(home, log)
    process = launch(broker.launch(home, log, aot_flag=f"-XX:AOTCacheOutput={output}"))
    try:
        process.wait_until(broker.is_ready, READY_SECONDS_MAX)
    finally:
        # Java writes the cache while it ends.
        process.terminate(WRITE_SECONDS_MAX, signal.SIGTERM)
    if not output.exists():
        process.wait_until(output.exists, 0)
