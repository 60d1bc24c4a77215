import json
import logging
from pathlib import Path

import pytest

from servicekit.eventing.watchdog import WATCHES_STUCK_MAX, CommitWatchdog
from servicekit.settings import EXIT_BAD_SETTINGS, Settings, load
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
        load(Settings)

    assert ended.value.code == EXIT_BAD_SETTINGS
    said = capsys.readouterr().err
    assert said.startswith(f"{name}: ")
    assert "secret" not in said


def test_secrets_come_from_files_and_the_environment_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dualcontrol_postgres_dsn").write_text("postgresql://user:of-file@host/name\n", "ascii")
    (tmp_path / "dualcontrol_kafka_bootstrap").write_text("file:9092", "ascii")
    monkeypatch.delenv("DUALCONTROL_POSTGRES_DSN", raising=False)
    monkeypatch.setenv("DUALCONTROL_SECRETS_FOLDER", str(tmp_path))
    monkeypatch.setenv("DUALCONTROL_KAFKA_BOOTSTRAP", "first:9092,second:9092")

    settings = load(Settings)

    assert settings.postgres_dsn.get_secret_value() == "postgresql://user:of-file@host/name"
    assert settings.broker.bootstrap == "first:9092,second:9092"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"GRPC_TLS_CERTIFICATE": "c.pem"}, "GRPC_TLS_KEY"),
        ({"GRPC_TLS_CLIENT_CA": "ca.pem"}, "GRPC_TLS_CLIENT_CA"),
        ({"PEER_TLS_KEY": "k.pem"}, "PEER_TLS_CERTIFICATE"),
        ({"KAFKA_TLS_CERTIFICATE": "c.pem"}, "KAFKA_TLS_KEY"),
        ({"KAFKA_SECURITY": "SASL_SSL"}, "KAFKA_PASSWORD"),
        ({"KAFKA_SECURITY": "SASL_SSL", "KAFKA_USERNAME": "u"}, "KAFKA_PASSWORD"),
        ({"SECRETS_FOLDER": "/no/such/folder"}, "SECRETS_FOLDER"),
    ],
)
def test_settings_that_belong_together_are_asked_for_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: dict[str, str], named: str
) -> None:
    monkeypatch.setenv("DUALCONTROL_POSTGRES_DSN", "postgresql://host/name")
    monkeypatch.setenv("DUALCONTROL_KAFKA_BOOTSTRAP", "host:9092")
    for name, value in given.items():
        monkeypatch.setenv(f"DUALCONTROL_{name}", value)

    with pytest.raises(SystemExit) as ended:
        load(Settings)

    assert ended.value.code == EXIT_BAD_SETTINGS
    assert named in capsys.readouterr().err


def test_every_missing_setting_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DUALCONTROL_POSTGRES_DSN", "DUALCONTROL_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SystemExit):
        load(Settings)

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
