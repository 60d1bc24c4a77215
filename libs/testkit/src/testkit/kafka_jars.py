"""`python -m testkit.kafka_jars`: fetches what the stack needs ahead of time, so that later starts need no network."""

import argparse
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from testkit import jar_lock, kafka_aot, prerequisites
from testkit.cache import cache_folder
from testkit.errors import StackError
from testkit.kafka_home import download, kafka_home


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m testkit.kafka_jars", description=__doc__)
    parser.add_argument(
        "--write-lock", action="store_true", help="resolve anew and rewrite the lock (after a change of version)"
    )
    arguments = parser.parse_args(argv)
    try:
        prerequisites.check()
        if arguments.write_lock:
            write_lock()
        home = kafka_home(_say)
        kafka_aot.build(home, _say)
    except StackError as problem:
        sys.stderr.write(f"{problem.text.zh}\n{problem.text.en}\n")
        return 1
    _say("Kafka is ready to start")
    return 0


def write_lock() -> None:
    """Trusts what the resolver downloads now: review the difference before you commit it."""
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="lock-") as name:
        jars = Path(name) / "jars"
        download(jars, _say)
        entries = jar_lock.digests(jars)
    header = "# Apache Kafka and its log binding. Rewritten by: python -m testkit.kafka_jars --write-lock\n"
    with as_file(files("testkit") / jar_lock.LOCK_NAME) as path:
        path.write_text(header + jar_lock.render(entries), "ascii")
    _say(f"{jar_lock.LOCK_NAME} now lists {len(entries)} jars")


def _say(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
