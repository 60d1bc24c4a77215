"""Every way in which a period, an envelope, a statistic or a trade says no."""

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
class StatisticStatusBackward(DomainError):
    """A provisional figure after a final one, a final one after a revised one, or a revision of nothing."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "STATISTIC_STATUS_BACKWARD"

    statistic: str
    known: str
    stated: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.statistic} 现为 {self.known}, 不能再登记为 {self.stated}; 更正最终数请登记为修订数 (revised)",
            en=f"{self.statistic} is {self.known} and cannot become {self.stated}. "
            "Record a correction of a final figure as revised.",
        )


@dataclass(eq=False)
class ProposalNotAdoptable(DomainError):
    """Its findings leave the amount open, or there is nothing to grant."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PROPOSAL_NOT_ADOPTABLE"

    proposal: str
    missing: str

    def text(self) -> Text:
        return Text(
            zh=f"方案 {self.proposal} 不能下达: {self.missing or '没有可下达的数额'}; 请补齐后重新测算",
            en=f"The proposal {self.proposal} cannot be adopted: {self.missing or 'there is nothing to grant'}. "
            "Add what is missing and derive anew.",
        )


@dataclass(eq=False)
class ProposalDecided(DomainError):
    """It was adopted or replaced before."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PROPOSAL_DECIDED"

    proposal: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"方案 {self.proposal} 的状态为 {self.state}, 不能这样处理; 请重新测算",
            en=f"The proposal {self.proposal} is {self.state}; this cannot be done with it. Derive anew.",
        )


@dataclass(eq=False)
class EnvelopeAdopted(DomainError):
    """Another derived envelope stands: a second one would count twice."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ENVELOPE_ADOPTED"

    account: str
    proposal: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.account} 已按方案 {self.proposal} 下达; 变更请用 ReviseEnvelope",
            en=f"{self.account} was granted by the proposal {self.proposal}. Change it with ReviseEnvelope.",
        )


@dataclass(eq=False)
class RevisionMismatch(DomainError):
    """The replacement is of another region, year, instrument or measure."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REVISION_MISMATCH"

    proposal: str
    replacement: str

    def text(self) -> Text:
        return Text(
            zh=f"方案 {self.replacement} 与 {self.proposal} 的地区、年份、账户或口径不同, 不能替换",
            en=f"The proposal {self.replacement} is of another region, year, instrument or measure "
            f"than {self.proposal} and cannot replace it.",
        )


@dataclass(eq=False)
class RevisionChangesNothing(DomainError):
    """Both grant the same amount: nothing is reversed for nothing."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REVISION_CHANGES_NOTHING"

    proposal: str
    amount: int

    def text(self) -> Text:
        return Text(
            zh=f"方案 {self.proposal} 与现行数额 {self.amount} 相同, 无须更正",
            en=f"The proposal {self.proposal} grants {self.amount} as before: there is nothing to correct.",
        )


@dataclass(eq=False)
class CorrectionBelowUsed(DomainError):
    """Less would be granted than is held and posted."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "CORRECTION_BELOW_USED"

    account: str
    granted: int
    used: int

    def text(self) -> Text:
        return Text(
            zh=f"更正后 {self.account} 的额度为 {self.granted}, 低于已占用和已扣减的 {self.used}; "
            "请先释放占用或落实替代",
            en=f"{self.account} would be granted {self.granted}, less than the {self.used} held and posted. "
            "Release holds or bring replacement first.",
        )


@dataclass(eq=False)
class PeriodNotOver(DomainError):
    """The year still runs in China."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PERIOD_NOT_OVER"

    year: int
    today: date

    def text(self) -> Text:
        return Text(
            zh=f"{self.year} 年尚未结束 (今天是 {self.today}), 不能结账",
            en=f"The year {self.year} is not over (today is {self.today}): it cannot be closed.",
        )


@dataclass(eq=False)
class PeriodIsClosed(DomainError):
    """The accounts take nothing new."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PERIOD_CLOSED"

    accounts: str

    def text(self) -> Text:
        return Text(
            zh=f"已结账: {self.accounts}; 如须变更, 请先由两人重新开账 (ReopenPeriod)",
            en=f"Closed: {self.accounts}. Let two persons reopen the period first (ReopenPeriod).",
        )


@dataclass(eq=False)
class PeriodNotClosed(DomainError):
    """There is nothing to reopen."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PERIOD_NOT_CLOSED"

    region: str
    year: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.region} 的 {self.year} 年账户均未结账, 无须重新开账",
            en=f"No account of {self.region} for {self.year} is closed: there is nothing to reopen.",
        )


@dataclass(eq=False)
class HoldsPending(DomainError):
    """Holds wait for their resolution. `holds` names the first of them, `count` says how many there are."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "HOLDS_PENDING"

    region: str
    year: int
    count: int
    holds: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.region} 的 {self.year} 年还有 {self.count} 笔占用未处理: {self.holds}; "
            "请先处理, 或用 carry_holds 转入下一年",
            en=f"{self.region} has {self.count} pending holds of {self.year}: {self.holds}. "
            "Resolve them, or move them to the next year with carry_holds.",
        )


@dataclass(eq=False)
class TooManyHolds(DomainError):
    """More holds than one transaction moves."""

    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "TOO_MANY_HOLDS"

    region: str
    count: int
    limit: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.region} 有 {self.count} 笔以上占用, 一次最多转入 {self.limit} 笔; 请先按下级地区分别结账",
            en=f"{self.region} has {self.count} holds or more; at most {self.limit} are moved at once. "
            "Close the regions below it first.",
        )


@dataclass(eq=False)
class CarryOverNotOnFile(DomainError):
    """No policy on file says that what is left may be carried into the next year."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "CARRY_OVER_NOT_ON_FILE"

    parameter: str
    year: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.year} 年余额结转没有依据: 政策数据中没有 {self.parameter}; 请不带 carry_over 结账",
            en=f"Nothing on file lets what is left of {self.year} be carried over: the policy has no {self.parameter}. "
            "Close without carry_over.",
        )


@dataclass(eq=False)
class NextPeriodNotCovered(DomainError):
    """The next year has no envelope, is closed, or has too little for what is carried."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NEXT_PERIOD_NOT_COVERED"

    accounts: str

    def text(self) -> Text:
        return Text(
            zh=f"下一年无法承接转入的占用或余额: {self.accounts}; 请先下达或增加下一年预算",
            en=f"The next year cannot take what is carried: {self.accounts}. Grant or enlarge its envelope first.",
        )
