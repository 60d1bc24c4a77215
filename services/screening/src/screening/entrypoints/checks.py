"""Field checks that the entrypoints share: the names of what they are asked about, and where a page starts."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from kernel.regions import RegionCode, region_code
from kernel.text import Text
from screening.application.waiting.ports import Since
from screening.domain.facts import FilingId
from screening.domain.queue import Place
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import after

T = TypeVar("T")

CURRENT: Final = 0
"""The number that stands for `current`."""
NUMBER_MAX: Final = 999_999_999

_FILING: Final = r"filings/([a-z0-9][a-z0-9-]{2,62})"
_NUMBER: Final = r"([1-9][0-9]{0,8})"
_FILING_NAME: Final = re.compile(_FILING, re.ASCII)
_FILING_FORM: Final = Text(zh=" filings/{备案编号}", en="filings/{filing}")
_CASE_NAME: Final = re.compile(rf"{_FILING}/case", re.ASCII)
_CASE_FORM: Final = Text(zh=" filings/{备案编号}/case", en="filings/{filing}/case")
_DECISION_NAME: Final = re.compile(rf"{_FILING}/decisions/(?:{_NUMBER}|current)", re.ASCII)
_DECISION_FORM: Final = Text(
    zh=" filings/{备案编号}/decisions/{序号}, 或 filings/{备案编号}/decisions/current",
    en="filings/{filing}/decisions/{number}, or filings/{filing}/decisions/current",
)
_NUMBERED_NAME: Final = re.compile(rf"{_FILING}/decisions/{_NUMBER}", re.ASCII)
_NUMBERED_FORM: Final = Text(zh=" filings/{备案编号}/decisions/{序号}", en="filings/{filing}/decisions/{number}")
_OVERRIDE_NAME: Final = re.compile(rf"{_FILING}/overrides/{_NUMBER}", re.ASCII)
_OVERRIDE_FORM: Final = Text(zh=" filings/{备案编号}/overrides/{序号}", en="filings/{filing}/overrides/{number}")
_REGION_NAME: Final = re.compile(r"regions/([1-9][0-9]{5})", re.ASCII)
_REGION_FORM: Final = Text(zh=" regions/{六位区划代码}", en="regions/{gb2260}")


def filing_name(violations: Violations, field: str, name: str) -> FilingId:
    return FilingId(violations.matching(field, name, _FILING_NAME, _FILING_FORM).removeprefix("filings/"))


def case_name(violations: Violations, field: str, name: str) -> FilingId:
    found = _CASE_NAME.fullmatch(violations.matching(field, name, _CASE_NAME, _CASE_FORM))
    return FilingId(found[1] if found else "")


def decision_name(violations: Violations, field: str, name: str) -> tuple[FilingId, int]:
    """The filing, and the number or CURRENT."""
    return _numbered(_DECISION_NAME, violations.matching(field, name, _DECISION_NAME, _DECISION_FORM))


def numbered_decision(violations: Violations, field: str, name: str) -> tuple[FilingId, int]:
    """A person decides of a decision that was read: `current` would be whatever stands by then."""
    return _numbered(_NUMBERED_NAME, violations.matching(field, name, _NUMBERED_NAME, _NUMBERED_FORM))


def override_name(violations: Violations, field: str, name: str) -> tuple[FilingId, int]:
    return _numbered(_OVERRIDE_NAME, violations.matching(field, name, _OVERRIDE_NAME, _OVERRIDE_FORM))


def _numbered(pattern: re.Pattern[str], name: str) -> tuple[FilingId, int]:
    found = pattern.fullmatch(name)
    return (FilingId(found[1]), int(found[2] or CURRENT)) if found else (FilingId(""), CURRENT)


def region_name(violations: Violations, field: str, name: str) -> RegionCode | None:
    found = _REGION_NAME.fullmatch(violations.matching(field, name, _REGION_NAME, _REGION_FORM))
    return region_code(found[1]) if found else None


def starts_at(violations: Violations, token: str, read: Callable[[str], T]) -> T | None:
    """What `read` makes of the key in a page token; None for the first page. `read` raises ValueError."""
    key = after(token, violations)
    try:
        return read(key) if key else None
    except ValueError:
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return None


def number_of(key: str) -> int:
    """Raises ValueError."""
    number = int(key) if key.isascii() and key.isdecimal() else 0
    if not 1 <= number <= NUMBER_MAX:
        raise ValueError(key)
    return number


def place_key(place: Place) -> str:
    return f"{place.application_date.isoformat()} {place.filing}"


def place_from(key: str) -> Place:
    """Raises ValueError."""
    day, filing = key.split(" ")
    return Place(date.fromisoformat(day), FilingId(filing))


def since_key(since: Since) -> str:
    return f"{since.at.astimezone(UTC).isoformat()} {since.filing}"


def since_from(key: str) -> Since:
    """Raises ValueError."""
    at, filing = key.split(" ")
    made = datetime.fromisoformat(at)
    if made.tzinfo is None:
        raise ValueError(key)
    return Since(made, FilingId(filing))


def numbered_key(filing: FilingId, number: int) -> str:
    return f"{filing} {number}"


def numbered_from(key: str) -> tuple[str, int]:
    """Raises ValueError."""
    filing, number = key.split(" ")
    return filing, number_of(number)
