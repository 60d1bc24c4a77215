"""Closes a region's year: holds move on or stand in the way, what is left may be carried, nothing leaks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from enum import Enum
from typing import Final

from budget.domain.periods.carried import CARRIED, carried_id, next_year
from budget.domain.periods.instruments import instrument_of
from budget.domain.periods.persons import two_persons
from budget.domain.periods.refusals import (
    CarryOverNotOnFile,
    HoldsPending,
    NextPeriodNotCovered,
    PeriodIsClosed,
    PeriodNotClosed,
    PeriodNotOver,
    TooManyHolds,
)
from kernel.regions import RegionCode, code_prefix
from kernel.text import Text
from ledger.accounts import AccountId, Balances
from ledger.entries import TransferId, note_of
from ledger.operations import Close, Grant, Hold, Operation, Reopen, Void
from ledger.transfers import Transfer
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

CARRY_OVER_RULE: Final = "budget.period.carry_over"
CARRY_OVER_SHARE: Final = "budget.carry_over.share"
"""A province may name it: the share of what is left that goes on. No text on file does."""
HOLDS_CARRIED_MAX: Final = 2_048
HOLDS_NAMED_MAX: Final = 12
MOVABLE: Final = ("deductions/", CARRIED)
"""Holds of projects. What is held for a trade belongs to its year: the trade ends first."""


class ActKind(Enum):
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    act: str
    region: RegionCode
    year: int
    signers: tuple[str, ...]
    carry_holds: bool = False
    carry_over: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReopenPeriod:
    act: str
    region: RegionCode
    year: int
    signers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CarriedHold:
    """A hold that was voided, and the one that took its place in the next year."""

    old: TransferId
    new: TransferId


@dataclass(frozen=True, slots=True)
class Plan:
    """What a closing or a reopening does, all or none: `operations` in their order."""

    operations: tuple[Operation, ...]
    accounts: tuple[AccountId, ...]
    holds: tuple[CarriedHold, ...] = ()
    remainders: Mapping[AccountId, int] = field(default_factory=dict)
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A closing or reopening as it was done. `accounts` are those that it marked, as they stood afterwards."""

    id: str
    kind: ActKind
    region: RegionCode
    year: int
    signers: tuple[str, str]
    reason: str
    on: date
    at: datetime
    accounts: Mapping[AccountId, Balances]
    holds: tuple[CarriedHold, ...] = ()
    remainders: Mapping[AccountId, int] = field(default_factory=dict)
    finding: Finding | None = None


def of_year(accounts: Iterable[AccountId], year: int) -> tuple[AccountId, ...]:
    """Those that are budgets of regions in the year."""
    return tuple(one for one in accounts if one.period == str(year) and instrument_of(one) is not None)


def close(
    asked: ClosePeriod,
    accounts: Mapping[AccountId, Balances],
    pending: Sequence[Transfer],
    policy: PolicyBundle,
    *,
    on: date,
) -> Plan:
    """`accounts`: the subtree's of the year, and all that the holds and the next year touch; `pending`: its holds.

    Raises SamePerson, PeriodNotOver, PeriodIsClosed, HoldsPending, TooManyHolds, CarryOverNotOnFile,
    NextPeriodNotCovered.
    """
    two_persons(asked.signers)
    if on < date(asked.year + 1, 1, 1):
        raise PeriodNotOver(asked.year, on)
    inside = of_year((one for one in accounts if _below(one, asked.region)), asked.year)
    still_open = tuple(one for one in inside if not accounts[one].closed)
    if not still_open:
        raise PeriodIsClosed(", ".join(map(str, inside)) or f"{asked.region}/{asked.year}")
    _holds_allowed(asked, pending)
    said = note_of(asked.reason, *asked.signers)
    holds = tuple(CarriedHold(hold.id, carried_id(hold.id, asked.year)) for hold in pending)
    freed = Counter[AccountId]()
    for hold in pending:
        freed.update(dict(hold.first.legs))
    share, finding = _share(asked, policy) if asked.carry_over else (Decimal(0), None)
    remainders = _remainders(still_open, accounts, freed, share)
    brought = freed + Counter({next_year(one): left for one, left in remainders.items()})
    _covered(pending, accounts, brought, asked.year)
    operations: list[Operation] = [Void(hold.id, on, said) for hold in pending]
    operations += [
        Grant(TransferId(f"carry-overs/{asked.act}/{one}"), {one: -left, next_year(one): left}, on, said)
        for one, left in remainders.items()
    ]
    operations += [
        Hold(carried.new, _moved(hold, asked.year), on, hold.first.expires_on, said)
        for hold, carried in zip(pending, holds, strict=True)
    ]
    # Also those that are closed: what the second book had closed must not be opened with it inside a closed period.
    operations += [Close(TransferId(f"closings/{asked.act}/{one}"), one, on, said) for one in inside]
    return Plan(tuple(operations), still_open, holds, remainders, finding)


def reopen(asked: ReopenPeriod, accounts: Mapping[AccountId, Balances], *, on: date) -> Plan:
    """Raises SamePerson, PeriodNotClosed."""
    two_persons(asked.signers)
    inside = of_year((one for one in accounts if _below(one, asked.region)), asked.year)
    closed = tuple(one for one in inside if accounts[one].closed)
    if not closed:
        raise PeriodNotClosed(asked.region, asked.year)
    said = note_of(asked.reason, *asked.signers)
    return Plan(tuple(Reopen(TransferId(f"reopenings/{asked.act}/{one}"), one, on, said) for one in closed), closed)


def _below(account: AccountId, region: RegionCode) -> bool:
    """The region itself, or one that it contains."""
    return account.owner.startswith(code_prefix(region))


def _holds_allowed(asked: ClosePeriod, pending: Sequence[Transfer]) -> None:
    standing = [hold.id for hold in pending if not (asked.carry_holds and hold.id.startswith(MOVABLE))]
    if standing:
        more = ["…"] if len(standing) > HOLDS_NAMED_MAX else []
        named = ", ".join([*standing[:HOLDS_NAMED_MAX], *more])
        raise HoldsPending(asked.region, asked.year, len(standing), named)
    if len(pending) > HOLDS_CARRIED_MAX:
        raise TooManyHolds(asked.region, len(pending), HOLDS_CARRIED_MAX)


def _share(asked: ClosePeriod, policy: PolicyBundle) -> tuple[Decimal, Finding]:
    """What of the remainder goes on, by the policy in force on the last day of the year. Raises CarryOverNotOnFile."""
    last = date(asked.year, 12, 31)
    parameter = policy.parameters.get(CARRY_OVER_SHARE)
    version = parameter.on(last) if parameter is not None else None
    if version is None:
        raise CarryOverNotOnFile(CARRY_OVER_SHARE, asked.year)
    rule = policy.rule(CARRY_OVER_RULE)
    because = Text(
        "余额可结转的比例为 {share}", "the share of what is left that goes on is {share}", share=version.number
    )
    finding = Finding(
        rule.id,
        rule.title,
        Verdict.HOLDS,
        because,
        (("region_code", asked.region), ("year", str(asked.year))),
        (*rule.clauses_on(last), version.citation),
        leads_to=rule.on_holds,
    )
    return version.number, finding


def _remainders(
    accounts: Sequence[AccountId],
    balances: Mapping[AccountId, Balances],
    freed: Mapping[AccountId, int],
    share: Decimal,
) -> dict[AccountId, int]:
    """Rounded down, so that no level passes on more than it has."""
    left = {one: balances[one].available + freed.get(one, 0) for one in accounts}
    shares = {one: int((amount * share).to_integral_value(ROUND_FLOOR)) for one, amount in left.items() if amount > 0}
    return {one: amount for one, amount in shares.items() if amount > 0}


def _moved(hold: Transfer, year: int) -> dict[AccountId, int]:
    """What it holds after the closing: what was of the year is added to what it holds of the next one already."""
    moved = Counter[AccountId]()
    for account, amount in hold.first.legs:
        moved[next_year(account) if account.period == str(year) else account] += amount
    return dict(moved)


def _covered(
    pending: Sequence[Transfer],
    accounts: Mapping[AccountId, Balances],
    brought: Mapping[AccountId, int],
    year: int,
) -> None:
    """The next year must be there, open, and large enough at every level: what has no envelope is unknown, not zero.

    `brought` is what comes to an account before the holds are placed anew.
    """
    asked = Counter[AccountId]()
    for hold in pending:
        asked.update(_moved(hold, year))
    short = []
    for one in sorted({*asked, *brought}, key=str):
        there = accounts.get(one)
        if one.period == str(year):
            continue
        if there is None or there.closed:
            short.append(f"{one}: {'none' if there is None else 'closed'}")
        elif asked[one] > there.takeable + brought.get(one, 0):
            short.append(f"{one}: {there.takeable + brought.get(one, 0)} < {asked[one]}")
    if short:
        raise NextPeriodNotCovered(", ".join(short))
