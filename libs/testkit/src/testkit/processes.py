"""One named process of the operating system: started detached, known by pid and birth, ended with its children."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from testkit.errors import NotReady, ProcessDied, StackError

POLL_SECONDS: Final = 0.05
KILLED_SECONDS_MAX: Final = 10
CHILDREN_SECONDS_MAX: Final = 3
LOG_BYTES_MAX: Final = 20 * 1024 * 1024
LOG_TAIL_LINES: Final = 25
LOG_TAIL_BYTES: Final = 16 * 1024
SAME_BIRTH_SECONDS: Final = 2.0
"""psutil adds the boot time, which the kernel rounds and shifts when the clock is corrected."""

MARK: Final = "DUALCONTROL_STACK_FOLDER"
"""In the environment of everything a stack starts, so that a process that lost its parent is still found."""

# A child that nobody waits for stays a zombie, and Popen complains when it is dropped too early.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that a process runs as, when it is not ours."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a process. `env` is its whole environment."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class OsProcess:
    """A process that was started once; it may be over by now. `log_from` is where its own part of the log begins."""

    name: str
    pid: int
    created: float
    log: Path
    log_from: int = 0

    def is_alive(self) -> bool:
        """False also when the pid was given to another process since, and for a zombie."""
        return self._process() is not None

    def exit_code(self) -> int | None:
        """None while it runs, and when it is not a child of this interpreter."""
        child = _children.get(self.pid)
        return child.poll() if child else None

    def terminate(self, seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end, waits at most `seconds`, then kills it. No child of it is left."""
        end([self], seconds, first)

    def kill9(self) -> None:
        """SIGKILL to the process alone, as a crash would; children that do not follow by themselves are killed too."""
        process = self._process()
        if process is None:
            return
        children = _descendants(process)
        _signal(process, signal.SIGKILL)
        self._expect_gone([process], KILLED_SECONDS_MAX)
        if left := _wait_gone(children, CHILDREN_SECONDS_MAX):
            for child in left:
                _signal(child, signal.SIGKILL)
            self._expect_gone(left, KILLED_SECONDS_MAX)

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Returns when `condition` holds. Raises ProcessDied at once when it ended, NotReady after `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if not self.is_alive():
                if condition():  # it may have come true with the end
                    return
                raise ProcessDied(
                    zh=f"{self.name} 已退出, 日志 {self.log} 的末尾:\n{self.log_tail()}",
                    en=f"{self.name} has ended. The end of its log {self.log}:\n{self.log_tail()}",
                )
            if time.monotonic() > deadline:
                raise NotReady(
                    zh=f"{self.name} 在 {seconds:.0f} 秒内未就绪, 日志 {self.log} 的末尾:\n{self.log_tail()}",
                    en=f"{self.name} was not ready within {seconds:.0f} s. The end of its log {self.log}:\n"
                    f"{self.log_tail()}",
                )
            time.sleep(POLL_SECONDS)

    def wait_success(self, seconds: float) -> None:
        """Returns when the process ended with 0. Raises ProcessDied on another code, NotReady after `seconds`."""
        try:
            self.wait_until(lambda: self.exit_code() == 0, seconds)
        except NotReady:
            self.terminate(CHILDREN_SECONDS_MAX)
            raise

    def log_tail(self) -> str:
        """The last lines this process wrote."""
        try:
            with self.log.open("rb") as handle:
                size = handle.seek(0, os.SEEK_END)
                handle.seek(max(self.log_from if self.log_from <= size else 0, size - LOG_TAIL_BYTES))
                lines = handle.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-LOG_TAIL_LINES:])

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < SAME_BIRTH_SECONDS
        except psutil.NoSuchProcess:
            return None
        return process if same and _runs(process) else None

    def _expect_gone(self, processes: Sequence[psutil.Process], seconds: float) -> None:
        if left := _wait_gone(processes, seconds):
            pids = ", ".join(str(process.pid) for process in left)
            raise StackError(
                zh=f"{self.name} 的进程 {pids} 无法结束, 请检查磁盘与权限",
                en=f"The processes {pids} of {self.name} do not end. Check the disk and whose they are.",
            )


def launch(plan: Launch) -> OsProcess:
    """Starts it in a session of its own: it outlives us, and our terminal's Ctrl-C does not reach it."""
    account = plan.account
    plan.log.parent.mkdir(parents=True, exist_ok=True)
    if plan.log.exists() and plan.log.stat().st_size > LOG_BYTES_MAX:
        plan.log.replace(plan.log.with_suffix(".old.log"))
    with plan.log.open("ab") as log:
        log_from = log.tell()
        child = subprocess.Popen(  # noqa: S603 -- only what the stack itself composes
            list(plan.argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(plan.env),
            cwd=plan.cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    _children[child.pid] = child
    return OsProcess(plan.name, child.pid, _birth(child.pid), plan.log, log_from)


def end(processes: Iterable[OsProcess], seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
    """Asks all at once to end, waits at most `seconds` together, then kills what is left, children included."""
    running = [(one, process) for one in processes if (process := one._process())]  # noqa: SLF001 -- this module's own
    family = [(one, [process, *_descendants(process)]) for one, process in running]
    for _, process in running:
        _signal(process, first)
    for process in _wait_gone([process for _, process in running], seconds):
        _signal(process, signal.SIGKILL)
    # A server's children notice by themselves that it is gone.
    for process in _wait_gone([member for _, members in family for member in members], CHILDREN_SECONDS_MAX):
        _signal(process, signal.SIGKILL)
    for one, members in family:
        one._expect_gone(members, KILLED_SECONDS_MAX)  # noqa: SLF001 -- this module's own


def end_strays(found: Callable[[psutil.Process], bool], patience_seconds: float = 0) -> int:
    """Kills what `found` says yes to and what does not end by itself in time; returns how many it found."""
    strays = [process for process in psutil.process_iter() if process.pid != os.getpid() and _is(process, found)]
    for process in _wait_gone(strays, patience_seconds):
        _signal(process, signal.SIGKILL)
    _wait_gone(strays, KILLED_SECONDS_MAX)
    return len(strays)


def _is(process: psutil.Process, found: Callable[[psutil.Process], bool]) -> bool:
    try:
        return _runs(process) and found(process)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False  # it has ended, or belongs to somebody else


def _birth(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0  # it is over already; it will be seen as dead


def _runs(process: psutil.Process) -> bool:
    child = _children.get(process.pid)
    ended = child is not None and child.poll() is not None
    try:
        return not ended and process.is_running() and not _is_zombie(process)
    except psutil.NoSuchProcess:
        return False


def _is_zombie(process: psutil.Process) -> bool:
    # A Java program's first thread may be gone while others still write to the disk: that is no zombie yet.
    return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return  # it was faster


def _wait_gone(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    left = [process for process in processes if _runs(process)]
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = [process for process in left if _runs(process)]
    return left
