"""A draft of the law that was tried on all filings and put forward: one person proposes, another approves."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from kernel.errors import DomainError, ErrorKind
from kernel.persons import are_two
from kernel.text import Text

OPEN_MAX: Final = 20


class LawState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    """By two; it is in force once the operators have put it in the place of the law and the services load it."""
    REJECTED = "rejected"


@dataclass(eq=False)
class LawRefused(DomainError):
    """Why a proposal is not made or not settled."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "LAW_REFUSED"

    why: Text

    def text(self) -> Text:
        return self.why


SAME_PERSON: Final = Text(
    "提出与批准须由两名不同人员办理; 请由另一人批准",
    "Two different persons propose and approve. Let another person approve it.",
)
NOT_OPEN: Final = Text("该提议已办结", "The proposal was settled before.")
BASE_CHANGED: Final = Text(
    "现行法规在试算之后已变化; 请对现行法规重新试算并提出",
    "The law in force has changed since it was tried. Try it against the law in force, and propose it anew.",
)
NOT_TRIED: Final = Text(
    "草案须在全省试算完成后才能提出", "A draft is proposed once it was tried on the whole province."
)
NO_CHANGE: Final = Text("草案与现行法规没有不同", "The draft does not differ from the law in force.")
PROPOSED_BEFORE: Final = Text("同一草案已有待批准的提议", "The same draft waits for approval already.")
TOO_MANY: Final = Text(
    f"待批准的草案已达 {OPEN_MAX} 份, 请先办结", f"{OPEN_MAX} drafts wait for approval. Settle some of them first."
)


@dataclass(frozen=True, slots=True)
class LawProposal:
    """Invariant: who approved it is another person than its proposer. The archive is kept beside it.

    `changes`: entries that differ from the law in force, which had `base_hash`. Of `looked_at` decisions `changed`
    would be others.
    """

    id: int
    name: str
    bundle_hash: str
    base_hash: str
    changes: int
    looked_at: int
    changed: int
    document: str
    note: str
    proposer: str
    proposed_at: datetime
    state: LawState = LawState.PROPOSED
    settled_by: str = ""
    settled_at: datetime | None = None
    reason: str = ""

    def approved(self, by: str, at: datetime, in_force: str) -> "LawProposal":
        """`in_force`: the hash of the law in force. Raises LawRefused."""
        self._is_open()
        if not are_two((self.proposer, by)):
            raise LawRefused(SAME_PERSON)
        if in_force != self.base_hash:
            raise LawRefused(BASE_CHANGED)
        return replace(self, state=LawState.APPROVED, settled_by=by, settled_at=at)

    def rejected(self, by: str, at: datetime, reason: str) -> "LawProposal":
        """Its proposer may, too. Raises LawRefused."""
        self._is_open()
        return replace(self, state=LawState.REJECTED, settled_by=by, settled_at=at, reason=reason)

    def _is_open(self) -> None:
        if self.state is not LawState.PROPOSED:
            raise LawRefused(NOT_OPEN)
