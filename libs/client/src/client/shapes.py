"""Holds what a file says against a message of the contracts, and names every field that does not fit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from client.documents import Value
from kernel.text import Text

DEPTH_MAX: Final = 50

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_INTEGERS: Final = {
    FieldDescriptor.CPPTYPE_INT32: 32,
    FieldDescriptor.CPPTYPE_INT64: 64,
}
_WRITTEN_SO: Final = {
    "google.type.Decimal": '{value: "12.5"}',
    "google.type.Date": "{year: 2026, month: 3, day: 2}",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One field that does not fit. `field` is its path in the file, in the API's own names."""

    field: str
    text: Text


def misfits(value: Value, message: Descriptor, path: str = "", depth: int = 0) -> Iterator[Misfit]:
    """Everything in `value` that is no JSON of `message`. What is absent is never a misfit."""
    if depth > DEPTH_MAX:
        yield Misfit(path, Text(zh="嵌套过深", en="is nested too deeply"))
        return
    if not isinstance(value, dict):
        yield Misfit(path or "*", _expected("一组字段", "fields", message))
        return
    fields = {name: field for field in message.fields for name in (field.name, field.json_name)}
    for key, inner in value.items():
        where = f"{path}.{key}" if path else str(key)
        if key not in fields:
            yield Misfit(where, unknown_field(str(key), [field.name for field in message.fields]))
        elif inner is not None:
            yield from _field_misfits(inner, fields[key], where, depth)


def _field_misfits(value: Any, field: FieldDescriptor, path: str, depth: int) -> Iterator[Misfit]:
    if not field.is_repeated:
        yield from _value_misfits(value, field, path, depth)
    elif not isinstance(value, list):
        yield Misfit(path, Text(zh="应为列表", en="must be a list"))
    else:
        for index, inner in enumerate(value):
            yield from _value_misfits(inner, field, f"{path}[{index}]", depth)


def _value_misfits(value: Any, field: FieldDescriptor, path: str, depth: int) -> Iterator[Misfit]:
    if field.message_type is not None:
        yield from misfits(value, field.message_type, path, depth + 1)
        return
    if problem := _scalar_problem(value, field):
        yield Misfit(path, problem)


def _scalar_problem(value: Any, field: FieldDescriptor) -> Text | None:
    if field.enum_type is not None:
        return _enum_problem(value, field.enum_type)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return None if isinstance(value, bool) else Text(zh="应为 true 或 false", en="must be true or false")
    if not isinstance(value, str):
        return Text(zh="应为一个值, 不是列表、字段组或 true/false", en="must be one value")
    if bits := _INTEGERS.get(field.cpp_type):
        fits = bool(_WHOLE_NUMBER.fullmatch(value)) and -(2 ** (bits - 1)) <= int(value) < 2 ** (bits - 1)
        return None if fits else Text(zh="应为整数", en="must be a whole number")
    if any("\ud800" <= character <= "\udfff" for character in value):
        return Text(zh="含有不成对的代理字符, 请删除", en="has half a character (a lone surrogate); remove it")
    return None


def _enum_problem(value: Any, enum: EnumDescriptor) -> Text | None:
    names = [one.name for one in enum.values]
    if isinstance(value, str) and value in names:
        return None
    near = get_close_matches(str(value).upper(), names, n=1, cutoff=0.3)
    known = ", ".join(names[1:])
    return Text(
        zh=f"没有取值 {value}" + (f", 是否应为 {near[0]}" if near else "") + f"; 可用: {known}",
        en=f"has no value {value}" + (f"; did you mean {near[0]}" if near else "") + f"? There are: {known}",
    )


def unknown_field(key: str, known: Sequence[str]) -> Text:
    """What is wrong with a key that is none of the known, with the nearest of them."""
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    if near:
        return Text(zh=f"没有这个字段, 是否应为 {near[0]}", en=f"is no field here; did you mean {near[0]}?")
    fields = ", ".join(known)
    return Text(zh=f"没有这个字段; 可用: {fields}", en=f"is no field here; there are: {fields}")


def _expected(zh: str, en: str, message: Descriptor) -> Text:
    example = _WRITTEN_SO.get(message.full_name) or "{" + ", ".join(f"{f.name}: …" for f in message.fields[:3]) + "}"
    return Text(zh=f"应为{zh}, 写作 {example}", en=f"must be {en}, written {example}")
