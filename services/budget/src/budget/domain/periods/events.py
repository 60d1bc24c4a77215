"""What happened to periods, in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass

from budget.domain.periods.carried import next_year
from budget.domain.periods.closing import Act
from budget.domain.periods.proposals import Proposal
from budget.domain.periods.statistics import Statistic
from budget.domain.periods.trades import Trade, legs
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
    """`balances` are those of its account afterwards; `freed`, here and below, can take more than before."""

    proposal: Proposal
    balances: Balances

    @property
    def freed(self) -> tuple[AccountId, ...]:
        return (self.proposal.account,)


@dataclass(frozen=True, slots=True)
class EnvelopeRevised:
    proposal: Proposal
    balances: Balances
    difference: int

    @property
    def freed(self) -> tuple[AccountId, ...]:
        return (self.proposal.account,) if self.difference > 0 else ()


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    act: Act

    @property
    def freed(self) -> tuple[AccountId, ...]:
        """Where a remainder went. Holds that were carried along may have taken it again."""
        return tuple(next_year(account) for account, left in self.act.remainders.items() if left > 0)


@dataclass(frozen=True, slots=True)
class PeriodReopened:
    act: Act

    @property
    def freed(self) -> tuple[AccountId, ...]:
        return tuple(self.act.accounts)


@dataclass(frozen=True, slots=True)
class TradeProposed:
    trade: Trade


@dataclass(frozen=True, slots=True)
class TradeAccepted:
    """`accounts` are those that moved, as they stand afterwards."""

    trade: Trade
    accounts: Mapping[AccountId, Balances]

    @property
    def freed(self) -> tuple[AccountId, ...]:
        """At the seller the amount was held before."""
        return tuple(account for account, amount in legs(self.trade.terms).items() if amount > 0)


@dataclass(frozen=True, slots=True)
class TradeEnded:
    """Rejected, withdrawn or expired: nothing moved."""

    trade: Trade

    @property
    def freed(self) -> tuple[AccountId, ...]:
        return tuple(account for account, amount in legs(self.trade.terms).items() if amount < 0)


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
