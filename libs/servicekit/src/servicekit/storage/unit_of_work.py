"""One database transaction: the state, the request's answer, the inbox and the outbox, or none of them."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from access.deciding import Part, Stage, Target
from access.scopes import EVERYTHING, Scope
from kernel.regions import RegionCode
from servicekit.access.current import require, visible_scope
from servicekit.eventing.inbox import Inbox
from servicekit.eventing.outbox import Outbox
from servicekit.storage.database import CASES, SCOPE, Connection, Database, quoted
from servicekit.storage.requests import Requests


class UnitOfWork:
    """Rolls back unless committed. A service adds its own repositories in `_open`.

    Whatever is read is what the caller of the call being served may see, until `acting_on`.
    """

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
            self._scope = EVERYTHING
            await self._see(visible_scope())
        except BaseException:
            await self._database.release(self.connection)
            raise
        self._committed = False
        self.requests = Requests(self.connection)
        self.inbox = Inbox(self.connection)
        self.outbox = Outbox(self.connection, self._source)
        self._open()
        return self

    async def acting_on(
        self,
        region: RegionCode | None,
        case: str | None = None,
        *,
        stage: Stage | None = None,
        parts: Mapping[Part, str] | None = None,
    ) -> None:
        """As `Transaction` says: once the row is loaded, the effects of the act are not bounded by what one sees."""
        require(Target(region, case, stage, parts or {}))
        await self._see(EVERYTHING)

    async def _see(self, scope: Scope) -> None:
        """The settings end with the transaction; the service's own work needs none."""
        if scope == self._scope:
            return
        # No query: what a transaction has to say before its first one, it can still say.
        told = ((SCOPE, scope.setting), (CASES, scope.cases_setting))
        await self.connection.execute(";".join(f"SET LOCAL {name} = {quoted(value)}" for name, value in told))
        self._scope = scope

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
