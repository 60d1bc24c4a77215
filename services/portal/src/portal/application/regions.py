"""What the pages of regions show: levels, targets, reports, the envelope at each level, the forecast and the queue."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from google.type.date_pb2 import Date

from client import periods, targets
from client.connections import Services, call
from dualcontrol.budget.v1 import periods_service_pb2 as budget
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import assessment_service_pb2 as assessment
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.regions import RegionCode, code_prefix, lineage, province_of
from kernel.text import Text
from portal.application.parts import Part, begun, part
from portal.domain.bullet import Bullet, bullet
from portal.domain.tiles import TILES

STATUSES_MAX: Final = 500
HISTORY_MAX: Final = 50
TARGETS_MAX: Final = 100
REPORTS_MAX: Final = 200
WAITING_MAX: Final = 10
KILOGRAMS: Final = 1_000

PROVINCE: Final = province_of(RegionCode(TILES[0].code))
"""The province on the map."""
REQUIRED: Final = Text("进度要求", "required by then")

_CODE: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)


def a_region(text: str) -> RegionCode | None:
    """The code, when it is one of GB/T 2260."""
    return RegionCode(text) if _CODE.fullmatch(text) else None


def tonnes(kilograms: int) -> Decimal:
    """Exact: kgce to tce, kgCO2 to tCO2."""
    return Decimal(kilograms) / KILOGRAMS


def day_message(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def day_of(message: Date) -> date | None:
    return date(message.year, message.month, message.day) if message.year else None


@dataclass(frozen=True, slots=True)
class Barometer:
    """The newest levels of every region. `period` is the last day of the newest period of the province's."""

    statuses: dict[str, pb.RegionStatus]
    period: date | None

    def level(self, code: str, scale: int, *, newest: bool = False) -> pb.RegionLevel | None:
        """The region's level on a scale; with `newest`, only of the newest period. None: not reported."""
        status = self.statuses.get(code)
        levels = [one for one in status.levels if one.scale == scale] if status else []
        if newest:
            levels = [one for one in levels if day_of(one.period_end) == self.period]
        return levels[0] if levels else None

    def strictest(self, code: str) -> pb.RegionLevel | None:
        """The level that binds: the first is the strictest. One that is not known does not count."""
        status = self.statuses.get(code)
        known = [one for one in status.levels if one.level] if status else []
        return min(known, key=lambda one: one.level) if known else None


async def barometer(services: Services) -> Barometer:
    request = pb.ListRegionStatusesRequest(page_size=STATUSES_MAX)
    answer = await call(services.targets.ListRegionStatuses, request)
    found = {one.name.split("/")[1]: one for one in answer.statuses if "/" in one.name}
    own = [one for code, one in found.items() if code.startswith(code_prefix(PROVINCE))]
    days = [day for one in own for level in one.levels if (day := day_of(level.period_end))]
    return Barometer(found, max(days, default=None))


async def exported(services: Services, period: date, form: str) -> publishing.ExportedFile:
    """`form` is xlsx or pdf. Raises ServiceError."""
    kind = publishing.FILE_FORMAT_PDF if form == "pdf" else publishing.FILE_FORMAT_XLSX
    request = publishing.ExportBarometerRequest(
        period_end=day_message(period), format=kind, parent_region_code=PROVINCE
    )
    return await targets.export_barometer(services, request)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The accounts of one region of the lineage."""

    region: str
    accounts: Part[Sequence[budget.PeriodAccount]]


@dataclass(frozen=True, slots=True)
class Region:
    """Everything of one region; each part by itself."""

    indicators: Part[Sequence[pb.Indicator]]
    status: Part[pb.RegionStatus]
    history: Part[Sequence[pb.LevelRecord]]
    targets: Part[Sequence[pb.Target]]
    reports: Part[Sequence[pb.IndicatorReport]]
    year: Part[assessment.AnnualReport]
    forecast: Part[budget.Forecast]
    envelopes: Sequence[Envelope]
    queue: Part[screening.ListQueueResponse]


async def region(services: Services, code: RegionCode, year: int) -> Region:
    """Read at once. `year` is that of the envelope, the forecast and the yearly progress."""
    parent = f"regions/{code}"
    yearly = assessment.GetAnnualReportRequest(region_code=code, year=year)
    parts = (
        begun(_indicators(services)),
        begun(targets.status(services, code)),
        begun(_history(services, parent)),
        begun(_targets(services, parent)),
        begun(_reports(services, parent)),
        begun(targets.annual_report(services, yearly)),
        begun(_forecast(services, code, year)),
        begun(queue_of(services, code, WAITING_MAX)),
    )
    envelopes = await asyncio.gather(*(_envelope(services, one, year) for one in lineage(code)))
    await asyncio.gather(*parts)
    indicators, status, history, set_targets, reports, report, forecast, queue = parts
    return Region(
        indicators.result(),
        status.result(),
        history.result(),
        set_targets.result(),
        reports.result(),
        report.result(),
        forecast.result(),
        envelopes,
        queue.result(),
    )


async def _indicators(services: Services) -> Sequence[pb.Indicator]:
    request = pb.ListIndicatorsRequest(page_size=TARGETS_MAX)
    return tuple((await call(services.targets.ListIndicators, request)).indicators)


async def _history(services: Services, parent: str) -> Sequence[pb.LevelRecord]:
    request = pb.ListLevelHistoryRequest(name=f"{parent}/status", page_size=HISTORY_MAX)
    return tuple((await call(services.targets.ListLevelHistory, request)).records)


async def _targets(services: Services, parent: str) -> Sequence[pb.Target]:
    request = pb.ListTargetsRequest(parent=parent, page_size=TARGETS_MAX)
    return tuple((await call(services.targets.ListTargets, request)).targets)


async def _reports(services: Services, parent: str) -> Sequence[pb.IndicatorReport]:
    request = pb.ListReportsRequest(parent=parent, page_size=REPORTS_MAX)
    return newest((await call(services.targets.ListReports, request)).reports)


def newest(reports: Iterable[pb.IndicatorReport]) -> Sequence[pb.IndicatorReport]:
    """Of each indicator and comparison the report that stands for the newest period."""
    found: dict[tuple[str, int], pb.IndicatorReport] = {}
    for one in sorted(reports, key=lambda each: day_of(each.period_end) or date.min):
        if one.stands:
            found[one.indicator, one.comparison] = one
    return tuple(found[key] for key in sorted(found))


async def _forecast(services: Services, code: RegionCode, year: int) -> budget.Forecast:
    """For what the envelope was granted for; an increment where no adopted proposal tells."""
    asked = budget.ListEnvelopeProposalsRequest(
        parent=f"regions/{code}", year=year, state=budget.PROPOSAL_STATE_ADOPTED, page_size=STATUSES_MAX
    )
    adopted = (await call(services.periods.ListEnvelopeProposals, asked)).proposals
    energy = [one for one in adopted if one.region_code == code and one.instrument == budget.BUDGET_INSTRUMENT_ENERGY]
    measure = energy[0].measure if energy else budget.ENVELOPE_MEASURE_INCREMENT
    request = budget.ForecastYearEndRequest(
        region_code=code, year=year, instrument=budget.BUDGET_INSTRUMENT_ENERGY, measure=measure
    )
    return await periods.forecast(services, request)


async def _envelope(services: Services, code: RegionCode, year: int) -> Envelope:
    request = budget.GetPeriodRequest(region_code=code, year=year)
    return Envelope(code, await part(periods.accounts(services, request)))


async def queue_of(services: Services, code: RegionCode, size: int, token: str = "") -> screening.ListQueueResponse:
    request = screening.ListQueueRequest(parent=f"regions/{code}", page_size=size, page_token=token)
    return await call(services.screening.ListQueue, request)


def pace_of(report: pb.IndicatorReport, name: Text) -> Bullet | None:
    """The reported figure against what its target's pace requires; None where the requirement is not known."""
    if not report.HasField("actual") or not report.HasField("schedule"):
        return None
    required = Decimal(report.schedule.value)
    return bullet(name, Decimal(report.actual.value), report.unit, [(REQUIRED, required)])
