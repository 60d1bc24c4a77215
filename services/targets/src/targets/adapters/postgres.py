"""One transaction on PostgreSQL."""

from servicekit.eventing.topics import TARGETS_EVENTS
from servicekit.storage.unit_of_work import UnitOfWork
from targets.adapters.entries import PostgresEntries
from targets.adapters.levels import PostgresLevels, PostgresRegions
from targets.adapters.promises import PostgresPromises
from targets.adapters.series import PostgresReports, PostgresTargets
from targets.domain.regions import RegionLevelChanged
from targets.wire import event_to_wire


class TargetsWork(UnitOfWork):
    """One transaction on regions, levels, reports, targets, promises and entries."""

    regions: PostgresRegions
    levels: PostgresLevels
    reports: PostgresReports
    targets: PostgresTargets
    promises: PostgresPromises
    entries: PostgresEntries

    def _open(self) -> None:
        self.regions = PostgresRegions(self.connection)
        self.levels = PostgresLevels(self.connection)
        self.reports = PostgresReports(self.connection)
        self.targets = PostgresTargets(self.connection)
        self.promises = PostgresPromises(self.connection)
        self.entries = PostgresEntries(self.connection)

    async def announce(self, event: RegionLevelChanged) -> None:
        await self.outbox.append(TARGETS_EVENTS, event.region.code, event_to_wire(event))
