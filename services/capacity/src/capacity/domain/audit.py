"""What is announced when the second book differs, and when a person opens lots again."""

from dataclasses import dataclass

from capacity.domain.lots import LotId
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class LotsDiffered:
    difference: Text
    closed: tuple[LotId, ...]


@dataclass(frozen=True, slots=True)
class LotsReopened:
    lots: tuple[LotId, ...]
    person: str
    reason: str
