"""Lets an opinion lapse on its day, unless construction started."""

from dataclasses import dataclass
from datetime import date

from review.application.opinions.loading import found, made, opened
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from review.domain.opinions.opinion import Opinion


@dataclass(frozen=True, slots=True)
class RecordStart:
    opinion: OpinionKey
    started_on: date
    evidence: str


async def record_start(command: RecordStart, work: Work) -> Opinion:
    """Raises NotFound, OpinionNotInForce, NotAPass, StartOutOfTime."""
    docket, _ = await opened(command.opinion.filing, work)
    docket, opinion = await found(command.opinion, docket, work)
    return await made(docket.start(opinion, command.started_on, command.evidence), work)


async def lapse_opinion(key: OpinionKey, work: Work, *, on: date) -> bool:
    """Whether it lapsed."""
    docket, _ = await opened(key.filing, work)
    turn = None if docket is None else docket.lapse(key.number, on=on)
    if turn is None:
        return False
    await made(turn, work)
    return True
