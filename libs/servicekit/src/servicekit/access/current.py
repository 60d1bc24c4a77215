"""The call being served: who makes it and which act it is. Set by the interceptor, read where rows are loaded."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from access.acts import Act
from access.callers import Caller
from access.deciding import Target, denial
from access.scopes import EVERYTHING, Scope, scope_of
from servicekit.access.refusals import Denied


@dataclass(frozen=True, slots=True)
class Current:
    """`now` is the moment at which the call was admitted, in Asia/Shanghai."""

    caller: Caller
    act: Act
    now: datetime
    token: str = field(default="", repr=False)
    """The caller's own, to be passed on to another service."""

    @property
    def scope(self) -> Scope:
        """What of the rows the caller sees."""
        return scope_of(self.caller, self.now.date())


CURRENT: Final[ContextVar[Current | None]] = ContextVar("current", default=None)
"""None: the service's own background work, which no person asked for."""


def visible_scope() -> Scope:
    """What the call being served may see; everything for the service's own work."""
    current = CURRENT.get()
    return EVERYTHING if current is None else current.scope


def require(target: Target) -> None:
    """Raises Denied unless all who sign may do the act of this call to `target`. The service's own work may."""
    current = CURRENT.get()
    if current is None:
        return
    second = current.caller.countersigned_by
    for person in (current.caller, *(() if second is None else (second,))):
        refused = denial(person, current.act, target, current.now)
        if refused is not None:
            raise Denied(refused)
