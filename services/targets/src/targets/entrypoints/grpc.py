"""TargetsService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import finding_to_wire
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.application.read_levels import level_history, level_on
from targets.application.read_reports import report_at, reports_of
from targets.application.read_targets import ScheduleQuery, check_breakdown, schedule_at, targets_of
from targets.application.report_indicator import report_indicator
from targets.application.set_target import set_target
from targets.application.take_level import record_published_level
from targets.domain.indicators import indicators_on
from targets.domain.levels import Scale
from targets.domain.reports import Series
from targets.domain.targets import newest_versions
from targets.entrypoints import reports_checks as report_fields
from targets.entrypoints import targets_checks as fields
from targets.entrypoints.lists import entry_key, indicator_key, part, report_key, target_key
from targets.wire import level_to_wire, record_to_wire, status_to_wire
from targets.wire_targets import indicator_to_wire, report_to_wire, reported_to_wire, schedule_to_wire, target_to_wire


class TargetsService(rpc.TargetsServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def ListIndicators(self, request: pb.ListIndicatorsRequest, _context: Any) -> pb.ListIndicatorsResponse:
        violations = Violations()
        day = violations.stated_day(request, "on_date") or legal_day(self._clock())
        size, start = page_size(request.page_size, violations), after(request.page_token, violations)
        violations.done()
        indicators, token = part(list(indicators_on(day, self._policy).values()), indicator_key, start, size)
        return pb.ListIndicatorsResponse(
            indicators=[indicator_to_wire(one) for one in indicators], next_page_token=token
        )

    async def SetTarget(self, request: pb.SetTargetRequest, _context: Any) -> pb.SetTargetResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = fields.target(violations, request, self._policy, self._clock())

        async def act(work: Work) -> pb.SetTargetResponse:
            return pb.SetTargetResponse(
                target=target_to_wire(await set_target(command, work, self._policy, self._clock()))
            )

        return await answer_once(self._begin(), request, pb.SetTargetResponse, act)

    async def ListTargets(self, request: pb.ListTargetsRequest, _context: Any) -> pb.ListTargetsResponse:
        violations = Violations()
        place = fields.place(violations, request.parent, self._policy, nation=True)
        fields.named(violations, request.indicator, self._policy)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        size, start = page_size(request.page_size, violations), after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            known = await targets_of(place, work, self._policy, indicator=request.indicator or None, known_at=known_at)
        shown = known if request.show_replaced else newest_versions(known)
        targets, token = part(shown, target_key, start, size)
        return pb.ListTargetsResponse(targets=[target_to_wire(one) for one in targets], next_page_token=token)

    async def CheckBreakdown(self, request: pb.CheckBreakdownRequest, _context: Any) -> pb.CheckBreakdownResponse:
        violations = Violations()
        place = fields.region(violations, request.parent)
        years = fields.years(violations, request)
        day = years.last_day if years is not None else legal_day(self._clock())
        indicator = fields.indicator(violations, request.indicator, day, self._policy)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        violations.done()
        assert years is not None
        assert indicator is not None
        async with self._begin() as work:
            finding = await check_breakdown(place, indicator, years, work, policy=self._policy, known_at=known_at)
        return pb.CheckBreakdownResponse(finding=finding_to_wire(finding))

    async def GetSchedule(self, request: pb.GetScheduleRequest, _context: Any) -> pb.GetScheduleResponse:
        violations = Violations()
        place = fields.place(violations, request.parent, self._policy, nation=True)
        day = fields.required_day(violations, request, "period_end")
        indicator = fields.indicator(violations, request.indicator, day or legal_day(self._clock()), self._policy)
        comparison = fields.comparison(violations, request.comparison, indicator)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        violations.done()
        assert day is not None
        assert indicator is not None
        async with self._begin() as work:
            asked = ScheduleQuery(place, indicator, day, comparison)
            schedule = await schedule_at(asked, work, self._policy, known_at=known_at)
        return pb.GetScheduleResponse(schedule=schedule_to_wire(schedule))

    async def ReportIndicator(self, request: pb.ReportIndicatorRequest, _context: Any) -> pb.ReportIndicatorResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = report_fields.report(violations, request, self._policy, self._clock())

        async def act(work: Work) -> pb.ReportIndicatorResponse:
            return reported_to_wire(await report_indicator(command, work, self._policy, self._clock()))

        return await answer_once(self._begin(), request, pb.ReportIndicatorResponse, act)

    async def ListReports(self, request: pb.ListReportsRequest, _context: Any) -> pb.ListReportsResponse:
        violations = Violations()
        place = fields.place(violations, request.parent, self._policy)
        fields.named(violations, request.indicator, self._policy)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        size, start = page_size(request.page_size, violations), after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            known = await reports_of(place, work, indicator=request.indicator or None, known_at=known_at)
        messages = [report_to_wire(one, stands=stands) for one, stands in known if stands or request.show_replaced]
        reports, token = part(messages, report_key, start, size)
        return pb.ListReportsResponse(reports=reports, next_page_token=token)

    async def GetIndicator(self, request: pb.GetIndicatorRequest, _context: Any) -> pb.GetIndicatorResponse:
        violations = Violations()
        place = fields.place(violations, request.parent, self._policy)
        period = fields.period(violations, request)
        day = period.last if period is not None else legal_day(self._clock())
        indicator = fields.indicator(violations, request.indicator, day, self._policy)
        comparison = fields.comparison(violations, request.comparison, indicator)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        violations.done()
        assert period is not None
        assert indicator is not None
        async with self._begin() as work:
            report = await report_at(Series(place, indicator.id, comparison), period, work, known_at=known_at)
        if report is None:
            raise NotFound(f"{request.parent}/reports/{indicator.id}")
        return pb.GetIndicatorResponse(report=report_to_wire(report, stands=True))

    async def RecordPublishedLevel(
        self, request: pb.RecordPublishedLevelRequest, _context: Any
    ) -> pb.RecordPublishedLevelResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = report_fields.published(violations, request, self._clock())

        async def act(work: Work) -> pb.RecordPublishedLevelResponse:
            level = await record_published_level(command, work, self._clock())
            return pb.RecordPublishedLevelResponse(level=level_to_wire(level))

        return await answer_once(self._begin(), request, pb.RecordPublishedLevelResponse, act)

    async def GetRegionStatus(self, request: pb.GetRegionStatusRequest, _context: Any) -> pb.GetRegionStatusResponse:
        violations = Violations()
        code = fields.region_status(violations, request.name)
        violations.done()
        async with self._begin() as work:
            region = await work.regions.get(code)
            promised = await work.promises.promised([code])
        if region is None:
            raise NotFound(request.name)
        return pb.GetRegionStatusResponse(status=status_to_wire(region, promised[code]))

    async def ListRegionStatuses(
        self, request: pb.ListRegionStatusesRequest, _context: Any
    ) -> pb.ListRegionStatusesResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.regions.page(start, size)
            promised = await work.promises.promised([region.code for region in page])
        token = next_token(page[-1].code, len(page), size) if page else ""
        statuses = [status_to_wire(region, promised[region.code]) for region in page]
        return pb.ListRegionStatusesResponse(statuses=statuses, next_page_token=token)

    async def ListLevelHistory(self, request: pb.ListLevelHistoryRequest, _context: Any) -> pb.ListLevelHistoryResponse:
        violations = Violations()
        code = fields.region_status(violations, request.name)
        scale = report_fields.scale(violations, request.scale, required=False)
        known_at = violations.stated_instant(request, "as_of_time", not_after=self._clock())
        size, start = page_size(request.page_size, violations), after(request.page_token, violations)
        violations.done()
        scales = list(Scale) if scale is None else [scale]
        async with self._begin() as work:
            entries = await level_history(code, scales, work, known_at=known_at)
        shown = [one for one in entries if one.stands or request.show_replaced]
        records, token = part(shown, entry_key, start, size)
        return pb.ListLevelHistoryResponse(records=[record_to_wire(one) for one in records], next_page_token=token)

    async def GetLevelAsOf(self, request: pb.GetLevelAsOfRequest, _context: Any) -> pb.GetLevelAsOfResponse:
        now = self._clock()
        violations = Violations()
        code = fields.region_status(violations, request.name)
        scale = report_fields.scale(violations, request.scale, required=True)
        known_at = violations.stated_instant(request, "as_of_time", not_after=now)
        day = violations.stated_day(request, "on_date") or legal_day(known_at or now)
        violations.done()
        assert scale is not None
        async with self._begin() as work:
            entry = await level_on(code, scale, day, work, known_at=known_at)
        if entry is None:
            raise NotFound(request.name)
        return pb.GetLevelAsOfResponse(record=record_to_wire(entry))


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_TargetsServiceServicer_to_server(TargetsService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["TargetsService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
