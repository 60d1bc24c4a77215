"""The services over gRPC, each call under the token of the person who asked for the page."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import grpc

from client.channels import PLAIN_TEXT, PeerTls, signed
from client.connections import OPTIONS, Services, address_of


class Connections:
    """One connection to each service for all persons. It carries no token of its own: nobody acts as the portal."""

    def __init__(self, addresses: Mapping[str, str | None], tls: PeerTls = PLAIN_TEXT) -> None:
        """By service name; what is None is looked up as the client does."""
        self._addresses = addresses
        self._tls = tls
        self._read: tuple[int, ...] = ()
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def channel(self, service: str) -> grpc.aio.Channel:
        """A new one when the certificates were renewed; calls on the old one go on to their end."""
        if (changed := self._tls.changed()) != self._read:
            self._channels.clear()
            self._read = changed
        if service not in self._channels:
            made = self._tls.channel(address_of(service, self._addresses.get(service)), OPTIONS)
            self._channels[service] = made
            self._closing.push_async_callback(made.close, None)
        return self._channels[service]


class PersonsServices(Services):
    """The services as one person calls them."""

    def __init__(self, connections: Connections, token: str) -> None:
        super().__init__(token=token)
        self._connections = connections

    def channel(self, service: str) -> grpc.aio.Channel:
        return signed(self._connections.channel(service), self._token)
