"""Every way in which the budget says no."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class InsufficientBudget(DomainError):
    """Some level cannot cover it. `levels` are the accounts that are short, each with what it had, in kgce or kgCO2."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "INSUFFICIENT_BUDGET"

    deduction: str
    requested_kgce: int
    levels: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 共申请 {self.requested_kgce} kgce, 超过可用额 ({self.levels}): "
            "请减少用能, 补充预算, 或待其他占用释放后用新编号申请",
            en=f"Deduction {self.deduction} asks for {self.requested_kgce} kgce in all, more than is available "
            f"({self.levels}). Ask for less, grant more, or wait for a release, then ask under a new id.",
        )


@dataclass(eq=False)
class EnvelopeNotSet(DomainError):
    """Some level has no envelope for the year: unknown, not zero."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ENVELOPE_NOT_SET"

    deduction: str
    levels: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 未能受理: {self.levels} 未下达能耗预算; 请先下达预算, 再用新编号申请",
            en=f"Deduction {self.deduction} was refused: no envelope is set for {self.levels}. "
            "Grant it, then ask under a new id.",
        )


@dataclass(eq=False)
class DeductionAlreadyVoided(DomainError):
    """It was given back, perhaps before it was asked for."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_VOIDED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 已被释放; 如仍需额度, 请用新编号申请",
            en=f"Deduction {self.deduction} was voided. Ask under a new id if it is still needed.",
        )


@dataclass(eq=False)
class DeductionExistsDifferent(DomainError):
    """The same id came with another filing, region, year or amount."""

    kind: ClassVar = ErrorKind.ALREADY_EXISTS
    reason: ClassVar = "DEDUCTION_EXISTS_DIFFERENT"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"编号 {self.deduction} 已用于内容不同的扣减; 请使用新编号, 或按原内容重试",
            en=f"The id {self.deduction} was used for another deduction. Take a new id, or repeat the first content.",
        )


@dataclass(eq=False)
class DeductionIsPosted(DomainError):
    """What was posted is final."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_POSTED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 已正式扣减; 如需更正, 须由两人签字冲销",
            en=f"Deduction {self.deduction} was posted. Two persons may reverse it if it has to be corrected.",
        )


@dataclass(eq=False)
class DeductionIsExpired(DomainError):
    """Its time has lapsed."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_EXPIRED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 已到期失效; 如仍需额度, 请用新编号申请",
            en=f"Deduction {self.deduction} has expired. Ask under a new id if it is still needed.",
        )


@dataclass(eq=False)
class DeductionIsReversed(DomainError):
    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_REVERSED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 已冲销; 如仍需额度, 请用新编号申请",
            en=f"Deduction {self.deduction} was reversed. Ask under a new id if it is still needed.",
        )


@dataclass(eq=False)
class NotPosted(DomainError):
    """Only what is final is reversed; a reservation is given back."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_NOT_POSTED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 尚未正式扣减, 不能冲销; 如需释放请办理释放",
            en=f"Deduction {self.deduction} is not posted and cannot be reversed. Void it to give it back.",
        )


@dataclass(eq=False)
class BudgetClosed(DomainError):
    """Some of the levels take nothing new."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ACCOUNT_CLOSED"

    deduction: str
    levels: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 未能受理: {self.levels} 中有账户已关闭; 请待专人重新开启后用新编号申请",
            en=f"Deduction {self.deduction} was refused: an account among {self.levels} is closed. "
            "Ask under a new id when a person has reopened it.",
        )
