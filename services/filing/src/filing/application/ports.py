"""What the use cases need."""

from typing import Protocol

from filing.domain.filing import Accepted, Filing, FilingId, Withdrawn
from servicekit.storage.transaction import Transaction


class Filings(Protocol):
    """All revisions of all filings."""

    async def newest_for_update(self, filing: FilingId) -> Filing | None:
        """The newest revision, locked until the transaction ends."""

    async def get(self, filing: FilingId, revision: int = 0) -> Filing | None:
        """One revision; 0 means the newest."""

    async def page(self, after: str, size: int) -> list[Filing]:
        """The newest revisions of the filings that follow `after`, by id."""

    async def add(self, filing: Filing) -> None:
        """Adds a revision. Raises FilingExists when the id or the project code belongs to another filing."""


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def filings(self) -> Filings: ...

    async def announce(self, event: Accepted | Withdrawn) -> None: ...
