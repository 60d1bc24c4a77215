"""Every way in which the ledger says no."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from ledger.accounts import AccountId
from ledger.entries import TransferId


@dataclass(eq=False)
class AmountNotPositive(DomainError):
    kind: ClassVar = ErrorKind.INVALID
    reason: ClassVar = "AMOUNT_NOT_POSITIVE"

    account: AccountId
    amount: int

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 的数额 {self.amount} 无效: 数额须大于零, 请更正后重新提交",
            en=f"The amount {self.amount} for {self.account} must be more than zero. Correct it and send again.",
        )


@dataclass(eq=False)
class UnknownAccount(DomainError):
    """Nothing was ever granted there; that is not the same as nothing left."""

    kind: ClassVar = ErrorKind.NOT_FOUND
    reason: ClassVar = "UNKNOWN_ACCOUNT"

    account: AccountId

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 不存在: 尚未下达额度, 请先下达额度或核对账户名称",
            en=f"The account {self.account} does not exist: nothing was granted yet. Grant first, or check its name.",
        )


@dataclass(eq=False)
class InsufficientBalance(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "INSUFFICIENT_BALANCE"

    account: AccountId
    requested: int
    available: int

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 可用额为 {self.available}, 不足申请的 {self.requested}: "
            "请减少申请数额, 补充额度, 或等待其他占用释放",
            en=f"{self.account} has {self.available} available; {self.requested} was requested. "
            "Ask for less, grant more, or wait for a hold to be released.",
        )


@dataclass(eq=False)
class GrantTooLarge(DomainError):
    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "GRANT_TOO_LARGE"

    account: AccountId
    granted: int
    limit: int

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 的额度将达 {self.granted}, 超过账本上限 {self.limit}: 请核对数额的计量单位",
            en=f"{self.account} would hold {self.granted}, over the ledger's limit of {self.limit}. "
            "Check the unit of the amount.",
        )


@dataclass(eq=False)
class UnknownTransfer(DomainError):
    kind: ClassVar = ErrorKind.NOT_FOUND
    reason: ClassVar = "UNKNOWN_TRANSFER"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"未找到额度占用 {self.transfer}, 请核对编号后重试",
            en=f"There is no hold {self.transfer}. Check its id.",
        )


@dataclass(eq=False)
class TransferExistsDifferent(DomainError):
    kind: ClassVar = ErrorKind.ALREADY_EXISTS
    reason: ClassVar = "TRANSFER_EXISTS_DIFFERENT"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"编号 {self.transfer} 已用于内容不同的记账: 请使用新编号, 或按原内容重试",
            en=f"The id {self.transfer} was used for another content. Take a new id, or repeat the first content.",
        )


@dataclass(eq=False)
class AlreadyPosted(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ALREADY_POSTED"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"{self.transfer} 已正式扣减, 不能再次处理: 如需更正, 请另行记账",
            en=f"{self.transfer} is already posted and cannot be resolved again. Correct it by a transfer of its own.",
        )


@dataclass(eq=False)
class AlreadyVoided(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ALREADY_VOIDED"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"{self.transfer} 已释放, 不能再次处理: 如仍需额度, 请用新编号重新占用",
            en=f"{self.transfer} is already voided and cannot be resolved again. Place a new hold under a new id.",
        )


@dataclass(eq=False)
class AlreadyExpired(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ALREADY_EXPIRED"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"{self.transfer} 已到期失效, 不能再次处理: 如仍需额度, 请用新编号重新占用",
            en=f"{self.transfer} has already expired and cannot be resolved again. Place a new hold under a new id.",
        )


@dataclass(eq=False)
class AlreadyReversed(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ALREADY_REVERSED"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"{self.transfer} 已被更正冲销, 不能再次处理: 如仍需记账, 请使用新编号",
            en=f"{self.transfer} was already reversed. Book what is still needed under a new id.",
        )


@dataclass(eq=False)
class HoldPending(DomainError):
    """A pending hold is given back, not reversed."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "HOLD_PENDING"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"{self.transfer} 尚为占用, 不能冲销: 请释放该占用",
            en=f"{self.transfer} is still a hold and cannot be reversed. Void it.",
        )


@dataclass(eq=False)
class HoldExceeded(DomainError):
    """More is to be posted than is held."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "HOLD_EXCEEDED"

    account: AccountId
    used: int
    held: int

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 占用 {self.held}, 不能扣减 {self.used}: 超出部分请另行占用",
            en=f"{self.account} has {self.held} held; {self.used} cannot be posted. Hold the rest by itself.",
        )


@dataclass(eq=False)
class SignaturesMissing(DomainError):
    """A correction needs two different persons."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SIGNATURES_MISSING"

    transfer: TransferId

    def text(self) -> Text:
        return Text(
            zh=f"冲销 {self.transfer} 须由两名不同人员签字",
            en=f"The reversal of {self.transfer} needs the signatures of two different persons.",
        )


@dataclass(eq=False)
class AccountClosed(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ACCOUNT_CLOSED"

    account: AccountId

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 已关闭, 不受理新的记账: 请先查明原因并由专人重新开启",
            en=f"{self.account} is closed and takes nothing new. Look for the reason; a person has to reopen it.",
        )


@dataclass(eq=False)
class LedgerDiffers(DomainError):
    """The second book still finds a difference."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "LEDGER_DIFFERS"

    difference: Text

    def text(self) -> Text:
        return Text(
            zh=f"账本与复核账仍有差异, 不能重新开启: {self.difference.zh}; 请先查明并消除差异",
            en=f"The second book still differs, so nothing is reopened: {self.difference.en}. Mend that first.",
        )


@dataclass(eq=False)
class LedgerBusy(DomainError):
    """So many wait to be written that one more is better told at once."""

    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "LEDGER_BUSY"

    waiting: int

    def text(self) -> Text:
        return Text(
            zh=f"账本繁忙: 已有 {self.waiting} 项等待记账, 请稍后按原编号重试",
            en=f"The ledger is busy: {self.waiting} wait to be written. Try again a little later under the same id.",
        )
