"""Assessing and publishing on a real PostgreSQL: what is known of an invented Xining, and the two gRPC services."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest
from grpc.aio import Channel

from dualcontrol.targets.v1.assessment_service_pb2_grpc import AssessmentServiceStub
from dualcontrol.targets.v1.publishing_service_pb2_grpc import PublishingServiceStub
from kernel.pace import Pace
from kernel.regions import RegionCode
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from targets.adapters.postgres import TargetsWork
from targets.adapters.publishing import Writer
from targets.domain.levels import LevelBasis, LevelReading, Scale, WarningLevel
from targets.domain.periods import Years, year_to
from targets.domain.places import Place
from targets.domain.reports import Comparison, Report, ReportStatus, Series
from targets.domain.targets import Target
from targets.entrypoints import assessment, publishing
from testkit.serving import serving

if TYPE_CHECKING:
    from dualcontrol.targets.v1.assessment_service_pb2_grpc import AssessmentServiceAsyncStub
    from dualcontrol.targets.v1.publishing_service_pb2_grpc import PublishingServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
XINING = Place("630100")
DAY = timedelta(days=1)


@pytest.fixture
async def channel(pool: Database, policy: PolicyBundle) -> AsyncIterator[Channel]:
    begin = partial(TargetsWork, pool, "targets")
    services = (
        assessment.servicers(begin, policy, lambda: NOW),
        publishing.servicers(begin, policy, lambda: NOW, Writer()),
    )
    async with serving(lambda server: tuple(name for add in services for name in add(server))) as opened:
        yield opened


@pytest.fixture
def assessments(channel: Channel) -> "AssessmentServiceAsyncStub":
    return AssessmentServiceStub(channel)


@pytest.fixture
def publisher(channel: Channel) -> "PublishingServiceAsyncStub":
    return PublishingServiceStub(channel)


@pytest.fixture
async def known(pool: Database) -> None:
    """A target; a figure ten days ago, its revision five days ago; and a published level of the first half of 2025."""
    async with TargetsWork(pool, "targets") as work:
        await work.targets.add(
            Target(
                XINING,
                "energy_intensity",
                Years(2021, 2025),
                Decimal("-12.5"),
                2020,
                Pace.COMPOUNDING,
                "试验用分解文件",
                date(2021, 1, 1),
                await work.targets.next_version(XINING, "energy_intensity"),
                NOW - 20 * DAY,
            )
        )
        for actual, status, ago in (("-13", ReportStatus.FINAL, 10), ("-12", ReportStatus.REVISED, 5)):
            await work.reports.add(
                Report(
                    Series(XINING, "energy_intensity", Comparison.BASE_YEAR),
                    year_to(date(2025, 12, 31)),
                    Decimal(actual),
                    "%",
                    None,
                    status,
                    "试验用统计公报",
                    await work.reports.next_version(XINING, "energy_intensity"),
                    NOW - ago * DAY,
                )
            )
        region = await work.regions.get_for_update(RegionCode(XINING))
        reading = LevelReading(
            Scale.INTENSITY, WarningLevel.TWO, year_to(date(2025, 6, 30)), LevelBasis.PUBLISHED, "试验用公布文件"
        )
        changed, level, _ = region.take(reading, valid_from=date(2025, 8, 1), known_at=NOW - 5 * DAY)
        await work.levels.add(level)
        await work.regions.save(changed)
        await work.commit()
