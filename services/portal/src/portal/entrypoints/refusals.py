"""What stops a request before or beside its page."""

from dataclasses import dataclass


@dataclass(eq=False)
class SignInNeeded(Exception):
    """Nobody is signed in, or not freshly enough; afterwards the person goes to `back`."""

    back: str
    fresh: bool = False


class Forged(Exception):
    """A form that did not come from a page of this session."""
