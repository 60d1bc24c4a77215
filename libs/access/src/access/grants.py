"""A grant: one role, where, for which case, until when. It is written as one word in a token's `grants` claim.

reviewer:632800                                   a reviewer of Haixi and of all below it
expert:630000;case=2512-632801-26-01-000001;until=2026-12-31
partner:630000
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from access.roles import ALONE, Role
from kernel.regions import RegionCode, code_prefix, region_code

CASE_CHARACTERS_MAX = 64
_CASE = re.compile(r"[A-Za-z0-9\-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grant:
    """`role` in `region` and all below it; for one `case` alone when one is named; not on the day `until` or later."""

    role: Role
    region: RegionCode
    case: str | None = None
    until: date | None = None

    @classmethod
    def parse(cls, word: str) -> Self:
        """Raises ValueError when `word` is no grant, or one for an expert without a case and an end."""
        head, *options = word.split(";")
        role, _, region = head.partition(":")
        said = dict(option.split("=", 1) for option in options)
        if len(said) != len(options) or not said.keys() <= {"case", "until"}:
            raise ValueError(f"{word!r} has other options than case and until, or one twice")
        case = said.get("case")
        if case is not None and not _CASE.fullmatch(case):
            raise ValueError(f"{case!r} is no code of a case")
        until = date.fromisoformat(said["until"]) if "until" in said else None
        made = cls(Role(role), region_code(region), case, until)
        if made.role is Role.EXPERT and (case is None or until is None):
            raise ValueError("an expert is asked about a case, until a day")
        return made

    def __str__(self) -> str:
        options = [f"case={self.case}"] if self.case else []
        options += [f"until={self.until}"] if self.until else []
        return ";".join([f"{self.role}:{self.region}", *options])

    def holds_on(self, day: date) -> bool:
        return self.until is None or day < self.until

    def covers(self, region: RegionCode) -> bool:
        """Whether `region` is the grant's region or below it."""
        return region.startswith(code_prefix(self.region))


def check_together(grants: Iterable[Grant]) -> None:
    """Raises ValueError when one person may not have all of them: 三员分立, and machines are no persons."""
    roles = {grant.role for grant in grants}
    if len(roles) > 1 and roles & ALONE:
        alone = ", ".join(sorted(roles & ALONE))
        raise ValueError(f"{alone} goes with no other role")
