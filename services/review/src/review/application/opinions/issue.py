"""Signs a draft, and takes back what was signed."""

from dataclasses import dataclass
from datetime import date

from review.application.opinions.loading import found, made, opened
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from review.domain.opinions.opinion import Opinion
from review.domain.opinions.validity import lapse_of
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class IssueOpinion:
    opinion: OpinionKey
    signer: str
    document: str


@dataclass(frozen=True, slots=True)
class RevokeOpinion:
    opinion: OpinionKey
    signers: tuple[str, ...]
    reason: str


async def issue_opinion(command: IssueOpinion, work: Work, policy: PolicyBundle, *, on: date) -> Opinion:
    """Raises NotFound, and what `Docket.issue` raises."""
    docket, newest_revision = await opened(command.opinion.filing, work)
    docket, draft = await found(command.opinion, docket, work)
    lapse = lapse_of(draft.wording.result, on, policy)
    turn = docket.issue(draft, command.signer, command.document, lapse, on=on, newest_revision=newest_revision)
    return await made(turn, work)


async def revoke_opinion(command: RevokeOpinion, work: Work) -> Opinion:
    """Raises NotFound, OpinionNotInForce, SamePerson."""
    docket, _ = await opened(command.opinion.filing, work)
    docket, opinion = await found(command.opinion, docket, work)
    return await made(docket.revoke(opinion, command.signers, command.reason), work)
