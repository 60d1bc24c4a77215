"""Every way in which a trade of energy-use rights says no."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class TradeNotPossible(DomainError):
    """One region contains the other, or a level has no envelope: unknown, not zero."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TRADE_NOT_POSSIBLE"

    seller: str
    buyer: str
    accounts: str

    def text(self) -> Text:
        if self.accounts:
            return Text(
                zh=f"{self.seller} 与 {self.buyer} 不能交易: {self.accounts} 未下达预算, 请先下达",
                en=f"{self.seller} and {self.buyer} cannot trade: no envelope is set for {self.accounts}. Grant first.",
            )
        return Text(
            zh=f"{self.seller} 与 {self.buyer} 不能交易: 二者相同或有隶属关系; 上下级之间请调整预算",
            en=f"{self.seller} and {self.buyer} cannot trade: they are one, or one contains the other. "
            "Between levels change the envelopes.",
        )


@dataclass(eq=False)
class TradeNotCovered(DomainError):
    """Some level of the seller has less than is offered."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TRADE_NOT_COVERED"

    requested_kgce: int
    accounts: str

    def text(self) -> Text:
        return Text(
            zh=f"转让 {self.requested_kgce} kgce 超过可用额 ({self.accounts}); 请减少数额",
            en=f"{self.requested_kgce} kgce is more than the seller has available ({self.accounts}). Offer less.",
        )


@dataclass(eq=False)
class TradeNotYours(DomainError):
    """A region answers only what is its own."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TRADE_NOT_YOURS"

    trade: str
    region: str
    owner: str

    def text(self) -> Text:
        return Text(
            zh=f"交易 {self.trade} 须由 {self.owner} 办理, {self.region} 不能代办",
            en=f"The trade {self.trade} is for {self.owner} to decide; {self.region} cannot do it in its place.",
        )


@dataclass(eq=False)
class TradeDecided(DomainError):
    """It was answered before."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TRADE_DECIDED"

    trade: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"交易 {self.trade} 已是 {self.state}, 不能再次处理; 如仍需要请重新提出",
            en=f"The trade {self.trade} is {self.state} and cannot be decided again. Offer anew if it is still wanted.",
        )


@dataclass(eq=False)
class TradeExpired(DomainError):
    """Its last day is over."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "TRADE_EXPIRED"

    trade: str
    expire_date: date

    def text(self) -> Text:
        return Text(
            zh=f"交易 {self.trade} 自 {self.expire_date} 起失效; 如仍需要请重新提出",
            en=f"The trade {self.trade} can no longer be accepted since {self.expire_date}. Offer anew.",
        )
