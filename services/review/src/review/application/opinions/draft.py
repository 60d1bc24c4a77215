"""Drafts an opinion, and sends a draft back."""

from dataclasses import dataclass

from kernel.errors import NotFound
from review.application.opinions.loading import act_on, found, made, opened
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from review.domain.opinions.opinion import Opinion, Wording
from review.domain.review import FilingId


@dataclass(frozen=True, slots=True)
class DraftOpinion:
    filing: FilingId
    decision: int
    wording: Wording


@dataclass(frozen=True, slots=True)
class ReturnOpinion:
    opinion: OpinionKey
    reviewer: str
    reason: str


async def draft_opinion(command: DraftOpinion, work: Work) -> Opinion:
    """Raises NotFound for a decision that has not arrived here, and what `Docket.draft` raises."""
    docket, newest_revision = await opened(command.filing, work)
    known = docket.decision.number if docket is not None and docket.decision is not None else 0
    if docket is None or command.decision > known:
        raise NotFound(f"filings/{command.filing}/decisions/{command.decision}")
    await act_on(command.filing, work)
    turn = docket.draft(command.wording, command.decision, newest_revision=newest_revision)
    return await made(turn, work)


async def return_opinion(command: ReturnOpinion, work: Work) -> Opinion:
    """Raises NotFound, NotADraft."""
    docket, _ = await opened(command.opinion.filing, work)
    docket, draft = await found(command.opinion, docket, work)
    return await made(docket.send_back(draft, command.reviewer, command.reason), work)
