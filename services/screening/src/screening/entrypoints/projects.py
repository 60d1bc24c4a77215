"""What ScreeningService tells of projects: found by name, code, place, outcome and day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.regions import region_code
from kernel.text import Text
from screening.domain.facts import FilingId
from screening.domain.projects import QUERY_CHARACTERS_MAX, Conditions, Rank
from screening.entrypoints import checks
from screening.entrypoints.decisions import DecisionReads
from screening.wire.projects import outcome_from_wire, project_to_wire
from servicekit.access.current import visible_scope
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import next_token, page_size
from servicekit.wire import disposition_from_wire


class ProjectReads(DecisionReads):
    async def SearchProjects(self, request: pb.SearchProjectsRequest, _context: Any) -> pb.SearchProjectsResponse:
        violations = Violations()
        conditions = _conditions(request, violations)
        size = page_size(request.page_size, violations)
        by_day = request.order == pb.PROJECT_ORDER_APPLICATION_DATE
        start = checks.starts_at(violations, request.page_token, _day_rank if by_day else _time_rank)
        violations.done()
        async with self._begin() as work:
            found = await work.projects.find(conditions, visible_scope(), start, size)
        return pb.SearchProjectsResponse(
            projects=[project_to_wire(one) for one in found.projects],
            next_page_token="" if found.after is None else next_token(_key(found.after), size, size),
        )


def _conditions(request: pb.SearchProjectsRequest, violations: Violations) -> Conditions:
    six = Text(zh=" GB/T 2260 六位区划代码", en="a GB/T 2260 code of six digits")
    violations.enum("outcome", request.outcome, common.Outcome)
    violations.enum("disposition", request.disposition, common.Disposition)
    violations.enum("order", request.order, pb.ProjectOrder)
    decided = bool(request.outcome or request.disposition)
    if request.undecided and decided:
        violations.add(
            "undecided", "CONTRADICTION", "与 outcome、disposition 不能同时使用", "goes with no outcome or disposition"
        )
    return Conditions(
        query=violations.text("query", request.query, QUERY_CHARACTERS_MAX),
        region=violations.parsed("region_code", request.region_code, region_code, six),
        outcome=outcome_from_wire(request.outcome),
        disposition=disposition_from_wire(request.disposition),
        undecided=request.undecided and not decided,
        applied_from=violations.stated_day(request, "applied_from"),
        applied_until=violations.stated_day(request, "applied_until"),
        by_application_date=request.order == pb.PROJECT_ORDER_APPLICATION_DATE,
    )


def _key(rank: Rank) -> str:
    at = rank.at.astimezone(UTC) if isinstance(rank.at, datetime) else rank.at
    return f"{at.isoformat()} {rank.filing}"


def _read(key: str, at: Callable[[str], date]) -> Rank:
    """Raises ValueError."""
    said, filing = key.split(" ")
    return Rank(at(said), FilingId(filing))


def _day_rank(key: str) -> Rank:
    return _read(key, date.fromisoformat)


def _instant(said: str) -> datetime:
    made = datetime.fromisoformat(said)
    # No call gave another spelling; one at the calendar's edge might not be an instant in UTC.
    if made.utcoffset() != timedelta(0):
        raise ValueError(said)
    return made


def _time_rank(key: str) -> Rank:
    return _read(key, _instant)
