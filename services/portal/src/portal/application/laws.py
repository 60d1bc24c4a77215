"""法规草案: tried on all filings, put forward by one person, approved by another, in force once it is loaded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from kernel.text import Text
from portal.application.acts import Field, Kind, Values
from portal.application.what_if import Run, State
from portal.domain.laws import NO_CHANGE, NOT_TRIED, LawProposal, LawRefused, LawState

STATES: Final = {
    LawState.PROPOSED: Text("待批准", "waits for approval"),
    LawState.APPROVED: Text("已批准, 待部署", "approved, to be put in place"),
    LawState.REJECTED: Text("未批准", "rejected"),
}
IN_FORCE: Final = Text("现行", "in force")
UNNUMBERED: Final = 0
"""Of one that is not kept yet."""

PROPOSAL: Final = (
    Field("document", Text("依据的文件", "Document that it rests on")),
    Field("note", Text("说明", "Remark"), Kind.AREA, 2_000, is_optional=True),
)
REASON: Final = (Field("reason", Text("理由", "Reason"), Kind.AREA, 2_000),)


class Laws(Protocol):
    """Proposals of law. Everything raises SessionsAway."""

    async def add(self, one: LawProposal, archive: bytes, request_id: str) -> int:
        """Its number; of a request that came before, the number it got then. Raises LawRefused."""

    async def get(self, number: int) -> LawProposal | None: ...

    async def archive(self, number: int) -> bytes | None: ...

    async def page(self, before: int, size: int) -> Sequence[LawProposal]:
        """The newest first; `before` 0: from the newest."""

    async def settle(self, one: LawProposal) -> None:
        """Raises LawRefused when it was settled meanwhile."""


def proposal_of(run: Run, values: Values, *, proposer: str, at: datetime, in_force: str) -> LawProposal:
    """Of a draft that was tried on the whole province against the law `in_force`. Raises LawRefused."""
    if run.state is not State.DONE or run.region:
        raise LawRefused(NOT_TRIED)
    if not run.draft.changes_total:
        raise LawRefused(NO_CHANGE)
    found = run.found
    return LawProposal(
        UNNUMBERED,
        run.draft.name,
        run.draft.bundle_hash,
        in_force,
        run.draft.changes_total,
        found.looked_at,
        found.counts.total(),
        values["document"],
        values.get("note", ""),
        proposer,
        at,
    )


def state_text(one: LawProposal, in_force: str) -> Text:
    """An approved one is in force when it is the law that is loaded here."""
    return IN_FORCE if one.state is LawState.APPROVED and one.bundle_hash == in_force else STATES[one.state]
