"""What happened to a project, in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from kernel.clock import CHINA_STANDARD_TIME
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Happening:
    """`at` is an instant, or a day where the record has no hour. `link` is a place on the same page, or ""."""

    at: datetime | date
    what: Text
    who: str = ""
    link: str = ""

    @property
    def is_day(self) -> bool:
        return not isinstance(self.at, datetime)

    @property
    def moment(self) -> datetime:
        """A day counts from its beginning in China."""
        if isinstance(self.at, datetime):
            return self.at.astimezone(UTC)
        return datetime.combine(self.at, time(), CHINA_STANDARD_TIME)


def in_order(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """The newest first; what happened at the same moment stays as it was given."""
    return tuple(sorted(happenings, key=lambda one: one.moment, reverse=True))
