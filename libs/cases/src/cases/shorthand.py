"""Writes the short forms of a case out as JSON of the API's messages, and remembers where each of them stood."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from cases.sheet import Sheet
from client.documents import Value

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_AMOUNT: Final = re.compile(r"(?P<value>[^ ]+) +(?P<unit>[^ ].*)")
_UNSPECIFIED: Final = "UNSPECIFIED"
_FLAGS: Final[Mapping[str, Value]] = {"yes": True, "no": False}


def written_out(value: Value, message: Descriptor, path: str, sheet: Sheet) -> Value:
    """What no short form says is left as it is: the contract's own check names it. Raises nothing."""
    value = _whole_message(value, message)
    if not isinstance(value, dict):
        return value
    fields = {name: field for field in message.fields for name in (field.name, field.json_name)}
    return {
        key: _field(inner, fields[key], f"{path}.{key}", sheet) if key in fields else inner
        for key, inner in value.items()
    }


def _field(value: Value, field: FieldDescriptor, path: str, sheet: Sheet) -> Value:
    if value is None:
        return None
    if field.is_repeated:
        return _list(value, field, path, sheet)
    if field.message_type is not None:
        return written_out(value, field.message_type, path, sheet)
    if field.enum_type is not None:
        return _word(value, field.enum_type)
    return (
        _FLAGS.get(value, value) if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL and isinstance(value, str) else value
    )


def _list(value: Value, field: FieldDescriptor, path: str, sheet: Sheet) -> Value:
    message = field.message_type
    if message is None:
        return value
    if isinstance(value, dict) and message.full_name in _MAPPINGS:
        value = _listed(value, _MAPPINGS[message.full_name], path, sheet)
    if not isinstance(value, list):
        return value
    return [written_out(item, message, f"{path}[{index}]", sheet) for index, item in enumerate(value)]


def _listed(value: Mapping[str, Any], entry: Callable[[str, Any], Value], path: str, sheet: Sheet) -> list[Value]:
    for index, key in enumerate(value):
        sheet.aliases[f"{path}[{index}]"] = f"{path}.{key}"
    return [entry(key, inner) for key, inner in value.items()]


def _whole_message(value: Value, message: Descriptor) -> Value:
    """A message that one text can say."""
    if isinstance(value, str) and message.full_name in _TEXTS:
        return _TEXTS[message.full_name](value)
    if message.full_name == "dualcontrol.filing.v1.Fact" and isinstance(value, dict):
        return {key: _answer(inner) if key == "value" else inner for key, inner in value.items()}
    return value


def _word(value: Value, enum: EnumDescriptor) -> Value:
    """`new_build` for PROJECT_KIND_NEW_BUILD."""
    prefix = enum.values[0].name.removesuffix(_UNSPECIFIED)
    if isinstance(value, str) and f"{prefix}{value.upper()}" in {one.name for one in enum.values}:
        return f"{prefix}{value.upper()}"
    return value


def _day(text: str) -> Value:
    """`2026-03-01`."""
    found = _DAY.fullmatch(text)
    return dict(zip(("year", "month", "day"), found.groups(), strict=True)) if found else text


def _amount(text: str) -> Value:
    """`5000 t/d`; a number alone is given its unit by whoever checks it."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return {"value": text}
    return {"value": found["value"], "unit": found["unit"]}


_TEXTS: Final[Mapping[str, Callable[[str], Value]]] = {
    "google.type.Date": _day,
    "google.type.Decimal": lambda text: {"value": text},
    "dualcontrol.filing.v1.Amount": _amount,
    "dualcontrol.filing.v1.Applicant": lambda text: {"name": text},
}
"""Messages that a case may write as one text."""


def _answer(value: Any) -> Value:
    """`true` and `false` answer a fact of yes or no, too."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _indicator(standard: str, value: Any) -> Value:
    """`clinker: 109 kgce/t`."""
    amount = _amount(value) if isinstance(value, str) else value
    return {"standard": standard, **amount} if isinstance(amount, dict) else amount


def _lot_use(lot: str, value: Any) -> Value:
    return {"lot": lot if lot.startswith("lots/") else f"lots/{lot}", "quantity": value}


_MAPPINGS: Final[Mapping[str, Callable[[str, Any], Value]]] = {
    "dualcontrol.filing.v1.Fact": lambda fact, value: {"fact": fact, "value": _answer(value)},
    "dualcontrol.filing.v1.UnitEnergy": _indicator,
    "dualcontrol.filing.v1.LotUse": _lot_use,
    "dualcontrol.filing.v1.ProcessEmission": lambda process, value: {"process": process, "amount_t": value},
}
"""Lists that a case may write as a mapping: what names the entry stands before the colon."""
