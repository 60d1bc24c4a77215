"""Who calls: a person or a machine, whose identity was proved, and the grants that came with the proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from access.grants import Grant, check_together
from access.roles import MACHINES, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Invariant: the grants may go together. `subject` is unique for all who were ever known here."""

    subject: str
    name: str
    grants: Sequence[Grant]
    authenticated_at: datetime
    """When the person last showed who he is; a step-up asks for a fresh one."""
    countersigned_by: "Caller | None" = None
    """A second person, whose own proof came with the same call, for acts that two must sign."""

    def __post_init__(self) -> None:
        check_together(self.grants)

    @property
    def label(self) -> str:
        """How records name the person: two persons of one name stay two."""
        return f"{self.name}/{self.subject}"

    @property
    def is_machine(self) -> bool:
        return any(grant.role in MACHINES for grant in self.grants)

    @property
    def vouches(self) -> bool:
        """Whether the caller may name persons other than himself: a partner system names those who acted in it."""
        return self.is_machine

    def roles_on(self, day: date) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants if grant.holds_on(day))
