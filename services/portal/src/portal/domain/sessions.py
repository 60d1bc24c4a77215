"""A signed-in person's session, and a sign-in that has begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)
SIGN_IN: Final = timedelta(minutes=10)
"""So long a person may stay at the provider's page."""


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is known to the person's browser alone. `csrf` stands in every form of the session."""

    id: str
    subject: str
    csrf: str
    access_token: str
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime

    def holds_at(self, now: datetime) -> bool:
        """Whether it is not idle too long and not ended."""
        return now < self.ends_at and now - self.last_used_at < IDLE


@dataclass(frozen=True, slots=True)
class Alive:
    """The sessions of one person that have not ended."""

    subject: str
    count: int
    begun_at: datetime
    """The oldest."""
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in on its way: what the provider must give back, and where the person wanted to go."""

    state: str
    browser: str
    """Known to the browser that began it alone: nobody is signed in as somebody else by a link."""
    nonce: str
    verifier: str
    back: str
    fresh_seconds_max: int | None
    """The person had to show anew who he is, at most so long ago."""
    begun_at: datetime
