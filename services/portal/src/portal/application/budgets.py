"""A region's energy budget: accounts now and at two times, who is short, holds, proposals, trades and closings."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from client.connections import Services, call
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import periods_service_pb2 as periods
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.clock import CHINA_STANDARD_TIME
from kernel.regions import RegionCode
from portal.application.parts import Part, begun
from portal.application.regions import queue_of

ROWS_MAX: Final = 200
WAITING_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`first` and `second`: the ends of the two days compared, in China; `token`: of the page of holds."""

    region: RegionCode
    year: int
    first: date
    second: date
    token: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One account at two times. None: nothing was granted then, which is not zero."""

    name: str
    first: budget.LedgerAccount | None
    second: budget.LedgerAccount | None


@dataclass(frozen=True, slots=True)
class Holds:
    """The region's deductions among `looked_at` of all; `token` leads on."""

    deductions: Sequence[budget.Deduction]
    looked_at: int
    token: str


@dataclass(frozen=True, slots=True)
class Budgets:
    """Each part by itself."""

    accounts: Part[Sequence[budget.LedgerAccount]]
    changes: Part[Sequence[Change]]
    short: Part[Sequence[screening.QueueEntry]]
    holds: Part[Holds]
    proposals: Part[Sequence[periods.EnvelopeProposal]]
    trades: Part[Sequence[periods.Trade]]
    acts: Part[Sequence[periods.PeriodAct]]


async def budgets(services: Services, asked: Asked) -> Budgets:
    parts = (
        begun(_accounts(services, asked)),
        begun(_changes(services, asked)),
        begun(_short(services, asked)),
        begun(_holds(services, asked)),
        begun(_proposals(services, asked)),
        begun(_trades(services, asked)),
        begun(_acts(services, asked)),
    )
    await asyncio.gather(*parts)
    accounts, changes, short, holds, proposals, trades, acts = parts
    return Budgets(
        accounts.result(),
        changes.result(),
        short.result(),
        holds.result(),
        proposals.result(),
        trades.result(),
        acts.result(),
    )


async def _accounts(services: Services, asked: Asked, known: datetime | None = None) -> Sequence[budget.LedgerAccount]:
    request = budget.ListLedgerAccountsRequest(parent=f"regions/{asked.region}", page_size=ROWS_MAX)
    if known is not None:
        request.known_time.CopyFrom(_stamp(known))
    answer = await call(services.budget.ListLedgerAccounts, request)
    return [one for one in answer.accounts if one.name.endswith(f"/{asked.year}")]


def _stamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant.astimezone(UTC))
    return made


def end_of(day: date) -> datetime:
    """The first instant after the day, in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA_STANDARD_TIME)


async def _changes(services: Services, asked: Asked) -> Sequence[Change]:
    before, after = await asyncio.gather(
        _accounts(services, asked, end_of(asked.first)), _accounts(services, asked, end_of(asked.second))
    )
    first, second = ({one.name: one for one in side} for side in (before, after))
    return [Change(name, first.get(name), second.get(name)) for name in sorted(first.keys() | second.keys())]


async def _short(services: Services, asked: Asked) -> Sequence[screening.QueueEntry]:
    """Those of the region who wait for some budget."""
    answer = await queue_of(services, asked.region, WAITING_MAX)
    return [one for one in answer.entries if one.waits_on]


async def _holds(services: Services, asked: Asked) -> Holds:
    request = budget.ListDeductionsRequest(parent=f"regions/{asked.region}", page_size=ROWS_MAX, page_token=asked.token)
    answer = await call(services.budget.ListDeductions, request)
    own = [one for one in answer.deductions if asked.year in years_of(one)]
    return Holds(own, len(answer.deductions), answer.next_page_token)


def years_of(one: budget.Deduction) -> dict[int, int]:
    """What it takes by year, kgce on the 当量 basis."""
    return {one.year: one.amount_kgce_calorific} | {
        phase.year: phase.amount_kgce_calorific for phase in one.later_phases
    }


async def _proposals(services: Services, asked: Asked) -> Sequence[periods.EnvelopeProposal]:
    request = periods.ListEnvelopeProposalsRequest(
        parent=f"regions/{asked.region}", year=asked.year, page_size=ROWS_MAX
    )
    return tuple((await call(services.periods.ListEnvelopeProposals, request)).proposals)


async def _trades(services: Services, asked: Asked) -> Sequence[periods.Trade]:
    request = periods.ListTradesRequest(parent=f"regions/{asked.region}", year=asked.year, page_size=ROWS_MAX)
    return tuple((await call(services.periods.ListTrades, request)).trades)


async def _acts(services: Services, asked: Asked) -> Sequence[periods.PeriodAct]:
    request = periods.ListPeriodActsRequest(parent=f"regions/{asked.region}", year=asked.year, page_size=ROWS_MAX)
    return tuple((await call(services.periods.ListPeriodActs, request)).acts)
