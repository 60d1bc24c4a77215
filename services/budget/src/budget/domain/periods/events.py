"""What happened to periods, in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass

from budget.domain.periods.closing import Act
from budget.domain.periods.proposals import Proposal
from budget.domain.periods.statistics import Statistic
from budget.domain.periods.trades import Trade
from ledger.accounts import AccountId, Balances


@dataclass(frozen=True, slots=True)
class StatisticRecorded:
    """`outdated` is the adopted proposal that it no longer agrees with; empty when none."""

    statistic: Statistic
    outdated: str = ""


@dataclass(frozen=True, slots=True)
class EnvelopeProposed:
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class EnvelopeAdopted:
    """`balances` are those of its account afterwards."""

    proposal: Proposal
    balances: Balances


@dataclass(frozen=True, slots=True)
class EnvelopeRevised:
    proposal: Proposal
    balances: Balances
    difference: int


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    act: Act


@dataclass(frozen=True, slots=True)
class PeriodReopened:
    act: Act


@dataclass(frozen=True, slots=True)
class TradeProposed:
    trade: Trade


@dataclass(frozen=True, slots=True)
class TradeAccepted:
    """`accounts` are those that moved, as they stand afterwards."""

    trade: Trade
    accounts: Mapping[AccountId, Balances]


@dataclass(frozen=True, slots=True)
class TradeEnded:
    """Rejected, withdrawn or expired: nothing moved."""

    trade: Trade


Event = (
    StatisticRecorded
    | EnvelopeProposed
    | EnvelopeAdopted
    | EnvelopeRevised
    | PeriodClosed
    | PeriodReopened
    | TradeProposed
    | TradeAccepted
    | TradeEnded
)
