"""A change that touches many cases: each is screened anew exactly once for it, in the published order."""

from dataclasses import dataclass
from enum import Enum

from kernel.regions import RegionCode
from screening.domain.decision import Cause
from screening.domain.queue import Place


class Scope(Enum):
    """Which cases a sweep goes through."""

    WITHIN = "within"
    """All in the region or below it."""
    FREED = "freed"
    """Those that wait for the budget of one of the regions, and would have it were all of it free."""
    GRANTED = "granted"
    """All that wait for the budget of one of the regions: more is granted, or an account is open again."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Sweep:
    """`causes` are those that one screening answers; `position` is the last case that was screened."""

    scope: Scope
    regions: tuple[RegionCode, ...]
    causes: tuple[Cause, ...]
    id: int = 0
    position: Place | None = None
    begun: bool = False
    policy: str = ""
    """Of a new policy bundle: its hash. Then a decision that says the same as before stays."""

    def __post_init__(self) -> None:
        assert self.causes
        assert bool(self.regions) == (self.scope is not Scope.ALL)
