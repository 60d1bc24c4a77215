import os
import shutil
import sys
from pathlib import Path

import pytest

from testkit.errors import JarMismatch
from testkit.jar_lock import committed_lock
from testkit.kafka_home import checked, kafka_home
from testkit.processes import Launch, launch

pytestmark = pytest.mark.integration

ENV = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def copied_home(tmp_path: Path) -> Path:
    shutil.copytree(kafka_home().folder / "jars", tmp_path / "jars")
    return tmp_path


def test_the_jars_of_the_lock_are_accepted(copied_home: Path) -> None:
    assert {path.name for path in checked(copied_home, committed_lock()).jars} == committed_lock().keys()


def test_one_changed_byte_in_one_jar_is_refused(copied_home: Path) -> None:
    jar = copied_home / "jars" / "kafka_2.13-4.4.0.jar"
    jar.write_bytes(jar.read_bytes()[:-1] + b"x")

    with pytest.raises(JarMismatch, match=r"another sha256: kafka_2\.13-4\.4\.0\.jar"):
        checked(copied_home, committed_lock())


def test_a_jar_that_nobody_listed_is_refused(copied_home: Path) -> None:
    (copied_home / "jars" / "intruder.jar").write_bytes(b"PK")

    with pytest.raises(JarMismatch, match=r"not in the lock: intruder\.jar"):
        checked(copied_home, committed_lock())


COUNT = """
import sys, pathlib
from testkit.cache import locked
record = pathlib.Path(sys.argv[2])
for _ in range(50):
    with locked(pathlib.Path(sys.argv[1])):
        record.write_text(str(int(record.read_text()) + 1))
"""


def test_the_cache_lock_lets_one_process_in_at_a_time(tmp_path: Path) -> None:
    lock, record = tmp_path / "lock", tmp_path / "record"
    record.write_text("0")

    workers = [
        launch(Launch(f"w{i}", [sys.executable, "-c", COUNT, str(lock), str(record)], tmp_path / "log", ENV, tmp_path))
        for i in range(4)
    ]
    for worker in workers:
        worker.wait_success(60)

    assert record.read_text() == "200"
