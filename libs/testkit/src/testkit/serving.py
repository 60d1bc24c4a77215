"""One service inside a test: its schema on a fresh database, and its gRPC server on a free port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Final

import grpc

from servicekit.program import Service
from servicekit.rpc.server import AddServicers, Doors, RpcServer
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from testkit.gates import open_gate
from testkit.ports import LOOPBACK, choose_port
from testkit.postgres import owner_dsn

CONNECTIONS_MAX: Final = 10
DRAIN_SECONDS: Final = 1


@asynccontextmanager
async def migrated(dsn: str, service: Service) -> AsyncIterator[Database]:
    """A pool on the database, which has the service's newest schema."""
    await migrate(owner_dsn(dsn), [("servicekit", files("servicekit") / "migrations"), *service.migrations])
    opened = await open_database(dsn, CONNECTIONS_MAX)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def serving(add_servicers: AddServicers) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the server, which stops with the block."""
    address = f"{LOOPBACK}:{choose_port()}"
    server = RpcServer(Doors(address), add_servicers, open_gate())
    await server.start()
    try:
        async with grpc.aio.insecure_channel(address) as channel:
            yield channel
    finally:
        await server.stop(DRAIN_SECONDS)
