"""What entrypoints may do with a transaction; a service's own port adds its repositories."""

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from access.deciding import Part, Stage
from kernel.regions import RegionCode
from servicekit.eventing.inbox import Inbox
from servicekit.storage.requests import Requests


class Transaction(Protocol):
    """Opened by `async with`; rolls back unless committed."""

    @property
    def requests(self) -> Requests: ...

    @property
    def inbox(self) -> Inbox: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def acting_on(
        self,
        region: RegionCode | None,
        case: str | None = None,
        *,
        stage: Stage | None = None,
        parts: Mapping[Part, str] | None = None,
    ) -> None:
        """Raises Denied unless the caller may do the act of this call to it; its effects then know no bounds.

        `region` is that of the row, which was loaded as the caller sees it: what he does not see was not found.
        """

    async def commit(self) -> None: ...
