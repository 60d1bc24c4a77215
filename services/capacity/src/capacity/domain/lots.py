"""A lot: an identified quantity of retired capacity, used once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NewType

from capacity.domain.tonnage import Tonnage
from dossier.model import Dossier, Fact
from kernel.errors import DomainError, ErrorKind
from kernel.regions import RegionCode
from kernel.text import Text
from ledger.accounts import AccountId
from ledger.entries import TransferId
from ledger.operations import Grant

LotId = NewType("LotId", str)


def named_lots(dossier: Dossier) -> tuple[LotId, ...]:
    """Those that the dossier's plan draws on."""
    return tuple(LotId(use.lot) for use in dossier.replacement.lots) if dossier.replacement is not None else ()


@dataclass(eq=False)
class LotExists(DomainError):
    """A lot is registered once and never changed."""

    kind: ClassVar = ErrorKind.ALREADY_EXISTS
    reason: ClassVar = "LOT_EXISTS"

    lot: str

    def text(self) -> Text:
        return Text(
            zh=f"产能指标 {self.lot} 已登记, 不能重复登记; 如为另一指标请换用新编号",
            en=f"The lot {self.lot} is registered already. If this is another one, give it an id of its own.",
        )


@dataclass(frozen=True, slots=True)
class Equipment:
    """Machines of one kind and size that are retired, `size` in `size_unit` for one of them."""

    kind: str
    size: Decimal
    size_unit: str
    count: int

    def __post_init__(self) -> None:
        assert self.size > 0
        assert self.count > 0


@dataclass(frozen=True, slots=True)
class Lot:
    """Registered for good. Its quantity is the grant of its ledger account: what is held and used is counted there.

    `facts` are those stated at registration; what is learned later is evidence.
    """

    id: LotId
    product_id: str
    owner: str
    region: RegionCode
    quantity: Tonnage
    remark: str = ""
    equipment: tuple[Equipment, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def account(self) -> AccountId:
        """A solidus parts the account's words, so the unit is written without it."""
        unit = self.quantity.unit.value.replace("/", "-")
        return AccountId(self.id, f"capacity:{self.product_id}:{unit}")

    def grant(self, on: date) -> Grant:
        """What opens its account."""
        return Grant(TransferId(f"lots/{self.id}/grant"), {self.account: self.quantity.tonnes}, on)
