"""One value of a case file, read as what it should be; what does not fit is noted on its line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, TypeVar

from cases.sheet import Sheet
from client.documents import Value
from client.shapes import unknown_field
from kernel.quantities import exact
from kernel.regions import RegionCode, region_code
from kernel.text import Text

T = TypeVar("T")

WORDS_LISTED_MAX: Final = 12
"""Words that are listed beside the nearest one."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,28}(\.[0-9]{1,28})?", re.ASCII)
_ANSWERS: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Spot:
    """A value with its path in its sheet. Every reading gives None once it has noted what is wrong."""

    value: Value
    path: str
    sheet: Sheet

    def wrong(self, zh: str, en: str) -> None:
        self.sheet.wrong(self.path, Text(zh, en))

    def child(self, key: str, value: Value) -> "Spot":
        return Spot(value, f"{self.path}.{key}" if self.path else key, self.sheet)

    # groups

    def fields(self, known: Sequence[str], required: Sequence[str] = ()) -> "dict[str, Spot]":
        """The keys that say something. A key that is not known, and one that is required and absent, is noted."""
        if not isinstance(self.value, dict):
            names = ", ".join(known)
            self.wrong(f"应为一组字段: {names}", f"must be fields: {names}")
            return {}
        for key, value in self.value.items():
            if key not in known:
                self.sheet.wrong(self.child(key, value).path, unknown_field(key, known))
        found = {key: self.child(key, value) for key, value in self.value.items() if key in known and value is not None}
        for key in required:
            if key not in found:
                self.sheet.wrong(self.child(key, None).path, Text("必须填写", "is required"))
        return found

    def entries(self, what: Text) -> "list[tuple[str, Spot]]":
        """The pairs of a mapping whose keys are the writer's own; `what` says what they are."""
        if not isinstance(self.value, dict):
            self.wrong(f"应为 {what.zh}", f"must be {what.en}")
            return []
        return [(key, self.child(key, value)) for key, value in self.value.items()]

    def items(self) -> "list[Spot]":
        if not isinstance(self.value, list):
            self.wrong("应为列表, 每项以 - 开头", "must be a list, each item after a dash")
            return []
        return [Spot(value, f"{self.path}[{index}]", self.sheet) for index, value in enumerate(self.value)]

    # single values

    def text(self) -> str | None:
        if isinstance(self.value, str) and self.value.strip():
            return self.value.strip()
        self.wrong("应为文字", "must be text")
        return None

    def word(self, words: Mapping[str, T]) -> T | None:
        """What one of the words stands for."""
        if isinstance(self.value, str) and self.value in words:
            return words[self.value]
        near = get_close_matches(str(self.value), words, n=1, cutoff=0.5)
        zh, en, known = f"没有取值 {_shown(self.value)}", f"has no value {_shown(self.value)}", ", ".join(words)
        if near:
            zh, en = f"{zh}, 是否应为 {near[0]}", f"{en}; did you mean {near[0]}?"
        if not near:
            zh, en = f"{zh}; 可用: {known}", f"{en}; known: {known}"
        elif len(words) <= WORDS_LISTED_MAX:
            zh, en = f"{zh}; 可用: {known}", f"{en} Known: {known}"
        self.wrong(zh, en)
        return None

    def yes_no(self) -> bool | None:
        """`yes` and `no`, or `true` and `false`."""
        return self.value if isinstance(self.value, bool) else self.word(_ANSWERS)

    def day(self) -> date | None:
        if isinstance(self.value, str) and _DAY.fullmatch(self.value):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                self.wrong(f"没有 {self.value} 这一天", f"there is no day {self.value}")
                return None
        self.wrong("应为日期, 写作 2026-03-01", "must be a day, written 2026-03-01")
        return None

    def decimal(self) -> Decimal | None:
        if isinstance(self.value, str) and _NUMBER.fullmatch(self.value):
            return exact(self.value)
        self.wrong(
            "应为普通十进制数, 不带千分位、指数或单位",
            "must be a plain decimal number without separators, exponent or unit",
        )
        return None

    def whole(self, unit: Text, *, times: int = 1) -> int | None:
        """So many times a number more than zero, which must be whole: a ledger counts in one smallest unit."""
        number = self.decimal()
        if number is None:
            return None
        amount = number * times
        if amount > 0 and amount == amount.to_integral_value():
            return int(amount)
        self.wrong(f"应大于零, 且为 {unit.zh} 的整数倍", f"must be more than zero and whole {unit.en}")
        return None

    def region(self) -> RegionCode | None:
        try:
            return region_code(self.value if isinstance(self.value, str) else "")
        except ValueError:
            self.wrong("应为 GB/T 2260 六位行政区划代码", "must be a GB/T 2260 code of six digits")
            return None


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, str | bool) else "…"
