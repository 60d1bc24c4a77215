"""Reads YAML strictly, remembering the line of everything, so that a refusal can point at it."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import yaml

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text

Key = str | int

_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# libyaml's reader is ten times as fast as the one in Python; not every build of PyYAML has it.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LIKE_A_NUMBER = re.compile(r"[-+]?[0-9.][0-9.,_]*([eE][-+]?[0-9]+)?", re.ASCII)


@dataclass(eq=False)
class BadLawData(DomainError):
    """A data file that cannot be taken as law. Nothing of the set is loaded then."""

    kind: ClassVar = ErrorKind.INVALID
    reason: ClassVar = "BAD_LAW_DATA"

    file: str
    line: int
    zh: str
    en: str

    def text(self) -> Text:
        return Text(zh=f"{self.file}:{self.line}: {self.zh}", en=f"{self.file}:{self.line}: {self.en}")


@dataclass(frozen=True)
class Place:
    """A spot in a file, by its path of keys from the top."""

    file: str
    lines: Mapping[tuple[Key, ...], int]
    path: tuple[Key, ...] = ()

    def child(self, *keys: Key) -> "Place":
        return Place(self.file, self.lines, self.path + keys)

    @property
    def spot(self) -> tuple[Key, ...]:
        """The path itself, or that of the nearest thing above it that the file has."""
        paths = (self.path[:size] for size in range(len(self.path), -1, -1))
        return next((path for path in paths if path in self.lines), ())

    @property
    def line(self) -> int:
        return self.lines.get(self.spot, 1)

    def refuse(self, zh: str, en: str) -> BadLawData:
        return BadLawData(self.file, self.line, zh, en)


class _Reading:
    def __init__(self, file: str) -> None:
        self._lines: dict[tuple[Key, ...], int] = {}
        self.top = Place(file, self._lines)

    def value(self, node: yaml.Node, path: tuple[Key, ...]) -> object:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node, self.top.child(*path))

    def _mapping(self, node: yaml.MappingNode, path: tuple[Key, ...]) -> dict[str, object]:
        content: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            here = (*path, str(key))
            if key in content:
                again = Place(self.top.file, {here: key_node.start_mark.line + 1}, here)
                raise again.refuse(f"键 {key} 重复, 请删去其一", f"the key {key} stands twice; remove one")
            self._lines[here] = key_node.start_mark.line + 1
            content[str(key)] = self.value(value_node, here)
        return content


def _scalar(node: yaml.ScalarNode, place: Place) -> object:
    written: str = node.value
    if node.style:
        return written
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool" and written in ("true", "false"):
        return written == "true"
    if kind == "int" and _INTEGER.fullmatch(written):
        return int(written)
    if kind == "timestamp" and _DAY.fullmatch(written):
        return _day(written, place)
    if kind != "str" or _LIKE_A_NUMBER.fullmatch(written):
        raise place.refuse(
            f"{written} 未加引号会有歧义, 请写成 '{written}'",
            f"{written} is ambiguous without quotes; numbers of law are quoted strings: write '{written}'",
        )
    return written


def _day(written: str, place: Place) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise place.refuse(f"没有 {written} 这一天", f"there is no day {written}") from None


def _refuse_aliases(text: str, file: str) -> None:
    """Every line of law stands for itself."""
    for event in yaml.parse(text, Loader=_Loader) if "*" in text else ():
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadLawData(file, line, "不允许别名 (alias)", "an alias is not allowed")


def read(path: Path | zipfile.Path, file: str) -> tuple[dict[str, object], Place]:
    """The file's content and its top. `file` is its name in refusals. Raises BadLawData."""
    reading = _Reading(file)
    try:
        text = path.read_text("utf-8")
        _refuse_aliases(text, file)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadLawData(file, line, f"YAML 有误: {error.problem}", f"broken YAML: {error.problem}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadLawData(file, 1, f"无法读取: {error}", f"cannot be read: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise reading.top.refuse("文件应由若干节组成", "a file is a mapping of sections")
    content = reading.value(node, ())
    assert isinstance(content, dict)
    return content, reading.top
