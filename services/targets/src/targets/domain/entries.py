"""What one person entered of a region: a report or a level that waits until another person publishes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import ClassVar, Final

from kernel.errors import DomainError, ErrorKind
from kernel.persons import are_two
from kernel.regions import RegionCode
from kernel.text import Text

PENDING_MAX: Final = 100
"""Of one region."""


class EntryState(Enum):
    PENDING = "pending"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class EntryKind(Enum):
    REPORT = "report"
    LEVEL = "level"


@dataclass(eq=False)
class SamePerson(DomainError):
    """Two persons are asked for, and it is one."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SAME_PERSON"

    persons: str

    def text(self) -> Text:
        return Text(
            "录入与公布须由两名不同人员办理, 现为 {persons}; 请由另一人公布",
            "Two different persons enter and publish; given: {persons}. Let another person publish it.",
            **self.metadata(),
        )


@dataclass(eq=False)
class EntryNotPending(DomainError):
    """It was published or withdrawn before."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ENTRY_NOT_PENDING"

    entry: str
    state: str

    def text(self) -> Text:
        return Text(
            "{entry} 已办结 ({state}), 不能再次公布或撤回",
            "{entry} is {state}: it can be published or withdrawn no more.",
            **self.metadata(),
        )


@dataclass(eq=False)
class TooManyEntries(DomainError):
    """As many of the region wait as may."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TOO_MANY_ENTRIES"

    region: str
    most: int = PENDING_MAX

    def text(self) -> Text:
        return Text(
            "{region} 待公布的录入已达 {most} 条, 请先公布或撤回",
            "{most} entries of {region} wait to be published. Publish or withdraw some first.",
            **self.metadata(),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """Invariant: who published it is another person than its author.

    `stated` is what was entered, as the contract has it: it is read again when it is published.
    """

    region: RegionCode
    number: int
    kind: EntryKind
    stated: bytes
    author: str
    entered_at: datetime
    state: EntryState = EntryState.PENDING
    settled_by: str = ""
    settled_at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        assert (self.state is EntryState.PENDING) == (self.settled_at is None) == (not self.settled_by)
        assert (self.state is EntryState.WITHDRAWN) == bool(self.reason)
        assert self.state is not EntryState.PUBLISHED or are_two((self.author, self.settled_by))

    @property
    def name(self) -> str:
        return f"regions/{self.region}/entries/{self.number}"

    def published(self, by: str, at: datetime) -> "Entry":
        """Raises EntryNotPending, SamePerson."""
        self._is_pending()
        if not are_two((self.author, by)):
            raise SamePerson(f"{self.author}, {by}")
        return replace(self, state=EntryState.PUBLISHED, settled_by=by, settled_at=at)

    def withdrawn(self, by: str, at: datetime, reason: str) -> "Entry":
        """Raises EntryNotPending."""
        self._is_pending()
        return replace(self, state=EntryState.WITHDRAWN, settled_by=by, settled_at=at, reason=reason)

    def _is_pending(self) -> None:
        if self.state is not EntryState.PENDING:
            raise EntryNotPending(self.name, self.state.value)
