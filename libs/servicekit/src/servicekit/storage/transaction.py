"""What entrypoints may do with a transaction; a service's own port adds its repositories."""

from types import TracebackType
from typing import Protocol, Self

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

    async def commit(self) -> None: ...
