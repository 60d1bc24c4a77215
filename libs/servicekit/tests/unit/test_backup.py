"""A backup's manifest and folder, whom an event goes back to, and what others on the machine see of a password."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servicekit.backup import manifest
from servicekit.backup.carried import Carried
from servicekit.backup.logs import Consumption, consumptions
from servicekit.backup.manifest import Base, Damaged, Manifest, Part
from servicekit.backup.programs import without_password


def backup(folder: Path, name: str, *, dumped: bool = True) -> Manifest:
    made = folder / name
    made.mkdir(parents=True)
    for file in ("a.dump", manifest.CARRIED):
        (made / file).write_bytes(b"content")
    base = Base(
        "2026-11-25T00:00:00+00:00", "18.4", ("x/0001.sql",), False, Part.of(made / "a.dump") if dumped else None
    )
    said = Manifest(
        name,
        base.time,
        "0.1.0",
        0.1,
        "cluster",
        {"t": {0: 5, 1: 7}},
        {"a": base},
        Part.of(made / manifest.CARRIED),
        2,
        1,
        0,
    )
    manifest.write(said, made)
    return said


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    said = backup(tmp_path, "one")

    assert manifest.read(tmp_path / "one") == said
    assert manifest.check(tmp_path / "one") == said


@pytest.mark.parametrize("file", ["a.dump", manifest.CARRIED])
def test_a_file_that_is_missing_cut_short_or_changed_is_named(tmp_path: Path, file: str) -> None:
    backup(tmp_path, "one")

    for content in (b"contenT", b"conten", b""):
        (tmp_path / "one" / file).write_bytes(content)
        with pytest.raises(Damaged, match=file):
            manifest.check(tmp_path / "one")
    (tmp_path / "one" / file).unlink()
    with pytest.raises(Damaged, match=file):
        manifest.check(tmp_path / "one")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', '{"format": 1}', "\x00"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / manifest.FILE).write_text(text, "utf-8")

    with pytest.raises(Damaged):
        manifest.read(tmp_path)


def test_what_was_cut_short_is_no_backup_and_without_any_there_is_no_newest(tmp_path: Path) -> None:
    backup(tmp_path, f"20261125T000000Z{manifest.UNFINISHED}")

    assert manifest.names(tmp_path) == []
    with pytest.raises(Damaged, match="no backup"):
        manifest.newest(tmp_path)


def test_the_newest_of_each_kind_stay_and_what_may_still_be_written_too(tmp_path: Path) -> None:
    for day in range(1, 5):
        backup(tmp_path, f"2026110{day}T000000Z", dumped=day % 2 == 0)
    (tmp_path / f"20261101T000001Z{manifest.UNFINISHED}").mkdir()
    (tmp_path / f"20261103T000000Z{manifest.UNFINISHED}").mkdir()

    gone = manifest.prune(tmp_path, 1)

    assert gone == ["20261101T000000Z", f"20261101T000001Z{manifest.UNFINISHED}", "20261102T000000Z"]
    assert manifest.newest(tmp_path) == "20261104T000000Z"


def test_what_is_restored_without_a_name_is_the_newest_with_dumps(tmp_path: Path) -> None:
    backup(tmp_path, "20261101T000000Z")
    backup(tmp_path, "20261102T000000Z", dumped=False)

    assert manifest.newest(tmp_path) == "20261102T000000Z"
    assert manifest.newest(tmp_path, dumped=True) == "20261101T000000Z"


def test_names_are_in_the_order_of_time_wherever_the_clock_stands() -> None:
    assert manifest.new_name(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "20260102T030405Z"


def test_who_consumes_is_known_by_the_dead_letters() -> None:
    topics = ["dualcontrol.a.events.v1", "dualcontrol.a.events.v1.b.dlt", "x.unknown.dlt", "other", "b.dlt"]

    assert consumptions(topics, ["a", "b"]) == [Consumption("b", "dualcontrol.a.events.v1")]


@pytest.mark.parametrize(
    ("source", "topic", "owner"),
    [
        ("/dualcontrol/screening", "dualcontrol.budget.commands.v1", "screening"),
        ("/dualcontrol/stranger", "dualcontrol.budget.commands.v1", "budget"),
        ("/drill", "dualcontrol.filing.events.v1", "filing"),
    ],
)
def test_an_event_goes_back_to_its_sender_else_to_whom_the_topic_is_named_after(
    source: str, topic: str, owner: str
) -> None:
    event = Carried(topic, "k", "id", "type", source, "", "", "")

    assert event.owner(["budget", "screening", "filing"]) == owner
    assert Carried(**asdict(event)) == event


@pytest.mark.parametrize(
    ("dsn", "plain", "password"),
    [
        ("postgresql://u:p%40ss@h:5432/d?sslmode=require", "postgresql://u@h:5432/d?sslmode=require", "p@ss"),
        ("postgresql://u@h/d", "postgresql://u@h/d", ""),
        ("postgresql://h/d", "postgresql://h/d", ""),
        ("postgresql://a%2Fb:x@h/d", "postgresql://a%2Fb@h/d", "x"),
    ],
)
def test_a_password_is_taken_out_of_what_everybody_sees(dsn: str, plain: str, password: str) -> None:
    assert without_password(dsn) == (plain, password)
