"""Who calls, for tests that run handlers and use cases themselves: as the interceptor would have set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from access.acts import Act
from access.callers import Caller
from access.grants import Grant
from kernel.clock import CHINA_STANDARD_TIME
from servicekit.access.current import CURRENT, Current


@contextmanager
def acting(
    act: Act, *grants: str, name: str = "虚构人", subject: str = "u-1", beside: Caller | None = None
) -> Iterator[Caller]:
    """Within the block a call is served of somebody with those grants, who signed in just now, for that act.

    `beside` signs with him.
    """
    now = datetime.now(CHINA_STANDARD_TIME)
    caller = Caller(subject, name, tuple(map(Grant.parse, grants)), now, beside)
    before = CURRENT.set(Current(caller, act, now))
    try:
        yield caller
    finally:
        CURRENT.reset(before)
