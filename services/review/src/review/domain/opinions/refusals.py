"""Every way in which an opinion says no."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class SamePerson(DomainError):
    """Two signatures are asked for, and one person gave them, or somebody is missing."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SAME_PERSON"

    persons: str

    def text(self) -> Text:
        return Text(
            zh=f"须由两名不同人员分别签署, 现为: {self.persons or '无'}; 请由另一人签署",
            en=f"Two different persons must sign; given: {self.persons or 'none'}. Let another person sign.",
        )


@dataclass(eq=False)
class FilingIsWithdrawn(DomainError):
    """There is no project any more to have an opinion on."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "FILING_WITHDRAWN"

    filing: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.filing} 已撤回, 不再出具意见",
            en=f"{self.filing} was withdrawn: no opinion is given on it any more.",
        )


@dataclass(eq=False)
class DecisionChanged(DomainError):
    """Screening has decided anew."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DECISION_CHANGED"

    decision: str
    current: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.decision} 已不是现行决定, 现为 {self.current}; 请按现行决定重新拟写",
            en=f"{self.decision} is no longer current: {self.current} is. Draft anew on that.",
        )


@dataclass(eq=False)
class FilingAmended(DomainError):
    """A newer revision was evaluated, and screening has not decided on it yet."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "FILING_AMENDED"

    decision: str
    revision: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.decision} 作出后备案已修订为第 {self.revision} 版; 请等待新的筛查决定",
            en=f"The filing was amended after {self.decision} and has revision {self.revision}. Wait for its decision.",
        )


@dataclass(eq=False)
class NotOpenToOpinion(DomainError):
    """The decision waits for something, or it does not bear the result."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_OPEN_TO_OPINION"

    decision: str
    outcome: str
    result: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.decision} 的结论为 {self.outcome}, 不能据此出具 {self.result} 的意见: "
            "通过 (approve) 方可予以通过, 不通过 (block) 方可不予通过; 如有异议请由人员裁定或两人签署例外",
            en=f"The decision {self.decision} is {self.outcome} and bears no opinion that says {self.result}: "
            "an approval bears pass, a block not_pass. Wait, or let persons rule or override.",
        )


@dataclass(eq=False)
class DraftExists(DomainError):
    """Nobody's draft is written over."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DRAFT_EXISTS"

    draft: str
    drafter: str

    def text(self) -> Text:
        return Text(
            zh=f"已有 {self.drafter} 拟写的 {self.draft} 待签发; 请先签发或退回",
            en=f"{self.draft}, drafted by {self.drafter}, waits for its signature. Sign it or send it back first.",
        )


@dataclass(eq=False)
class OpinionInForce(DomainError):
    """The revision has its opinion."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "OPINION_IN_FORCE"

    opinion: str
    document: str

    def text(self) -> Text:
        return Text(
            zh=f"该版备案已有有效意见 {self.document} ({self.opinion}); 如须重新出具, 请先由两人撤销",
            en=f"{self.document} ({self.opinion}) is in force for this revision. Let two persons take it back first.",
        )


@dataclass(eq=False)
class NotADraft(DomainError):
    """It was signed, sent back or overtaken before."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_A_DRAFT"

    opinion: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.opinion} 的状态为 {self.state}, 不是待签发的拟稿; 请重新拟写",
            en=f"{self.opinion} is {self.state} and no draft. Draft anew.",
        )


@dataclass(eq=False)
class OpinionNotInForce(DomainError):
    """It was never signed, or it lapsed, was taken back or replaced."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "OPINION_NOT_IN_FORCE"

    opinion: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.opinion} 的状态为 {self.state}, 并非有效意见; 请核对编号",
            en=f"{self.opinion} is {self.state} and not in force. Check its number.",
        )


@dataclass(eq=False)
class NotAPass(DomainError):
    """What was not passed is not built."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_A_PASS"

    opinion: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.opinion} 为不予通过, 不能登记开工; 未批先建由节能监察处理",
            en=f"{self.opinion} does not pass the project: no start is recorded. Building it is for inspectors.",
        )


@dataclass(eq=False)
class StartOutOfTime(DomainError):
    """Construction started before the opinion was issued, or not before it lapsed. `lapses` is empty if not known."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "START_OUT_OF_TIME"

    opinion: str
    started: date
    issued: date
    lapses: str

    def text(self) -> Text:
        until_zh = f", {self.lapses} 起失效" if self.lapses else ""
        until_en = f" and lapses on {self.lapses}" if self.lapses else ""
        return Text(
            zh=f"{self.opinion} 于 {self.issued} 印发{until_zh}, {self.started} 开工不在有效期内; 请核对日期",
            en=f"{self.opinion} was issued on {self.issued}{until_en}: a start on {self.started} is out of its time. "
            "Check the day.",
        )


@dataclass(eq=False)
class RevocationProposed(DomainError):
    """Somebody proposed it already."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REVOCATION_PROPOSED"

    revocation: str
    proposer: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.proposer} 已提出撤销 ({self.revocation}); 请签署或撤回该提议",
            en=f"{self.proposer} proposed it already: {self.revocation}. Sign that, or withdraw it.",
        )


@dataclass(eq=False)
class RevocationNotOpen(DomainError):
    """It was signed or withdrawn before."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REVOCATION_NOT_OPEN"

    revocation: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.revocation} 已办结 ({self.state}), 不能再签署或撤回",
            en=f"{self.revocation} is {self.state}: it can be signed or withdrawn no more.",
        )
