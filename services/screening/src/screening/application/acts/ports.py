"""What persons' acts need."""

from collections.abc import Sequence
from typing import Protocol

from screening.application import ports
from screening.domain.acts import Override, Ruling
from screening.domain.facts import FilingId

Place = tuple[str, int]
"""After which filing and number a page starts."""


class Rulings(Protocol):
    """Every ruling; none is ever changed."""

    async def next_number(self, filing: FilingId) -> int:
        """For a caller that holds the filing's lock."""

    async def add(self, ruling: Ruling) -> None: ...

    async def page(self, filing: FilingId, before: int, size: int) -> Sequence[Ruling]:
        """Those with lower numbers than `before`, the newest first; 0 begins with the newest."""


class Overrides(Protocol):
    """Every override, and what was done to it; no step is ever changed."""

    async def next_number(self, filing: FilingId) -> int:
        """For a caller that holds the filing's lock."""

    async def get(self, filing: FilingId, number: int) -> Override | None: ...

    async def add(self, override: Override) -> None: ...

    async def add_step(self, override: Override) -> None:
        """The last step that was done to it."""

    async def page(self, filing: FilingId | None, after: Place, size: int) -> Sequence[Override]:
        """Of one filing, or of all, by filing and number."""


class Work(ports.Work, Protocol):
    """One transaction."""

    @property
    def rulings(self) -> Rulings: ...

    @property
    def overrides(self) -> Overrides: ...
