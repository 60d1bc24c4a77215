"""What replaying needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from screening.application import ports
from screening.domain.decision import Decision
from screening.domain.differences import Reached
from screening.domain.facts import FactVersion, FilingId
from screening.domain.replaying import AnyFact, Kept


@dataclass(frozen=True, slots=True)
class Written:
    """A decision as it is kept, in its bytes; `current` is the number of the one that stands by the case.

    `stands_as_kept` when this is the one, and the case says of it what it says itself.
    """

    kept: Kept
    message: bytes
    current: int
    stands_as_kept: bool

    @property
    def reached(self) -> Reached:
        return Reached(self.kept.filing, self.kept.number, self.current)


class Archive(Protocol):
    """Every decision and every fact that one rests on, for ever."""

    async def find(self, filing: FilingId, number: int) -> Written | None:
        """The decision of this number; the current one for 0."""

    async def page(self, after: Reached, size: int) -> Sequence[Written]:
        """Those that follow, by filing and number."""

    async def undecided(self, after: FilingId, size: int) -> tuple[Sequence[FilingId], FilingId | None]:
        """Of the next `size` cases those without the decision that they should have, and the last of them all.

        None for the last when there is no case after them.
        """

    async def facts_of(self, decisions: Sequence[Kept]) -> Sequence[Mapping[FactVersion, AnyFact]]:
        """What is kept of the facts that each names."""

    def written(self, decision: Decision) -> bytes:
        """As it would be kept."""


class Laws(Protocol):
    """Every policy bundle that decisions were made under, packed; by its hash."""

    async def has(self, bundle_hash: str) -> bool: ...

    async def get(self, bundle_hash: str) -> bytes | None: ...

    async def add(self, bundle_hash: str, law: bytes, at: datetime) -> None:
        """Nothing when it is kept."""


class Work(ports.Work, Protocol):
    """One transaction."""

    @property
    def archive(self) -> Archive: ...

    @property
    def laws(self) -> Laws: ...
