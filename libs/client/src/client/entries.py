"""Turns files into requests: one entry, one request with a request id. Nothing is sent while any entry is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar, cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import Message

from client.documents import Value, read_document, unreadable
from client.errors import ClientError
from client.request_ids import identified
from client.shapes import Misfit, misfits
from kernel.text import Text

WRONG_SHOWN_MAX: Final = 200
"""Of a file that is wrong throughout, the first suffice to see why."""

Request = TypeVar("Request", bound=Message)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Request]):
    """One request with the place that it was read from. `number` counts from 1 in its file."""

    path: Path
    number: int
    request: Request


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field of a file that cannot be sent. `number` is of the entry, or of the line where lines are entries."""

    path: Path
    number: int
    misfit: Misfit
    by_line: bool = False

    def said(self, language: str) -> str:
        zh, en = ("行", "line") if self.by_line else ("项", "entry")
        place = f"第 {self.number} {zh}" if language == "zh" else f"{en} {self.number}"
        return f"{self.path}, {place}, {self.misfit.field}: {getattr(self.misfit.text, language)}"


@dataclass(eq=False)
class EntriesWrong(ClientError):
    """All that is wrong with the files, at once."""

    wrong: Sequence[WrongField]


def entries_wrong(wrong: Sequence[WrongField]) -> EntriesWrong:
    shown, more = wrong[:WRONG_SHOWN_MAX], len(wrong) - WRONG_SHOWN_MAX
    zh = ["文件有误, 未提交任何内容:", *(f"  {one.said('zh')}" for one in shown)]
    en = ["The files are wrong; nothing was sent:", *(f"  {one.said('en')}" for one in shown)]
    if more > 0:
        zh.append(f"  … 另有 {more} 处")
        en.append(f"  … and {more} more")
    return EntriesWrong(Text("\n".join(zh), "\n".join(en)), wrong)


def read_entries(paths: Iterable[Path], kind: type[Request]) -> list[Entry[Request]]:
    """The requests of all files, in order. A file holds one entry or a list of them.

    Raises FileUnreadable, or EntriesWrong with every field of every file that does not fit.
    """
    entries: list[Entry[Request]] = []
    wrong: list[WrongField] = []
    for path in paths:
        for number, content in enumerate(_contents(path), 1):
            found = parse_entry(path, number, content, kind)
            if isinstance(found, Entry):
                entries.append(found)
            else:
                wrong.extend(found)
    if wrong:
        raise entries_wrong(tuple(wrong))
    return entries


def read_entry(path: Path, kind: type[Request]) -> Entry[Request]:
    """As `read_entries`, of a file that holds exactly one. Raises FileUnreadable for more."""
    entries = read_entries([path], kind)
    if len(entries) > 1:
        raise unreadable(
            path, f"有 {len(entries)} 项, 此处只能有一项", f"holds {len(entries)} entries; exactly one is taken here"
        )
    return entries[0]


def parse_entry(path: Path, number: int, content: Value, kind: type[Request]) -> Entry[Request] | list[WrongField]:
    """The entry, or what is wrong with it. One without a request id gets the stable one of its content."""
    shape = cast("Descriptor", kind.DESCRIPTOR)  # the stubs know two classes of one thing
    found = [WrongField(path, number, misfit) for misfit in misfits(content, shape)]
    if found or not isinstance(content, dict):
        return found
    request = kind()
    try:
        ParseDict(content, request)
    except ParseError as error:
        return [WrongField(path, number, Misfit("*", Text(zh=f"无法解析: {error}", en=f"cannot be parsed: {error}")))]
    return Entry(path, number, identified(request))


def _contents(path: Path) -> list[Value]:
    document = read_document(path)
    if document is None or document == []:
        raise unreadable(path, "没有任何内容", "holds nothing")
    return document if isinstance(document, list) else [document]
