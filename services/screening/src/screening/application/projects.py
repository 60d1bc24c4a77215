"""Finds projects, decided or not, by what they are called, where they are, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from access.scopes import Scope
from screening.domain.projects import Conditions, Listed, Rank
from servicekit.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """A page. `after` is where the next one starts; None: there is no more."""

    projects: Sequence[Listed]
    after: Rank | None


class Projects(Protocol):
    """Every project of which something was heard."""

    async def find(self, conditions: Conditions, scope: Scope, after: Rank | None, size: int) -> Found:
        """At most `size`, the greatest rank first. A bounded number is looked at: a page may be short, or empty.

        `scope` says where it is worth looking; what the caller may see the database decides.
        """


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def projects(self) -> Projects: ...
