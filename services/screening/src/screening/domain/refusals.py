"""Every way in which screening says no to a person, or to making a decision again."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text


@dataclass(eq=False)
class FactNotKept(DomainError):
    """A decision names a fact that is not kept: it cannot be made again."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "FACT_NOT_KEPT"

    decision: str
    facts: str

    def text(self) -> Text:
        return Text(
            zh=f"决定 {self.decision} 所依据的事实未留存: {self.facts}; 无法重放, 请从备份中核查",
            en=f"Decision {self.decision} rests on facts that are not kept: {self.facts}. "
            "It cannot be made again; look for them in a backup.",
        )


@dataclass(eq=False)
class LawNotKept(DomainError):
    """The policy bundle of a decision is not kept here."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "LAW_NOT_KEPT"

    bundle_hash: str

    def text(self) -> Text:
        return Text(
            zh=f"规则库 {self.bundle_hash} 未留存, 无法按其重放; 请从备份中核查",
            en=f"The policy bundle {self.bundle_hash} is not kept: nothing can be made again under it. "
            "Look for it in a backup.",
        )


@dataclass(eq=False)
class LawNotReadable(DomainError):
    """The policy bundle of a decision is kept, but this program cannot read it, or it is not what its hash says."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "LAW_NOT_READABLE"

    bundle_hash: str
    problem: str

    def text(self) -> Text:
        return Text(
            zh=f"留存的规则库 {self.bundle_hash} 无法读取: {self.problem}; 请用当时的程序版本重放",
            en=f"The policy bundle {self.bundle_hash} is kept but cannot be read: {self.problem}. "
            "Replay it with the program of its time.",
        )


@dataclass(eq=False)
class DecisionChanged(DomainError):
    """What a person looked at is no longer what stands."""

    kind: ClassVar = ErrorKind.CONFLICT
    reason: ClassVar = "DECISION_CHANGED"

    stated: str
    current: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.stated} 已不是现行依据, 现为 {self.current}; 请重新阅看后再办理",
            en=f"{self.stated} is no longer what stands: that is {self.current}. Read it, then decide again.",
        )


@dataclass(eq=False)
class OpinionInForce(DomainError):
    """An opinion is in force: the decision that it rests on stands, whatever is decided beside it."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "OPINION_IN_FORCE"

    filing: str
    document: str

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 的节能审查意见 {self.document} 已生效, 决定不再变更; 如需变更请先撤销该意见",
            en=f"The opinion {self.document} on filing {self.filing} is in force and the decision stands. "
            "Revoke the opinion first.",
        )


@dataclass(eq=False)
class NotForAPerson(DomainError):
    """Nothing of the decision is left to a person. `budget` names the rules that wait for the budget instead."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_FOR_A_PERSON"

    decision: str
    budget: str

    def text(self) -> Text:
        waits = self.budget or "-"
        return Text(
            zh=f"决定 {self.decision} 没有须人工核定的事项; 有待能耗预算处理的: {waits}",
            en=f"Nothing of decision {self.decision} waits for a person. What waits for the budget: {waits}.",
        )


@dataclass(eq=False)
class NotToBeOverridden(DomainError):
    """The policy sets these rules aside for nobody, or they are not the law's but the budget's or the queue's."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_TO_BE_OVERRIDDEN"

    rules: str

    def text(self) -> Text:
        return Text(
            zh=f"下列规定不得豁免: {self.rules}; 请从申请中去除",
            en=f"Nobody sets these rules aside: {self.rules}. Leave them out.",
        )


@dataclass(eq=False)
class NotAgainstTheProject(DomainError):
    """Nothing of the decision stands against the project by these rules."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NOT_AGAINST_THE_PROJECT"

    decision: str
    rules: str

    def text(self) -> Text:
        return Text(
            zh=f"决定 {self.decision} 中下列规定并未对项目不利: {self.rules}; 请从申请中去除",
            en=f"By these rules nothing stands against the project in decision {self.decision}: {self.rules}. "
            "Leave them out.",
        )


@dataclass(eq=False)
class OverrideNotOpen(DomainError):
    """It was signed, ended, or its day has come."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "OVERRIDE_NOT_OPEN"

    override: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.override} 现为 {self.state}, 不能再作此处理; 如仍需要请另行提出",
            en=f"{self.override} is {self.state}: this can no longer be done to it. Propose another if it is needed.",
        )


@dataclass(eq=False)
class SamePerson(DomainError):
    """Two persons sign: who proposed does not sign."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "SAME_PERSON"

    person: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.person} 是提出人, 须由另一人签署",
            en=f"{self.person} proposed it. Let another person sign.",
        )


@dataclass(eq=False)
class PeerNotReached(DomainError):
    """A service that has to be asked does not answer, or its address is not set."""

    kind: ClassVar = ErrorKind.UNAVAILABLE
    reason: ClassVar = "PEER_NOT_REACHED"

    service: str

    def text(self) -> Text:
        return Text(
            zh=f"服务 {self.service} 无应答或未设置地址, 请稍后重试, 或检查其地址设置",
            en=f"The service {self.service} does not answer, or its address is not set. Retry, or check the setting.",
        )
