"""ReadingsService over gRPC, and its events: translate in, call, translate out."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from dualcontrol.targets.v1 import readings_events_pb2 as events
from dualcontrol.targets.v1 import readings_service_pb2 as pb
from dualcontrol.targets.v1 import readings_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import TARGETS_READINGS
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle
from targets.application.readings.ports import ReadingsWork
from targets.application.readings.read_figures import FigureQuery, Place, list_coverage, list_figures, place_of
from targets.application.readings.record_readings import count_reading, record_readings
from targets.application.readings.register_unit import register_unit
from targets.domain.readings.figures import Days
from targets.entrypoints import readings_checks as fields
from targets.wire_readings import (
    days_to_wire,
    figure_to_wire,
    period_from_wire,
    reading_from_wire,
    rebuilt_to_wire,
    total_to_wire,
    unit_to_wire,
)

DIFFERENCES_ENTRIES_MAX: Final = 100


class ReadingsService(rpc.ReadingsServiceServicer):
    def __init__(self, begin: Callable[[], ReadingsWork], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def RegisterEnergyUnit(
        self, request: pb.RegisterEnergyUnitRequest, _context: Any
    ) -> pb.RegisterEnergyUnitResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = fields.unit(violations, request, self._policy, legal_day(self._clock()))

        async def act(work: ReadingsWork) -> pb.RegisterEnergyUnitResponse:
            return pb.RegisterEnergyUnitResponse(unit=unit_to_wire(await register_unit(command, work)))

        return await answer_once(self._begin(), request, pb.RegisterEnergyUnitResponse, act)

    async def RecordReadings(self, request: pb.RecordReadingsRequest, _context: Any) -> pb.RecordReadingsResponse:
        now = self._clock()
        violations = Violations()
        violations.request_id(request.request_id)
        stated = fields.readings(violations, request.readings, now)

        async def act(work: ReadingsWork) -> pb.RecordReadingsResponse:
            recorded = await record_readings(stated, work, self._policy, now)
            return pb.RecordReadingsResponse(accepted_count=recorded.accepted, known_count=recorded.known)

        return await answer_once(self._begin(), request, pb.RecordReadingsResponse, act)

    async def ListRegionalFigures(
        self, request: pb.ListRegionalFiguresRequest, _context: Any
    ) -> pb.ListRegionalFiguresResponse:
        violations = Violations()
        region = fields.region(violations, request.region_code)
        violations.enum("period", request.period, pb.FigurePeriod, required=True)
        violations.done()
        period = period_from_wire(request.period)
        days = fields.days(violations, request, period)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        size, start = page_size(request.page_size, violations), _place(request.page_token, violations)
        violations.done()
        assert days is not None
        query = FigureQuery(region, days, period, known_at)
        async with self._begin() as work:
            page = await list_figures(query, work, self._policy, after=start, size=size)
        last = json.dumps(place_of(page.figures[-1].figure)) if page.figures else ""
        return pb.ListRegionalFiguresResponse(
            figures=[figure_to_wire(one, region) for one in page.figures],
            totals=[total_to_wire(one) for one in page.totals],
            next_page_token=next_token(last, len(page.figures), size),
        )

    async def ListCoverage(self, request: pb.ListCoverageRequest, _context: Any) -> pb.ListCoverageResponse:
        violations = Violations()
        region = fields.region(violations, request.region_code)
        days = fields.days(violations, request)
        size = page_size(request.page_size, violations)
        start = _next_day(request.page_token, violations)
        violations.done()
        assert days is not None
        rest = Days(max(days.first, start), days.until) if start is not None else days
        async with self._begin() as work:
            found = await list_coverage(region, rest, work, size=size)
        token = next_token(found[-1][0].until.isoformat(), len(found), size) if found else ""
        return pb.ListCoverageResponse(days=days_to_wire(found), next_page_token=token)

    async def RebuildReadings(self, request: pb.RebuildReadingsRequest, _context: Any) -> pb.RebuildReadingsResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        days = fields.days(violations, request)
        violations.done()
        assert days is not None

        async def act(work: ReadingsWork) -> pb.RebuildReadingsResponse:
            made = await work.figures.rebuild(days, replace=request.replace, shown_max=DIFFERENCES_ENTRIES_MAX)
            return rebuilt_to_wire(made)

        return await answer_once(self._begin(), request, pb.RebuildReadingsResponse, act)


def _place(token: str, violations: Violations) -> Place | None:
    key = after(token, violations)
    if not key:
        return None
    try:
        first, carrier, unit = json.loads(key)
    except (ValueError, TypeError):
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return None
    return str(first), str(carrier), str(unit)


def _next_day(token: str, violations: Violations) -> date | None:
    key = after(token, violations)
    if not key:
        return None
    try:
        return date.fromisoformat(key)
    except ValueError:
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return None


async def take_reading(message: events.EnergyReadingReported, work: ReadingsWork) -> None:
    """Raises ValueError for what no unit can have reported."""
    await count_reading(reading_from_wire(message), work)


def subscription() -> Subscription[ReadingsWork]:
    return Subscription.of(TARGETS_READINGS, {events.EnergyReadingReported: take_reading})


def add_servicers(
    begin: Callable[[], ReadingsWork], policy: PolicyBundle, clock: Clock, server: Any
) -> tuple[str, ...]:
    rpc.add_ReadingsServiceServicer_to_server(ReadingsService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["ReadingsService"].full_name,)


def servicers(
    begin: Callable[[], ReadingsWork], policy: PolicyBundle, clock: Clock
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
