"""What the portal needs of the world."""

from collections.abc import Callable
from typing import Protocol

from access.callers import Caller
from client.connections import Services
from portal.domain.sessions import Attempt, Session


class SessionsAway(Exception):
    """The sessions cannot be read or written at the moment."""


class Sessions(Protocol):
    """Sessions and sign-ins on their way. What has ended is not found. Everything raises SessionsAway."""

    async def begin(self, subject: str, access_token: str, lifetime_seconds: int) -> Session:
        """A new session under a new id, ending with the token at the latest."""

    async def find(self, session_id: str) -> Session | None:
        """Notes that it was used."""

    async def end(self, session_id: str) -> None: ...

    async def keep_attempt(self, attempt: Attempt) -> None: ...

    async def take_attempt(self, state: str, browser: str) -> Attempt | None:
        """Once."""


class Provider(Protocol):
    """The provider of sign-in (OpenID Connect)."""

    async def address_for(self, attempt: Attempt) -> str:
        """Where the person signs in. Raises ProviderAway."""

    async def redeem(self, attempt: Attempt, code: str, issuer: str | None) -> "Proof":
        """What the code stands for. Raises SignInFailed or ProviderAway."""


class Callers(Protocol):
    """Who a token says is calling."""

    async def caller(self, token: str) -> Caller:
        """Raises Unauthenticated."""


class Proof(Protocol):
    """What the provider vouches for."""

    @property
    def subject(self) -> str: ...

    @property
    def access_token(self) -> str: ...

    @property
    def lifetime_seconds(self) -> int: ...


ServicesFor = Callable[[str], Services]
"""The services, called under the token of a person."""


class ProviderAway(Exception):
    """The provider of sign-in does not answer."""


class SignInFailed(Exception):
    """What the provider gave back proves nothing; the text is for the log."""
