"""Readings from CSV: every wrong field of every line is named, and no reading is taken for another."""

from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client.documents import FileUnreadable
from client.entries import WRONG_SHOWN_MAX, EntriesWrong
from client.reading_rows import BATCH_READINGS_MAX, COLUMNS, read_readings
from dualcontrol.targets.v1 import readings_service_pb2 as pb

HEAD = ",".join(COLUMNS)
RIGHT = {
    "credit_code": "91632801MA7T0X1K6P",
    "meter": "main",
    "start_time": "2026-03-01 00:00",
    "end_time": "2026-03-01 01:00",
    "amount": "12.5",
    "unit": "kWh",
    "quality": "measured",
    "version": "1",
}


def written(folder: Path, *rows: dict[str, str], head: str = HEAD) -> Path:
    lines = [head, *(",".join((RIGHT | row).values()) for row in rows)]
    path = folder / "readings.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def read_one(folder: Path, **changed: str) -> pb.Reading:
    (entry,) = read_readings([written(folder, changed)])
    (reading,) = entry.request.readings
    return reading


@pytest.mark.parametrize(
    ("stated", "utc"),
    [
        ("2026-03-01 00:00", "2026-02-28T16:00:00Z"),
        ("2026-03-01", "2026-02-28T16:00:00Z"),
        ("2026-03-01T00:00:00+08:00", "2026-02-28T16:00:00Z"),
        ("2026-02-28T16:00:00Z", "2026-02-28T16:00:00Z"),
        ("2026-03-01T00:00+00:00", "2026-03-01T00:00:00Z"),
    ],
)
def test_a_time_without_a_zone_is_one_in_china(stated: str, utc: str, tmp_path: Path) -> None:
    expected = Timestamp()
    expected.FromJsonString(utc)

    assert read_one(tmp_path, start_time=stated).start_time == expected


def test_an_amount_keeps_every_digit(tmp_path: Path) -> None:
    assert read_one(tmp_path, amount="0.100000000").amount.value == "0.100000000"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", ""),
        ("meter", " "),
        ("start_time", "yesterday"),
        ("start_time", "2026-02-30"),
        ("end_time", "0001-01-01"),
        ("end_time", "24:00"),
        ("amount", "-1"),
        ("amount", "1e3"),
        ("amount", "1.0000000001"),
        ("amount", "１２"),
        ("amount", "NaN"),
        ("quality", "guessed"),
        ("quality", "unspecified"),
        ("version", "0"),
        ("version", "1.0"),
        ("version", "1" * 19),
    ],
)
def test_a_wrong_field_is_named_with_its_line(field: str, value: str, tmp_path: Path) -> None:
    path = written(tmp_path, {}, {field: value})

    with pytest.raises(EntriesWrong) as caught:
        read_readings([path])

    assert [(one.number, one.misfit.field) for one in caught.value.wrong] == [(3, field)]
    assert f"第 3 行, {field}: " in caught.value.text.zh


def test_all_that_is_wrong_is_named_at_once_up_to_a_bound(tmp_path: Path) -> None:
    path = written(tmp_path, *[{"amount": "x", "version": "x"}] * WRONG_SHOWN_MAX)

    with pytest.raises(EntriesWrong) as caught:
        read_readings([path])

    assert len(caught.value.wrong) == 2 * WRONG_SHOWN_MAX
    assert caught.value.text.en.count("\n") == WRONG_SHOWN_MAX + 1
    assert f"and {WRONG_SHOWN_MAX} more" in caught.value.text.en


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there must be one column credit_code"),
        (HEAD, "holds no reading"),
        (f"{HEAD}\n,,,,,,,\n", "holds no reading"),
        (f"{HEAD},note\n", "column note is no field here"),
        (HEAD.replace("amount", "amuont"), "did you mean amount"),
        (f"{HEAD},unit\n", "there must be one column unit"),
        (HEAD.replace(",unit", ""), "there must be one column unit"),
        (f"{HEAD}\na,b\n", "line 2 has 2 columns, not 8"),
        (f'{HEAD}\n"a,b\n', "line 2 is malformed"),
    ],
)
def test_a_file_that_is_no_table_of_readings_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(FileUnreadable) as caught:
        read_readings([path])

    assert says in caught.value.text.en


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_bytes(f"{HEAD}\n计量表".encode("gbk"))

    with pytest.raises(FileUnreadable) as caught:
        read_readings([path])

    assert "UTF-8" in caught.value.text.zh


def test_the_columns_may_stand_in_any_order_and_be_quoted(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    names = sorted(RIGHT)
    path.write_text(",".join(names) + "\n" + ",".join(f'"{RIGHT[name]}"' for name in names) + "\n\n", "utf-8")

    (entry,) = read_readings([path])

    assert entry.request.readings[0] == read_one(tmp_path)


def test_each_file_is_cut_into_batches_of_its_own(tmp_path: Path) -> None:
    rows = [{"version": str(number)} for number in range(1, BATCH_READINGS_MAX + 2)]
    path = written(tmp_path, *rows)

    entries = read_readings([path, path])

    assert [(one.number, len(one.request.readings)) for one in entries] == [(1, BATCH_READINGS_MAX), (2, 1)] * 2
    assert entries[0].request.request_id == entries[2].request.request_id != entries[1].request.request_id
