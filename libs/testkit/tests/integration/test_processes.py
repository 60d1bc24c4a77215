import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from testkit.errors import NotReady, ProcessDied
from testkit.processes import Launch, OsProcess, launch

pytestmark = pytest.mark.integration

SLEEPS = "import time; print('begun', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('begun', flush=True); time.sleep(600)"
)
PARENT = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " + SLEEPS
)


def python(tmp_path: Path, code: str) -> OsProcess:
    return launch(Launch("probe", [sys.executable, "-c", code], tmp_path / "probe.log", os.environ, tmp_path))


def begun(process: OsProcess) -> OsProcess:
    process.wait_until(lambda: "begun" in process.log_tail(), 30)
    return process


def test_a_process_that_dies_while_it_is_waited_for_is_reported_at_once_with_its_log(tmp_path: Path) -> None:
    process = python(tmp_path, "raise SystemExit('no such setting')")

    before = time.monotonic()
    with pytest.raises(ProcessDied, match="no such setting"):
        process.wait_until(lambda: False, 60)

    assert time.monotonic() - before < 30


def test_a_process_that_lives_but_is_not_ready_in_time_is_reported_with_its_log(tmp_path: Path) -> None:
    process = begun(python(tmp_path, SLEEPS))

    with pytest.raises(NotReady, match="begun"):
        process.wait_until(lambda: False, 0)

    process.terminate(5)


def test_the_log_of_an_earlier_run_is_not_shown_as_this_runs(tmp_path: Path) -> None:
    with pytest.raises(ProcessDied):
        python(tmp_path, "raise SystemExit('the first')").wait_until(lambda: False, 60)

    with pytest.raises(ProcessDied, match="the second") as caught:
        python(tmp_path, "raise SystemExit('the second')").wait_until(lambda: False, 60)

    assert "the first" not in caught.value.text.en


def test_a_reused_pid_is_not_mistaken_for_the_process(tmp_path: Path) -> None:
    process = begun(python(tmp_path, SLEEPS))

    assert process.is_alive()
    assert not replace(process, created=process.created - 3_600).is_alive()

    process.terminate(5)


def test_one_that_ignores_sigterm_is_killed_after_its_time(tmp_path: Path) -> None:
    process = begun(python(tmp_path, STUBBORN))

    process.terminate(0.2)

    assert not process.is_alive()


@pytest.mark.parametrize("way", ["terminate", "kill9"])
def test_its_children_end_with_it(tmp_path: Path, way: str) -> None:
    process = begun(python(tmp_path, PARENT))
    (child,) = psutil.Process(process.pid).children()

    if way == "kill9":
        process.kill9()
    else:
        process.terminate(5)

    assert not process.is_alive()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_process_whose_first_thread_is_gone_still_lives(tmp_path: Path) -> None:
    # As Java does: the first thread ends, the others go on, and the system already shows a zombie.
    code = (
        "import ctypes, threading, time; "
        "threading.Thread(target=time.sleep, args=(600,)).start(); print('begun', flush=True); "
        "ctypes.CDLL(None).pthread_exit(None)"
    )
    process = begun(python(tmp_path, code))
    process.wait_until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE, 30)

    assert process.is_alive()

    process.kill9()
    assert not process.is_alive()
