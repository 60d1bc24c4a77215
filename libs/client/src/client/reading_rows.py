"""Reads readings of meters from CSV: one a line, in as many requests as they need; none while a line is wrong."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal

from client.documents import text_of, unreadable
from client.entries import Entry, WrongField, entries_wrong
from client.request_ids import identified
from client.shapes import Misfit, unknown_field
from dualcontrol.targets.v1 import readings_service_pb2 as pb
from kernel.clock import CHINA_STANDARD_TIME
from kernel.text import Text

BATCH_READINGS_MAX: Final = 1_000
"""The service takes so many at once."""
COLUMNS: Final = ("credit_code", "meter", "start_time", "end_time", "amount", "unit", "quality", "version")
QUALITIES: Final = {
    pb.ReadingQuality.Name(value).removeprefix("READING_QUALITY_").lower(): value
    for value in pb.ReadingQuality.values()
    if value != pb.READING_QUALITY_UNSPECIFIED
}

_AMOUNT: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?", re.ASCII)
_VERSION: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_Row = Mapping[str, str]


def read_readings(paths: Iterable[Path]) -> list[Entry[pb.RecordReadingsRequest]]:
    """Requests of at most BATCH_READINGS_MAX readings, numbered from 1 in each file.

    Raises FileUnreadable, or EntriesWrong with every field of every line that is wrong.
    """
    entries: list[Entry[pb.RecordReadingsRequest]] = []
    wrong: list[WrongField] = []
    for path in paths:
        readings: list[pb.Reading] = []
        for line, row in _rows(path):
            if found := list(_misfits(row)):
                wrong += [WrongField(path, line, misfit, by_line=True) for misfit in found]
            else:
                readings.append(_reading(row))
        entries += _batches(path, readings)
    if wrong:
        raise entries_wrong(wrong)
    return entries


def _batches(path: Path, readings: Sequence[pb.Reading]) -> Iterator[Entry[pb.RecordReadingsRequest]]:
    for number, first in enumerate(range(0, len(readings), BATCH_READINGS_MAX), 1):
        request = pb.RecordReadingsRequest(readings=readings[first : first + BATCH_READINGS_MAX])
        yield Entry(path, number, identified(request))


def _rows(path: Path) -> Iterator[tuple[int, _Row]]:
    """Each with its line. Raises FileUnreadable."""
    lines = csv.reader(StringIO(text_of(path)), strict=True)
    try:
        names = [name.strip() for name in next(lines, [])]
        _check_names(path, names)
        empty = True
        for values in lines:
            if not any(value.strip() for value in values):
                continue
            empty = False
            if len(values) != len(names):
                found, needed = len(values), len(names)
                raise unreadable(
                    path,
                    f"第 {lines.line_num} 行有 {found} 列, 应为 {needed} 列",
                    f"line {lines.line_num} has {found} columns, not {needed}",
                )
            yield lines.line_num, dict(zip(names, (value.strip() for value in values), strict=True))
    except csv.Error as problem:
        raise unreadable(
            path, f"第 {lines.line_num} 行格式有误: {problem}", f"line {lines.line_num} is malformed: {problem}"
        ) from None
    if empty:
        raise unreadable(path, "没有任何读数", "holds no reading")


def _check_names(path: Path, names: Sequence[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            problem = unknown_field(name, COLUMNS)
            raise unreadable(path, f"列 {name}: {problem.zh}", f"column {name} {problem.en}")
    for name in COLUMNS:
        if names.count(name) != 1:
            columns = ", ".join(COLUMNS)
            raise unreadable(
                path, f"列 {name} 应恰有一列; 各列: {columns}", f"there must be one column {name}, of {columns}"
            )


def _misfits(row: _Row) -> Iterator[Misfit]:
    for name in COLUMNS:
        if not row[name]:
            yield Misfit(name, Text("必须填写", "is required"))
    for name in ("start_time", "end_time"):
        if row[name] and _instant(row[name]) is None:
            text = Text("应为 2026-03-01 00:00 (北京时间) 或带时区的时间", "must be 2026-03-01 00:00 (in China)")
            yield Misfit(name, text)
    if row["amount"] and not _AMOUNT.fullmatch(row["amount"]):
        yield Misfit("amount", Text("应为不小于 0 的数, 至多九位小数", "must be 0 or more, with at most nine decimals"))
    if row["quality"] and row["quality"] not in QUALITIES:
        known = ", ".join(QUALITIES)
        yield Misfit("quality", Text(f"应为 {known} 之一", f"must be one of {known}"))
    if row["version"] and not _VERSION.fullmatch(row["version"]):
        yield Misfit("version", Text("应为从 1 起的整数", "must be a whole number from 1"))


def _instant(written: str) -> Timestamp | None:
    """A time without a zone is one in China. None for what is no time, or none that a message can tell."""
    stamp = Timestamp()
    try:
        read = datetime.fromisoformat(written)
        stamp.FromDatetime(read if read.tzinfo is not None else read.replace(tzinfo=CHINA_STANDARD_TIME))
    except (ValueError, OverflowError):
        return None
    return stamp


def _reading(row: _Row) -> pb.Reading:
    return pb.Reading(
        credit_code=row["credit_code"],
        meter=row["meter"],
        start_time=_instant(row["start_time"]),
        end_time=_instant(row["end_time"]),
        amount=Decimal(value=row["amount"]),
        unit=row["unit"],
        quality=QUALITIES[row["quality"]],
        version=int(row["version"]),
    )
