"""Every way in which the budget says no."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class InsufficientBudget(DomainError):
    """Some level cannot cover it. `levels` are the accounts that are short, each with what it had in kgce."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "INSUFFICIENT_BUDGET"

    deduction: str
    requested_kgce: int
    levels: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 申请 {self.requested_kgce} kgce, 超过可用额 ({self.levels}): "
            "请减少用能, 补充预算, 或待其他占用释放后用新编号申请",
            en=f"Deduction {self.deduction} asks for {self.requested_kgce} kgce, more than is available "
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
    """It was given back before it was asked for."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_VOIDED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 在申请之前已被释放; 如仍需额度, 请用新编号申请",
            en=f"Deduction {self.deduction} was voided before it was asked for. Ask under a new id if it is needed.",
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
class DeductionPosted(DomainError):
    """What was posted is final."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DEDUCTION_POSTED"

    deduction: str

    def text(self) -> Text:
        return Text(
            zh=f"扣减 {self.deduction} 已正式扣减, 不能释放; 如需更正请另行记账",
            en=f"Deduction {self.deduction} was posted and cannot be voided. Correct it by an entry of its own.",
        )
