"""Energy-use rights (用能权) that one region offers to another: held at the seller, moved when the buyer accepts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Final

from budget.domain.periods.instruments import Instrument, account_of
from budget.domain.periods.persons import two_persons
from budget.domain.periods.refusals import PeriodIsClosed
from budget.domain.periods.trade_refusals import (
    TradeDecided,
    TradeExpired,
    TradeNotCovered,
    TradeNotPossible,
    TradeNotYours,
)
from kernel.regions import RegionCode, lineage, province_of
from kernel.text import Text, joined
from ledger.accounts import AccountId, Balances
from ledger.entries import TransferId, note_of
from ledger.operations import Expire, Grant, Hold, Operation, Void
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

TRADE_RULE: Final = "budget.period.trade"
NATIONAL: Final = "budget.dual_control.energy_use_trade"
PILOTS: Final = "budget.energy_use_right.pilots"


class TradeState(Enum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Terms:
    """`expire_date` is the first day on which it can no longer be accepted."""

    seller: RegionCode
    buyer: RegionCode
    year: int
    amount_kgce: int
    price_document: str
    expire_date: date


@dataclass(frozen=True, slots=True)
class Trade:
    """Invariant: it is decided once, and then says when; by whom, unless it ran out."""

    id: str
    terms: Terms
    proposer: str
    proposed_at: datetime
    finding: Finding
    bundle_hash: str
    state: TradeState = TradeState.PROPOSED
    decider: str = ""
    decided_at: datetime | None = None

    def __post_init__(self) -> None:
        assert (self.state is TradeState.PROPOSED) == (self.decided_at is None)

    @property
    def hold(self) -> TransferId:
        return TransferId(f"trades/{self.id}")

    def as_known(self, instant: datetime) -> "Trade | None":
        """As it stood then; None before it was offered. What was decided later is not in it."""
        if self.proposed_at > instant:
            return None
        if self.decided_at is not None and self.decided_at > instant:
            return replace(self, state=TradeState.PROPOSED, decider="", decided_at=None)
        return self

    def accept(
        self, region: RegionCode, person: str, accounts: Mapping[AccountId, Balances], *, on: date, at: datetime
    ) -> tuple["Trade", tuple[Operation, ...]]:
        """The hold is given back and the amount moved, all or none.

        Raises TradeNotYours, TradeDecided, TradeExpired, SamePerson when who offered it accepts it too,
        PeriodIsClosed, TradeNotPossible.
        """
        self._may_decide(region, self.terms.buyer, on)
        two_persons((self.proposer, person))
        _standing(self.terms, accounts)
        said = note_of(self.terms.price_document, person)
        operations = (
            Void(self.hold, on, said),
            Grant(TransferId(f"trades/{self.id}/moved"), legs(self.terms), on, said),
        )
        return self._decided(TradeState.ACCEPTED, person, at), operations

    def reject(self, region: RegionCode, person: str, *, on: date, at: datetime) -> tuple["Trade", Void]:
        """Raises TradeNotYours, TradeDecided, TradeExpired."""
        self._may_decide(region, self.terms.buyer, on)
        return self._decided(TradeState.REJECTED, person, at), Void(
            self.hold, on, note_of(self.terms.price_document, person)
        )

    def withdraw(self, region: RegionCode, person: str, *, on: date, at: datetime) -> tuple["Trade", Void]:
        """Raises TradeNotYours, TradeDecided, TradeExpired."""
        self._may_decide(region, self.terms.seller, on)
        return self._decided(TradeState.WITHDRAWN, person, at), Void(
            self.hold, on, note_of(self.terms.price_document, person)
        )

    def expire(self, *, on: date, at: datetime) -> tuple["Trade", Expire]:
        assert on >= self.terms.expire_date
        assert self.state is TradeState.PROPOSED
        return self._decided(TradeState.EXPIRED, "", at), Expire(self.hold, on, note_of(self.terms.price_document))

    def _may_decide(self, region: RegionCode, owner: RegionCode, on: date) -> None:
        if region != owner:
            raise TradeNotYours(self.id, region, owner)
        if self.state is not TradeState.PROPOSED:
            raise TradeDecided(self.id, self.state.value)
        if on >= self.terms.expire_date:
            raise TradeExpired(self.id, self.terms.expire_date)

    def _decided(self, state: TradeState, decider: str, at: datetime) -> "Trade":
        return replace(self, state=state, decider=decider, decided_at=at)


def offer(trade: Trade, accounts: Mapping[AccountId, Balances], *, on: date) -> Hold:
    """The hold at the seller. `accounts` are those of `legs` that exist.

    Raises TradeNotPossible, PeriodIsClosed, TradeNotCovered.
    """
    terms = trade.terms
    _standing(terms, accounts)
    taken = {one: -amount for one, amount in legs(terms).items() if amount < 0}
    short = [one for one in taken if accounts[one].takeable < terms.amount_kgce]
    if short:
        raise TradeNotCovered(terms.amount_kgce, ", ".join(f"{one}: {accounts[one].takeable}" for one in short))
    return Hold(trade.hold, taken, on, terms.expire_date, note_of(terms.price_document, trade.proposer))


def legs(terms: Terms) -> dict[AccountId, int]:
    """Down at the seller and above it, up at the buyer and above it; what is above both is not touched."""
    seller, buyer = lineage(terms.seller), lineage(terms.buyer)
    down = {level: -terms.amount_kgce for level in seller if level not in buyer}
    up = {level: terms.amount_kgce for level in buyer if level not in seller}
    return {account_of(Instrument.ENERGY, level, terms.year): amount for level, amount in {**down, **up}.items()}


def _standing(terms: Terms, accounts: Mapping[AccountId, Balances]) -> None:
    """Both sides have a level of their own, every level an envelope, and none is closed."""
    touched = legs(terms)
    if not min(touched.values(), default=0) < 0 < max(touched.values(), default=0):
        raise TradeNotPossible(terms.seller, terms.buyer, "")
    if absent := [one for one in touched if one not in accounts]:
        raise TradeNotPossible(terms.seller, terms.buyer, ", ".join(map(str, absent)))
    if closed := [one for one in touched if accounts[one].closed]:
        raise PeriodIsClosed(", ".join(map(str, closed)))


def trade_finding(terms: Terms, policy: PolicyBundle, *, on: date) -> Finding:
    """Whether energy-use rights may be traded on the day: where a province only explores it, a person decides."""
    rule = policy.rule(TRADE_RULE)
    own = policy.parameters.get(f"budget.energy_use_right.{policy.province}")
    cited = [policy.on(NATIONAL, on), policy.on(PILOTS, on), own.on(on) if own is not None else None]
    national, pilots, province = cited
    name = policy.region_name(province_of(terms.seller))
    in_pilot = pilots is not None and name is not None and name.zh.rstrip("省市") in pilots.list_of_words
    verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_figure
    because = [
        Text(
            "本省对用能权交易只作探索或未作规定: 由具名人员决定是否接受",
            "the province only explores the trade of energy-use rights, or does not say: a named person decides",
        )
    ]
    if in_pilot and national is not None:
        verdict, leads_to = Verdict.HOLDS, rule.on_holds
        because = [Text("属用能权交易试点", "the province is a pilot of energy-use rights")]
    because += [version.words for version in (national, province) if version is not None and version.words is not None]
    return Finding(
        rule.id,
        rule.title,
        verdict,
        joined(because),
        (
            ("seller_region_code", terms.seller),
            ("buyer_region_code", terms.buyer),
            ("amount_kgce_calorific", str(terms.amount_kgce)),
            ("price_document", terms.price_document),
        ),
        (*rule.clauses_on(on), *(version.citation for version in cited if version is not None)),
        leads_to=leads_to,
    )
