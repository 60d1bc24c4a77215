import pytest

from testkit.errors import JarMismatch
from testkit.jar_lock import check, committed_lock, parse, render

A, B = "a" * 64, "b" * 64


def test_what_is_written_is_read_back() -> None:
    entries = {"kafka.jar": A, "log4j.jar": B}

    assert parse("# a comment\n\n" + render(entries)) == entries


@pytest.mark.parametrize(
    "line",
    [f"{A} kafka.jar", f"{A[:-1]}  kafka.jar", f"{A}  ../kafka.jar", f"{A}  kafka.jar\n{B}  kafka.jar", "kafka.jar"],
)
def test_a_line_that_is_no_entry_or_a_doubled_one_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(JarMismatch, match=r"Line \d of kafka\.jars\.lock"):
        parse(line)


def test_exactly_the_listed_jars_pass() -> None:
    check({"kafka.jar": A}, {"kafka.jar": A})


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"kafka.jar": B}, "another sha256: kafka.jar"),
        ({"kafka.jar": A, "intruder.jar": B}, "not in the lock: intruder.jar"),
        ({}, "absent: kafka.jar"),
    ],
)
def test_a_changed_unlisted_or_absent_jar_is_named_in_both_languages(found: dict[str, str], reason: str) -> None:
    with pytest.raises(JarMismatch, match=reason) as caught:
        check(found, {"kafka.jar": A})

    assert caught.value.text.zh.startswith("Kafka 的 jar")


def test_the_committed_lock_holds_kafka_and_one_log_binding_and_no_address() -> None:
    lock = committed_lock()

    assert "kafka_2.13-4.4.0.jar" in lock
    assert [name for name in lock if name.startswith("log4j-slf4j")] == ["log4j-slf4j-impl-2.25.5.jar"]
    assert "://" not in render(lock)
