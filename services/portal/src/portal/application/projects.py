"""The list of projects: what is asked for, kept in the link, and the page that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from google.type.date_pb2 import Date

from client.connections import Services, call
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

PAGE_SIZE: Final = 50
EXPORT_ROWS_MAX: Final = 5_000
SERVICE_PAGE_MAX: Final = 500
ROUNDS_MAX: Final = 5
"""A page of the list asks so often: what is rare is met behind many that do not match."""
EXPORT_ROUNDS_MAX: Final = 100
SEEN_MAX: Final = 10_000_000
SECONDS: Final = 10

UNDECIDED: Final = "undecided"
OUTCOMES: Final = {one.removeprefix("OUTCOME_").lower(): value for one, value in common.Outcome.items() if value}
DISPOSITIONS: Final = {
    one.removeprefix("DISPOSITION_").lower(): value for one, value in common.Disposition.items() if value
}
ORDERS: Final = {"newest": pb.PROJECT_ORDER_NEWEST_FIRST, "applied": pb.PROJECT_ORDER_APPLICATION_DATE}

NO_SUCH_DAY: Final = Text("不是有效日期, 应写作 2026-03-02", "is no day of the calendar; write it as 2026-03-02")


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions as they stand in the link. `day_to` is the last day; `seen` is how many came on pages before."""

    query: str = ""
    region: str = ""
    outcome: str = ""
    disposition: str = ""
    day_from: str = ""
    day_to: str = ""
    order: str = ""
    token: str = ""
    seen: int = 0

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Asked":
        """Raises nothing: what is not known stays as it was said, and the service or `problems` names it."""
        seen = said.get("seen", "")
        return cls(
            query=said.get("q", "").strip(),
            region=said.get("region", "").strip(),
            outcome=said.get("outcome", ""),
            disposition=said.get("disposition", ""),
            day_from=said.get("from", "").strip(),
            day_to=said.get("to", "").strip(),
            order=said.get("order", ""),
            token=said.get("token", ""),
            seen=min(int(seen), SEEN_MAX)
            if seen.isascii() and seen.isdecimal() and len(seen) < len(str(SEEN_MAX))
            else 0,
        )

    @property
    def conditions(self) -> dict[str, str]:
        """Those that are stated, by their names in the link."""
        every = {
            "q": self.query, "region": self.region, "outcome": self.outcome, "disposition": self.disposition,
            "from": self.day_from, "to": self.day_to, "order": self.order,
        }  # fmt: skip
        return {name: value for name, value in every.items() if value}

    @property
    def here(self) -> str:
        """The conditions and the place in the list, as a query."""
        place = {"token": self.token, "seen": str(self.seen)} if self.token else {}
        return urlencode(self.conditions | place)

    @property
    def everything(self) -> str:
        """The conditions, and that everything is meant which matches them, as a query of an export."""
        return urlencode({**self.conditions, "all": "1"})

    @property
    def problems(self) -> dict[str, Text]:
        """By the field's name in the form."""
        wrong = {"from": self.day_from, "to": self.day_to}
        found = {name: NO_SUCH_DAY for name, said in wrong.items() if said and _day(said) is None}
        unknown = Text("没有这一选项", "is no such choice")
        choices = (
            ("outcome", self.outcome, OUTCOMES | {UNDECIDED: 0}),
            ("disposition", self.disposition, DISPOSITIONS),
        )
        found |= {name: unknown for name, said, known in choices if said and said not in known}
        if self.outcome == UNDECIDED and self.disposition:
            found["disposition"] = Text(
                "尚无决定的项目没有处理意见, 请二者择一",
                "goes with no project that is not decided yet; choose one of the two",
            )
        return found

    def request(self) -> pb.SearchProjectsRequest:
        """Call it only without `problems`."""
        first, last = _day(self.day_from), _day(self.day_to)
        by_day = bool(first or last) and not self.order
        return pb.SearchProjectsRequest(
            query=self.query,
            region_code=self.region,
            outcome=OUTCOMES.get(self.outcome, common.OUTCOME_UNSPECIFIED),
            disposition=DISPOSITIONS.get(self.disposition, common.DISPOSITION_UNSPECIFIED),
            undecided=self.outcome == UNDECIDED,
            applied_from=None if first is None else _to_wire(first),
            applied_until=None if last is None else _to_wire(last + timedelta(days=1)),
            # Days of application are met at once only in their own order.
            order=ORDERS["applied"] if by_day else ORDERS.get(self.order, pb.PROJECT_ORDER_UNSPECIFIED),
            page_token=self.token,
        )


def _day(said: str) -> date | None:
    """Not the last day that a calendar has: the day after must exist."""
    try:
        day = date.fromisoformat(said) if len(said) == len("2026-03-02") else date.max
    except ValueError:
        return None
    return day if day < date.max else None


def _to_wire(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. `next_query` leads to the page after; "" when there is none."""

    asked: Asked
    projects: Sequence[pb.Project] = ()
    next_query: str = ""
    problems: Mapping[str, Text] = field(default_factory=dict)

    @property
    def at_least(self) -> int:
        """So many were met so far, and one more where another page is worth opening: nobody counts a million."""
        return self.asked.seen + len(self.projects)

    @property
    def more(self) -> bool:
        return bool(self.next_query)


async def listing(services: Services, asked: Asked) -> Listing:
    """Raises ServiceError."""
    if problems := asked.problems:
        return Listing(asked, problems=problems)
    found, token = await _met(services, asked.request(), PAGE_SIZE, ROUNDS_MAX)
    link = {**asked.conditions, "token": token, "seen": str(asked.seen + len(found))}
    return Listing(asked, found, urlencode(link) if token else "")


async def _met(
    services: Services, request: pb.SearchProjectsRequest, most: int, rounds: int
) -> tuple[list[pb.Project], str]:
    """Up to `most` projects and the token behind them. A page of the service may be short although more follow."""
    found: list[pb.Project] = []
    for _ in range(rounds):
        request.page_size = min(most - len(found), SERVICE_PAGE_MAX)
        answer = await call(services.screening.SearchProjects, request, seconds=SECONDS)
        found += answer.projects
        request.page_token = answer.next_page_token
        if not request.page_token or len(found) >= most:
            break
    return found, request.page_token


@dataclass(frozen=True, slots=True)
class Exported:
    """All that match, up to EXPORT_ROWS_MAX; `whole` unless there are more."""

    projects: Sequence[pb.Project]
    whole: bool


async def shown_page(services: Services, asked: Asked) -> Exported:
    """Exactly what the page of the list shows. Raises ServiceError."""
    page = await listing(services, asked)
    return Exported(page.projects, not page.more)


async def all_that_match(services: Services, asked: Asked) -> Exported:
    """From the first page on. Raises ServiceError."""
    first = replace(asked, token="").request()
    projects, token = await _met(services, first, EXPORT_ROWS_MAX, EXPORT_ROUNDS_MAX)
    return Exported(projects, not token)
