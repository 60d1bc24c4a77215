"""Closes a region's year, or opens it again."""

from datetime import datetime

from budget.application.periods.ports import Work
from budget.domain.periods.carried import next_year
from budget.domain.periods.closing import (
    HOLDS_CARRIED_MAX,
    Act,
    ActKind,
    ClosePeriod,
    Plan,
    ReopenPeriod,
    close,
    reopen,
)
from budget.domain.periods.events import PeriodClosed, PeriodReopened
from budget.domain.periods.persons import two_persons
from kernel.clock import legal_day
from ledger.store import LoadedBook
from statute.loader import PolicyBundle


async def close_period(command: ClosePeriod, work: Work, policy: PolicyBundle, now: datetime) -> Act:
    """All or none. Raises what `closing.close` raises."""
    # A hold inside may draw on accounts above, and is carried on with them.
    await work.acting_on(command.region)
    await work.lock()
    # The ledger is locked before it is looked at: no hold can be placed behind the list of those that are pending.
    await work.ledger.lock()
    inside = await work.accounts.of_period(command.region, command.year)
    pending = await work.accounts.pending_holds(inside, HOLDS_CARRIED_MAX + 1)
    holds = await work.ledger.transfers(pending)
    touched = {*inside, *(leg.account for hold in holds.values() for leg in hold.first.legs)}
    touched |= {next_year(one) for one in touched if one.period == str(command.year)}
    book = await work.ledger.open(touched, pending)
    plan = close(command, book.accounts, [book.transfers[id_] for id_ in pending], policy, on=legal_day(now))
    act = await _done(command, ActKind.CLOSE, plan, book, work=work, now=now)
    await work.announce(PeriodClosed(act))
    return act


async def reopen_period(command: ReopenPeriod, work: Work, now: datetime) -> Act:
    """Raises SamePerson, PeriodNotClosed."""
    await work.acting_on(command.region)
    await work.lock()
    await work.ledger.lock()
    book = await work.ledger.open(await work.accounts.of_period(command.region, command.year))
    plan = reopen(command, book.accounts, on=legal_day(now))
    act = await _done(command, ActKind.REOPEN, plan, book, work=work, now=now)
    await work.announce(PeriodReopened(act))
    return act


async def _done(
    command: ClosePeriod | ReopenPeriod, kind: ActKind, plan: Plan, book: LoadedBook, *, work: Work, now: datetime
) -> Act:
    book.apply_linked(plan.operations)
    await work.ledger.save(book, now)
    act = Act(
        id=command.act,
        kind=kind,
        region=command.region,
        year=command.year,
        signers=two_persons(command.signers),
        reason=command.reason,
        on=legal_day(now),
        at=now,
        accounts={one: book.balances(one) for one in plan.accounts},
        holds=plan.holds,
        remainders=plan.remainders,
        finding=plan.finding,
    )
    await work.acts.add(act)
    return act
