"""A proposal to take an issued opinion back: one person proposes, another signs or somebody withdraws it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from kernel.persons import are_two
from review.domain.opinions.refusals import RevocationNotOpen, SamePerson
from review.domain.review import FilingId


class RevocationState(Enum):
    PROPOSED = "proposed"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Invariant: who signed it is another person than its proposer."""

    filing: FilingId
    number: int
    opinion: int
    reason: str
    proposer: str
    proposed_at: datetime
    state: RevocationState = RevocationState.PROPOSED
    settled_by: str = ""
    settled_at: datetime | None = None
    withdraw_reason: str = ""

    def __post_init__(self) -> None:
        assert (self.state is RevocationState.PROPOSED) == (self.settled_at is None) == (not self.settled_by)
        assert (self.state is RevocationState.WITHDRAWN) == bool(self.withdraw_reason)
        assert self.state is not RevocationState.SIGNED or are_two((self.proposer, self.settled_by))

    @property
    def name(self) -> str:
        return f"filings/{self.filing}/revocations/{self.number}"

    @property
    def signers(self) -> tuple[str, ...]:
        return (self.proposer, self.settled_by) if self.state is RevocationState.SIGNED else ()

    def signed(self, by: str, at: datetime) -> "Revocation":
        """Raises RevocationNotOpen, SamePerson."""
        self._is_open()
        if not are_two((self.proposer, by)):
            raise SamePerson(f"{self.proposer}, {by}")
        return replace(self, state=RevocationState.SIGNED, settled_by=by, settled_at=at)

    def withdrawn(self, by: str, at: datetime, reason: str) -> "Revocation":
        """Raises RevocationNotOpen."""
        self._is_open()
        return replace(self, state=RevocationState.WITHDRAWN, settled_by=by, settled_at=at, withdraw_reason=reason)

    def _is_open(self) -> None:
        if self.state is not RevocationState.PROPOSED:
            raise RevocationNotOpen(self.name, self.state.value)
