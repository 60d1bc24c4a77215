"""What of the rows somebody sees: regions by the prefix of their codes, and single cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from access.acts import ALLOWED, Act
from access.callers import Caller
from access.roles import Role
from kernel.regions import code_prefix


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of a region whose code begins with one of `prefixes`, and rows of `cases`. The prefix "" is everything."""

    prefixes: frozenset[str]
    cases: frozenset[str] = frozenset()

    @property
    def setting(self) -> str:
        """What the database's session is told: prefixes, `*` for everything."""
        return "*" if "" in self.prefixes else ",".join(sorted(self.prefixes))

    @property
    def cases_setting(self) -> str:
        return ",".join(sorted(self.cases))


EVERYTHING: Final = Scope(frozenset({""}))
NOTHING: Final = Scope(frozenset())


def scope_of(caller: Caller, day: date) -> Scope:
    """What the caller may read on `day`. An administrator, who reads no case, has an empty scope."""
    reading = [grant for grant in caller.grants if grant.holds_on(day) and Act.READ in ALLOWED[grant.role]]
    if any(grant.role is Role.SERVICE for grant in reading):
        return EVERYTHING
    return Scope(
        _widest(code_prefix(grant.region) for grant in reading if grant.case is None),
        frozenset(grant.case for grant in reading if grant.case is not None),
    )


def _widest(prefixes: Iterable[str]) -> frozenset[str]:
    given = set(prefixes)
    return frozenset(one for one in given if not any(one != other and one.startswith(other) for other in given))
