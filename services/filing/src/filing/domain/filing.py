"""One project's filing: one for life, amended by revisions, never overwritten."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import ClassVar, NewType

from dossier.model import Dossier
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from statute.finding import Finding

FilingId = NewType("FilingId", str)


class FilingState(Enum):
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(eq=False)
class FilingExists(DomainError):
    """The filing id or the project code belongs to another filing."""

    kind: ClassVar = ErrorKind.ALREADY_EXISTS
    reason: ClassVar = "FILING_EXISTS"

    filing: str
    project_code: str

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 或其项目代码 {self.project_code or '(空)'} 已存在; 修改请用修订 (AmendFiling)",
            en=f"Filing {self.filing} or its project code {self.project_code or '(none)'} exists. "
            "To change it, amend it.",
        )


@dataclass(eq=False)
class FilingWithdrawn(DomainError):
    """A withdrawn filing takes no more changes."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "FILING_WITHDRAWN"

    filing: str

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 已撤回, 不能再变更; 如需继续请重新申报",
            en=f"Filing {self.filing} was withdrawn and takes no changes. File anew to go on.",
        )


@dataclass(eq=False)
class RevisionConflict(DomainError):
    """The amendment was made from an older revision."""

    kind: ClassVar = ErrorKind.CONFLICT
    reason: ClassVar = "REVISION_CONFLICT"

    filing: str
    base_revision: int
    newest_revision: int

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 的最新版本是 {self.newest_revision}, 不是 {self.base_revision}; "
            "请读取最新版本后重改",
            en=f"The newest revision of {self.filing} is {self.newest_revision}, not {self.base_revision}. "
            "Read it and amend that one.",
        )


@dataclass(eq=False)
class ProjectCodeFixed(DomainError):
    """A project keeps its code for life."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PROJECT_CODE_FIXED"

    filing: str
    project_code: str
    asked: str

    def text(self) -> Text:
        return Text(
            zh=f"备案 {self.filing} 的项目代码 {self.project_code} 终身不变, 不能改为 {self.asked or '空'}; "
            "新项目请另行申报",
            en=f"Filing {self.filing} keeps the project code {self.project_code} for life; it cannot become "
            f"{self.asked or 'empty'}. File a new project separately.",
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """A revision was taken in."""

    filing: "Filing"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The filing was withdrawn for good."""

    filing: "Filing"
    reason: str


@dataclass(frozen=True, slots=True)
class Filing:
    """One revision. Invariant: revisions count from 1 without a gap, and a withdrawn one is the last."""

    id: FilingId
    revision: int
    state: FilingState
    dossier: Dossier
    findings: tuple[Finding, ...]
    bundle_hash: str
    accepted_at: datetime

    def __post_init__(self) -> None:
        assert self.revision >= 1

    def amend(
        self, base_revision: int, dossier: Dossier, findings: tuple[Finding, ...], bundle_hash: str, *, at: datetime
    ) -> tuple["Filing", Accepted]:
        """Raises FilingWithdrawn, RevisionConflict or ProjectCodeFixed."""
        if self.state is FilingState.WITHDRAWN:
            raise FilingWithdrawn(self.id)
        if base_revision != self.revision:
            raise RevisionConflict(self.id, base_revision, self.revision)
        if self.dossier.project_code and dossier.project_code != self.dossier.project_code:
            raise ProjectCodeFixed(self.id, self.dossier.project_code, dossier.project_code)
        amended = replace(
            self,
            revision=self.revision + 1,
            dossier=dossier,
            findings=findings,
            bundle_hash=bundle_hash,
            accepted_at=at,
        )
        return amended, Accepted(amended)

    def withdraw(self, reason: str, *, at: datetime) -> tuple["Filing", Withdrawn]:
        """Raises FilingWithdrawn when it was withdrawn before."""
        if self.state is FilingState.WITHDRAWN:
            raise FilingWithdrawn(self.id)
        gone = replace(self, revision=self.revision + 1, state=FilingState.WITHDRAWN, accepted_at=at)
        return gone, Withdrawn(gone, reason)


def file(
    filing: FilingId, dossier: Dossier, findings: tuple[Finding, ...], bundle_hash: str, *, at: datetime
) -> tuple[Filing, Accepted]:
    first = Filing(filing, 1, FilingState.ACCEPTED, dossier, findings, bundle_hash, at)
    return first, Accepted(first)
