"""One database transaction: the state, the request's answer, the inbox and the outbox, or none of them."""

from types import TracebackType
from typing import Self

from servicekit.eventing.inbox import Inbox
from servicekit.eventing.outbox import Outbox
from servicekit.storage.database import Connection, Database
from servicekit.storage.requests import Requests


class UnitOfWork:
    """Rolls back unless committed. A service adds its own repositories in `_open`."""

    connection: Connection
    requests: Requests
    inbox: Inbox
    outbox: Outbox

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self._committed = False

    def _open(self) -> None:
        """Makes the repositories on `self.connection`."""

    async def __aenter__(self) -> Self:
        self.connection = await self._database.acquire()
        self._transaction = self.connection.transaction()
        try:
            await self._transaction.start()
        except BaseException:
            await self._database.release(self.connection)
            raise
        self._committed = False
        self.requests = Requests(self.connection)
        self.inbox = Inbox(self.connection)
        self.outbox = Outbox(self.connection, self._source)
        self._open()
        return self

    async def commit(self) -> None:
        await self.outbox.flush()
        await self._transaction.commit()
        self._committed = True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._committed and not self.connection.is_closed():
                await self._transaction.rollback()
        finally:
            await self._database.release(self.connection)
