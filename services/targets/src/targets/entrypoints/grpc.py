"""TargetsService over gRPC: translate in, call, translate out."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from kernel.regions import RegionCode
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.application.take_report import (
    RecordPublishedLevel,
    ReportIndicator,
    record_published_level,
    report_indicator,
)
from targets.domain.barometer import Indicator
from targets.domain.regions import Scale
from targets.wire import level_to_wire, scale_from_wire, status_to_wire, warning_level_from_wire

DOCUMENT_CHARACTERS_MAX: Final = 500
FALL_PER_CENT_MAX: Final = 100
"""Nothing falls by more than all of itself."""

_STATUS_NAME: Final = re.compile(r"regions/([1-9][0-9]{5})/status", re.ASCII)
_STATUS_FORM: Final = Text(zh=" regions/{六位行政区划代码}/status", en="regions/{GB/T 2260 code of six digits}/status")


class TargetsService(rpc.TargetsServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def ReportIndicator(self, request: pb.ReportIndicatorRequest, _context: Any) -> pb.ReportIndicatorResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = _indicator(request, violations, today=legal_day(self._clock()))

        async def act(work: Work) -> pb.ReportIndicatorResponse:
            level = await report_indicator(command, work, self._policy, self._clock())
            return pb.ReportIndicatorResponse(level=level_to_wire(level))

        return await answer_once(self._begin(), request, pb.ReportIndicatorResponse, act)

    async def RecordPublishedLevel(
        self, request: pb.RecordPublishedLevelRequest, _context: Any
    ) -> pb.RecordPublishedLevelResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = _published(request, violations, today=legal_day(self._clock()))

        async def act(work: Work) -> pb.RecordPublishedLevelResponse:
            level = await record_published_level(command, work, self._clock())
            return pb.RecordPublishedLevelResponse(level=level_to_wire(level))

        return await answer_once(self._begin(), request, pb.RecordPublishedLevelResponse, act)

    async def GetRegionStatus(self, request: pb.GetRegionStatusRequest, _context: Any) -> pb.GetRegionStatusResponse:
        violations = Violations()
        code = _region(violations, request.name)
        violations.done()
        async with self._begin() as work:
            region = await work.regions.get(code)
            promised = await work.promises.promised_kgce([code])
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
            promised = await work.promises.promised_kgce([region.code for region in page])
        token = next_token(page[-1].code, len(page), size) if page else ""
        statuses = [status_to_wire(region, promised[region.code]) for region in page]
        return pb.ListRegionStatusesResponse(statuses=statuses, next_page_token=token)


def _region(violations: Violations, name: str) -> RegionCode:
    checked = violations.matching("name", name, _STATUS_NAME, _STATUS_FORM)
    return RegionCode(checked.removeprefix("regions/").removesuffix("/status"))


def _scale(violations: Violations, value: pb.Scale.ValueType) -> Scale | None:
    violations.enum("scale", value, pb.Scale, required=True)
    return scale_from_wire(value) if value in pb.Scale.values() and value != pb.SCALE_UNSPECIFIED else None


def _period_end(
    violations: Violations, request: pb.ReportIndicatorRequest | pb.RecordPublishedLevelRequest, today: date
) -> date | None:
    if not request.HasField("period_end"):
        violations.add("period_end", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    return violations.day("period_end", request.period_end, not_after=today)


def _figure(violations: Violations, field: str, holder: ProtoDecimal | None, scale: Scale | None) -> Decimal | None:
    if holder is None:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    return violations.decimal(field, holder, minimum=-FALL_PER_CENT_MAX if scale is Scale.INTENSITY else None)


def _indicator(request: pb.ReportIndicatorRequest, violations: Violations, *, today: date) -> ReportIndicator:
    region = _region(violations, request.name)
    scale = _scale(violations, request.scale)
    period_end = _period_end(violations, request, today)
    actual = _figure(violations, "actual", request.actual if request.HasField("actual") else None, scale)
    schedule = _figure(violations, "schedule", request.schedule if request.HasField("schedule") else None, scale)
    if scale is Scale.TOTAL and schedule is not None and schedule <= 0:
        violations.add(
            "schedule",
            "TOO_SMALL",
            "能源消费总量的进度增量须大于 0, 否则无从计算超出比例; 请改为登记上级公布的等级",
            "must be more than 0 on the total scale: the excess has no ratio to it; record a published level instead",
        )
    violations.done()
    assert scale is not None
    assert period_end is not None
    assert actual is not None
    assert schedule is not None
    return ReportIndicator(region, Indicator(scale, period_end, actual, schedule))


def _published(request: pb.RecordPublishedLevelRequest, violations: Violations, *, today: date) -> RecordPublishedLevel:
    region = _region(violations, request.name)
    scale = _scale(violations, request.scale)
    violations.enum("level", request.level, pb.WarningLevel, required=True)
    period_end = _period_end(violations, request, today)
    document = violations.text("document", request.document, DOCUMENT_CHARACTERS_MAX, required=True)
    violations.done()
    assert scale is not None
    assert period_end is not None
    return RecordPublishedLevel(region, scale, warning_level_from_wire(request.level), period_end, document)


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_TargetsServiceServicer_to_server(TargetsService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["TargetsService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
