import json
import logging

import pytest

from servicekit.eventing.watchdog import WATCHES_STUCK_MAX, CommitWatchdog
from servicekit.settings import EXIT_BAD_SETTINGS, Settings
from servicekit.telemetry.logs import RateLimit, configure_logs
from servicekit.telemetry.tracing import configure_tracing

T0, T1 = ("t", 0), ("t", 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUALCONTROL_KAFKA_BOOTSTRAP", "no port"),
        ("DUALCONTROL_GRPC_ADDRESS", "127.0.0.1"),
        ("DUALCONTROL_LOG_LEVEL", "LOUD"),
        ("DUALCONTROL_TOPIC_PARTITIONS", "0"),
        ("DUALCONTROL_TOPIC_PARTITIONS", "four"),
        ("DUALCONTROL_PROVINCE", "../qinghai"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv("DUALCONTROL_POSTGRES_DSN", "postgresql://user:secret@host/name")
    monkeypatch.setenv("DUALCONTROL_KAFKA_BOOTSTRAP", "host:9092")
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as ended:
        Settings.load()

    assert ended.value.code == EXIT_BAD_SETTINGS
    said = capsys.readouterr().err
    assert said.startswith(f"{name}: ")
    assert "secret" not in said


def test_every_missing_setting_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DUALCONTROL_POSTGRES_DSN", "DUALCONTROL_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SystemExit):
        Settings.load()

    said = capsys.readouterr().err
    assert "DUALCONTROL_POSTGRES_DSN" in said
    assert "DUALCONTROL_KAFKA_BOOTSTRAP" in said


def test_commits_that_stay_behind_while_nothing_is_done_are_stuck() -> None:
    watchdog = CommitWatchdog()
    looks = [watchdog.stuck({T0: 7, T1: 3}, {T0: 7, T1: 4}, idle=True) for _ in range(WATCHES_STUCK_MAX)]

    assert looks[:-1] == [[]] * (WATCHES_STUCK_MAX - 1)
    assert looks[-1] == [T0]


def test_a_partition_that_was_never_committed_is_behind_too() -> None:
    watchdog = CommitWatchdog()
    looks = [watchdog.stuck({T0: 0}, {T0: None}, idle=True) for _ in range(WATCHES_STUCK_MAX)]
    assert looks[-1] == [T0]


def test_work_in_hand_or_a_commit_meanwhile_is_not_stuck() -> None:
    watchdog = CommitWatchdog()
    for look in range(WATCHES_STUCK_MAX * 3):
        caught_up = look % WATCHES_STUCK_MAX == WATCHES_STUCK_MAX - 1
        assert watchdog.stuck({T0: 7}, {T0: 8 if caught_up else 5}, idle=True) == []
        assert CommitWatchdog().stuck({T0: 7}, {T0: 5}, idle=False) == []


def test_a_log_line_is_one_json_object_with_its_service_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    provider = configure_tracing("filing", None, None)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logs("filing", "INFO")
        with provider.get_tracer("t").start_as_current_span("s") as span:
            logging.getLogger("x").info("文字 %s", 1, extra={"filing": "f-1"})
        line = json.loads(capsys.readouterr().err)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert (line["service"], line["message"], line["filing"], line["level"]) == ("filing", "文字 1", "f-1", "INFO")
    assert line["trace_id"] == format(span.get_span_context().trace_id, "032x")


def test_a_noisy_library_gets_a_few_lines_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("servicekit.telemetry.logs.time.monotonic", lambda: now)
    limit = RateLimit(2)
    record = logging.makeLogRecord({})

    assert [limit.filter(record) for _ in range(4)] == [True, True, False, False]
    now = 101.0
    assert limit.filter(record)
