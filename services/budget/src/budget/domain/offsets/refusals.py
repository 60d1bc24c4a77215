"""Every way in which offsets and savings say no. A claim that breaks a rule is answered by findings instead."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class OffsetRefused(DomainError):
    """Nothing was ever booked for it."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "OFFSET_REFUSED"

    offset: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.offset} 未予记账, 无可撤销",
            en=f"{self.offset} was refused and nothing was booked for it: there is nothing to revoke.",
        )


@dataclass(eq=False)
class EvidenceUsed(DomainError):
    """A certificate, a record or a lot serves once in the whole province; this is who was first."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "EVIDENCE_USED"

    evidence: str
    used_by: str
    region_code: str
    used_on: str

    def text(self) -> Text:
        return Text(
            zh=f"凭证 {self.evidence} 已由 {self.used_by} (地区 {self.region_code}, {self.used_on}) 使用; 请核对编号",
            en=f"{self.evidence} was used by {self.used_by} (region {self.region_code}, {self.used_on}). "
            "Check its number.",
        )


@dataclass(eq=False)
class SavingExists(DomainError):
    """The id names a saving already."""

    kind: ClassVar = ErrorKind.ALREADY_EXISTS
    reason: ClassVar = "SAVING_EXISTS"

    saving: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.saving} 已登记, 请换用其他编号, 或用原 request_id 重试",
            en=f"{self.saving} is registered already. Take another id, or repeat the first request with its id.",
        )


@dataclass(eq=False)
class InsufficientSaving(DomainError):
    """The saving has too little left: the rest is held or used by others."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "INSUFFICIENT_SAVING"

    saving: str
    requested_kgce: int
    available_kgce: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.saving} 可用 {self.available_kgce} kgce, 不足申请的 {self.requested_kgce} kgce; 请减少",
            en=f"{self.saving} has {self.available_kgce} kgce available; {self.requested_kgce} kgce was requested. "
            "Ask for less, or bring another saving.",
        )


@dataclass(eq=False)
class ReplacementTooSmall(DomainError):
    """All savings together are less than the ratio asks for."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REPLACEMENT_TOO_SMALL"

    offered_kgce: int
    required_kgce: int
    ratio: str
    parameter: str

    def text(self) -> Text:
        return Text(
            zh=f"替代量 {self.offered_kgce} kgce 不足 {self.required_kgce} kgce (比例 {self.ratio}, {self.parameter})",
            en=f"The savings come to {self.offered_kgce} kgce; {self.required_kgce} kgce is required "
            f"(ratio {self.ratio}, {self.parameter}). Bring more.",
        )


@dataclass(eq=False)
class SavingUnfit(DomainError):
    """The saving cannot serve this filing. `because` is WINDOW, BASIS, REGION or RULE_NOT_ON_FILE."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SAVING_UNFIT"

    saving: str
    because: str
    stated: str
    needed: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.saving} 不能用于该项目 ({self.because}): 为 {self.stated}, 须为 {self.needed}",
            en=f"{self.saving} cannot serve this filing ({self.because}): it is {self.stated}, not {self.needed}.",
        )


@dataclass(eq=False)
class SavingHoldClosed(DomainError):
    """A hold is posted or voided once."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SAVING_HOLD_CLOSED"

    hold: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.hold} 已为 {self.state}, 不能再次处理; 如仍需替代量, 请用新编号占用",
            en=f"{self.hold} is {self.state} already. Reserve under a new id if savings are needed.",
        )
