"""Takes down what was measured, beside all that was known before."""

from budget.application.periods.ports import Work
from budget.domain.periods.events import StatisticRecorded
from budget.domain.periods.statistics import Statistic, next_version


async def record_statistic(stated: Statistic, work: Work) -> StatisticRecorded:
    """What was already known as stated makes no version and no event. Raises StatisticStatusBackward."""
    await work.acting_on(stated.series.region)
    await work.lock()
    versions = await work.statistics.versions(stated.series, stated.period)
    statistic = next_version(stated, versions)
    standing = await work.proposals.standing(statistic.series.region)
    outdated = next((one.id for one in standing if one.outdated_by(statistic)), "")
    recorded = StatisticRecorded(statistic, outdated)
    if statistic not in versions:
        await work.statistics.add(statistic)
        await work.announce(recorded)
    return recorded
