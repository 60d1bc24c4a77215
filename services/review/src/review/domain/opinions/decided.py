"""What screening decided on a filing, as far as an opinion rests on it."""

from dataclasses import dataclass
from enum import Enum

from statute.finding import Disposition, Outcome


class Result(Enum):
    PASS = "pass"  # noqa: S105  # a word of law, no password
    """予以通过."""
    NOT_PASS = "not_pass"  # noqa: S105  # a word of law, no password
    """不予通过."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision."""

    number: int
    outcome: Outcome
    disposition: Disposition
    revision: int
    """The filing revision that it is on."""

    @property
    def says(self) -> tuple[Outcome, Disposition, int]:
        """Two decisions that share it bear the same opinion."""
        return self.outcome, self.disposition, self.revision

    def bears(self, result: Result) -> bool:
        """An approval bears a pass, a block the refusal, and what waits bears none."""
        return (self.outcome, result) in ((Outcome.APPROVE, Result.PASS), (Outcome.BLOCK, Result.NOT_PASS))
