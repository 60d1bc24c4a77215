"""What the portal needs of the world."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from access.callers import Caller
from client.connections import Services
from portal.domain.sessions import Alive, Attempt, Session
from portal.domain.unsent import UnsentForm
from portal.domain.views import View


class SessionsAway(Exception):
    """The sessions cannot be read or written at the moment."""


class Sessions(Protocol):
    """Sessions and sign-ins on their way. What has ended is not found. Everything raises SessionsAway."""

    async def begin(self, subject: str, access_token: str, lifetime_seconds: int) -> Session:
        """A new session under a new id, ending with the token at the latest."""

    async def find(self, session_id: str) -> Session | None:
        """Notes that it was used."""

    async def owner_of_ended(self, session_id: str, csrf: str) -> str | None:
        """Whose the session was that has run out of late; the form says what its own pages said."""

    async def end(self, session_id: str) -> None: ...

    async def end_all(self, subject: str) -> int:
        """Every session of the person; returns how many there were."""

    async def alive(self, after: str, size: int) -> Sequence[Alive]:
        """Who is signed in, by subject, behind `after`."""

    async def keep_attempt(self, attempt: Attempt) -> None: ...

    async def take_attempt(self, state: str, browser: str) -> Attempt | None:
        """Once."""


class UnsentForms(Protocol):
    """Forms that were filled in and not sent, by person and place; bounded in age, number and size.

    Everything raises SessionsAway.
    """

    async def keep(self, subject: str, place: str, values: Mapping[str, str]) -> bool:
        """False where nothing was typed, or too much: then nothing changes."""

    async def find(self, subject: str, place: str) -> UnsentForm | None: ...

    async def every(self, subject: str) -> Sequence[tuple[str, datetime]]:
        """Places and when they were saved, the newest first."""

    async def forget(self, subject: str, place: str) -> None: ...


class Views(Protocol):
    """Saved views, by person and name; bounded in number. Everything raises SessionsAway."""

    async def keep(self, subject: str, view: View) -> None: ...

    async def every(self, subject: str) -> Sequence[View]:
        """By name."""

    async def forget(self, subject: str, name: str) -> None: ...


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
