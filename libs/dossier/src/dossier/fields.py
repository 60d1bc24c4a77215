"""The forms of a dossier's single fields, and what every check of one needs: presence, amounts, units."""

import re
from collections.abc import Sequence
from typing import Final

from google.protobuf.message import Message

from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, Violations

PLACES_MAX: Final = 9
EXACT_PLACES_MAX: Final = 3
"""Of a yearly amount: a tonne stays whole kilograms, and nothing is ever rounded."""

INDUSTRY_CODE: Final = re.compile(r"[0-9]{4}", re.ASCII)
CATALOGUE_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
LOT_NAME: Final = re.compile(r"lots/[a-z][a-z0-9-]{2,62}", re.ASCII)

REGION_FORM: Final = Text(zh=" GB/T 2260 六位行政区划代码", en="a GB/T 2260 code of six digits")
INDUSTRY_FORM: Final = Text(zh=" GB/T 4754 四位小类代码", en="a GB/T 4754 class of four digits")
WORD_FORM: Final = Text(zh="目录中的标识, 如 clinker", en="an id of the catalogue, e.g. clinker")
LOT_FORM: Final = Text(
    zh=" lots/{指标编号}, 编号为小写字母开头、由小写字母、数字和连字符组成的 3 至 63 个字符",
    en="lots/{lot}, its id 3 to 63 lower-case letters, digits and hyphens, starting with a letter",
)


def stated(field: str, value: str, violations: Violations) -> None:
    """An empty value is a violation."""
    if not value:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)


def present(field: str, holder: Message, name: str, violations: Violations) -> bool:
    """Whether `holder` has the field `name`; its absence is a violation."""
    if holder.HasField(name):
        return True
    violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return False


def check_amount(
    place: str,
    holder: Message,
    name: str,
    violations: Violations,
    *,
    minimum: int | None = 0,
    places_max: int = PLACES_MAX,
) -> None:
    """The decimal that `holder`, which stands at `place`, must have under `name`."""
    field = f"{place}.{name}"
    if present(field, holder, name, violations):
        violations.decimal(field, getattr(holder, name), minimum=minimum, places_max=places_max)


def check_yearly(place: str, holder: Message, name: str, violations: Violations) -> None:
    """A yearly amount, which may be left out but not be less than nothing."""
    if holder.HasField(name):
        check_amount(place, holder, name, violations, places_max=EXACT_PLACES_MAX)


def check_unit(field: str, unit: str, known: Sequence[str], violations: Violations) -> None:
    if unit not in known:
        units = ", ".join(known)
        violations.add(field, "UNKNOWN_UNIT", f"单位应为其一: {units}", f"must be one of: {units}")
