"""Reads YAML and JSON as they are written: numbers stay text, so that no digit is lost; nothing is guessed."""

import json
import re
from pathlib import Path
from typing import Any, Final

import yaml

from client.errors import ClientError
from kernel.text import Text

FILE_BYTES_MAX: Final = 16 * 1024 * 1024

Value = dict[str, Any] | list[Any] | str | bool | None


class FileUnreadable(ClientError):
    """The file is not there, or not YAML or JSON, or empty."""


def unreadable(path: Path, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(Text(zh=f"{path}: {zh}", en=f"{path}: {en}"))


class _Loader(yaml.SafeLoader):
    """YAML of mappings, lists, text, true/false and null. Refuses repeated keys and anchors."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012  # PyYAML's own way to say it

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "anchors and aliases are not used here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _bool_of(loader: _Loader, node: yaml.ScalarNode) -> bool:
    return str(loader.construct_scalar(node)) == "true"


# YAML 1.1 reads `no`, `on`, 0777 and 2021-06-30 as something else than what stands there; here they are text.
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), ["n", "~", ""])
_Loader.add_constructor("tag:yaml.org,2002:bool", _bool_of)


def read_document(path: Path) -> Value:
    """The one document of a `.json`, `.yaml` or `.yml` file. Raises FileUnreadable, naming the line where it can."""
    return read_text(path, text_of(path))


def text_of(path: Path) -> str:
    """All of a file of text. Raises FileUnreadable."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise unreadable(path, f"文件超过 {FILE_BYTES_MAX} 字节, 请拆分", f"is larger than {FILE_BYTES_MAX} bytes")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable(path, "不是 UTF-8 编码, 请另存为 UTF-8", "is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise unreadable(path, f"无法读取 ({error.strerror})", f"cannot be read ({error.strerror})") from None


def read_text(path: Path, text: str) -> Value:
    """As `read_document`; `path` names the format and stands in errors."""
    try:
        return _json(text) if path.suffix.lower() == ".json" else _yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = " ".join(str(error).split()) or type(error).__name__
        raise unreadable(path, f"格式有误: {where}", f"is malformed: {where}") from None


def _yaml(text: str) -> Value:
    loader = _Loader(text)
    try:
        return loader.get_single_data()  # type: ignore[no-any-return]
    finally:
        loader.dispose()


def _json(text: str) -> Value:
    return json.loads(  # type: ignore[no-any-return]
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_without_repeats
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"{key} stands twice")
        made[key] = value
    return made
