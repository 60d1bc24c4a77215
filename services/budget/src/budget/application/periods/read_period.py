"""Reads how a region's year stands, stood, or will end."""

from dataclasses import dataclass
from datetime import date, datetime

from budget.application.periods.ports import Work
from budget.domain.periods.derivation import consumption
from budget.domain.periods.forecast import Forecast, Outlook, Taken, forecast
from budget.domain.periods.instruments import Instrument, Measure, account_of
from budget.domain.periods.statistics import Period, known_by
from kernel.errors import NotFound
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Balances, Standing
from ledger.store import LATEST, AsOf
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class ForecastYearEnd:
    """`known_at` is None for all that is known."""

    region: RegionCode
    year: int
    instrument: Instrument
    measure: Measure
    on: date
    known_at: datetime | None = None


async def period_accounts(
    region: RegionCode, year: int, as_of: AsOf, work: Work, *, today: date
) -> dict[AccountId, Balances]:
    """The region's accounts of the year. What is effective or known later is not in them. Raises NotFound."""
    ids = [account_of(instrument, region, year) for instrument in Instrument]
    found = await work.ledger.balances_as_of(ids, as_of)
    if not found:
        raise NotFound(f"regions/{region}/periods/{year}")
    if as_of.known_at == LATEST and as_of.effective_on >= today:
        closed = {one for one, balances in (await work.ledger.balances(found)).items() if balances.closed}
    else:
        closed = await work.accounts.closed_as_of(found, as_of)
    return {one: _shown(standing, closed=one in closed) for one, standing in found.items()}


def _shown(standing: Standing, *, closed: bool) -> Balances:
    overdraft = max(standing.overdraft, -standing.available, 0)
    return Balances(standing.granted, standing.held, standing.posted, overdraft, closed)


async def forecast_year_end(asked: ForecastYearEnd, work: Work, policy: PolicyBundle, now: datetime) -> Forecast:
    """Raises NotFound when no envelope is granted by then."""
    known_at = asked.known_at or LATEST
    account = account_of(asked.instrument, asked.region, asked.year)
    today = (await work.ledger.balances_as_of([account], AsOf(asked.on, known_at))).get(account)
    last_day = max(asked.on, date(asked.year, 12, 31))
    later = (await work.ledger.balances_as_of([account], AsOf(last_day, known_at))).get(account)
    if today is None or later is None:
        raise NotFound(f"regions/{asked.region}/periods/{asked.year}")
    phased = max(0, later.held + later.posted - today.held - today.posted)
    used = consumption(asked.region, asked.instrument)
    outlook = Outlook(
        region=asked.region,
        year=asked.year,
        instrument=asked.instrument,
        measure=asked.measure,
        on=asked.on,
        known_at=asked.known_at or now,
        taken=Taken(today.granted, today.held, today.posted, phased),
        months=await work.statistics.months(used, asked.year, known_at),
        whole_year=known_by(await work.statistics.versions(used, Period(asked.year)), known_at),
        previous=known_by(await work.statistics.versions(used, Period(asked.year - 1)), known_at),
    )
    return forecast(outlook, policy)
