"""Reads the documents of a case file: what stands where, and everything that is wrong with it, each on its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from client.documents import Value
from kernel.text import Text

DEPTH_MAX: Final = 30

_PLAIN_TAGS: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file. `path` is empty where no key can be named."""

    file: str
    line: int
    path: str
    text: Text

    def said(self, language: str) -> str:
        where = f"{self.file}:{self.line}: " + (f"{self.path}: " if self.path else "")
        return f"{where}{self.text.zh if language == 'zh' else self.text.en}"


@dataclass(slots=True)
class Sheet:
    """One document of a file. Its problems are collected, so that a writer hears of all of them at once.

    A path is written as in the API, `dossier.products[0].name`; `aliases` give the path as written in the file of
    what the file says in a short form.
    """

    file: str
    line: int
    content: Value = None
    lines: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: str, text: Text) -> None:
        written = self._written(path)
        problem = Problem(self.file, self._line_of(written), written, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def _written(self, path: str) -> str:
        """The alias of the path, or of the nearest part of it that has one."""
        for above in _upwards(path):
            if above in self.aliases:
                return self.aliases[above]
        return path

    def _line_of(self, path: str) -> int:
        return next((self.lines[above] for above in _upwards(path) if above in self.lines), self.line)


def _upwards(path: str) -> Iterator[str]:
    """The path, then what it stands in, up to the first key."""
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


class _Loader(yaml.BaseLoader):
    """Every plain value is text, as it stands. Without anchors: what a case says is written where it counts."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="anchors and aliases are not used here", problem_mark=mark)
        return super().compose_node(parent, index)


def sheets_of(file: str, text: str) -> list[Sheet]:
    """One sheet for each document that holds anything. Broken YAML is one sheet with its problem."""
    sheets = []
    try:
        for node in yaml.compose_all(text, Loader=_Loader):
            sheet = Sheet(file, node.start_mark.line + 1)
            sheet.content = _value(node, "", sheet, 0)
            if sheet.content is not None:
                sheets.append(sheet)
    except (yaml.YAMLError, RecursionError) as error:
        sheets.append(_broken(file, error))
    return sheets


def _broken(file: str, error: Exception) -> Sheet:
    mark = getattr(error, "problem_mark", None)
    sheet = Sheet(file, mark.line + 1 if mark is not None else 1)
    what = getattr(error, "problem", None) or " ".join(str(error).split()) or type(error).__name__
    sheet.wrong("", Text(f"YAML 格式有误: {what}", f"broken YAML: {what}"))
    return sheet


def _value(node: yaml.Node, path: str, sheet: Sheet, depth: int) -> Value:
    sheet.lines.setdefault(path, node.start_mark.line + 1)
    if depth > DEPTH_MAX:
        sheet.wrong(path, Text("嵌套过深", "is nested too deeply"))
        return None
    if node.tag not in _PLAIN_TAGS:
        sheet.wrong(path, Text(f"不使用标签 {node.tag}", f"the tag {node.tag} is not used here"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, sheet, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{path}[{index}]", sheet, depth + 1) for index, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: str, sheet: Sheet, depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            sheet.problems.append(Problem(sheet.file, line, path, Text("键应为一个词", "a key must be a word")))
            continue
        key = str(key_node.value)
        here = f"{path}.{key}" if path else key
        if key in made:
            twice = Text("出现两次, 请删去其一", "stands twice; remove one")
            sheet.problems.append(Problem(sheet.file, line, here, twice))
            continue
        sheet.lines[here] = line
        made[key] = _value(value_node, here, sheet, depth + 1)
    return made


def _scalar(node: yaml.ScalarNode) -> str | bool | None:
    """Plain `true`, `false` and nothing are what they say; all else is text: a code, a number or a day keeps its form.

    YAML 1.1 would read `no`, `on`, 0777 and 2021-06-30 as something else than what stands there.
    """
    written = str(node.value)
    if node.style is None:
        if written in ("", "~", "null"):
            return None
        if written in ("true", "false"):
            return written == "true"
    return written
