"""What every change of an opinion starts from: its filing locked, its docket, the opinion itself."""

from typing import NamedTuple

from kernel.errors import NotFound
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from review.domain.opinions.docket import Docket, Turn
from review.domain.opinions.opinion import Opinion
from review.domain.review import FilingId


class Opened(NamedTuple):
    docket: Docket | None
    newest_revision: int
    """The newest that was evaluated; 0 when none was."""


async def opened(filing: FilingId, work: Work) -> Opened:
    """Locks the filing first: what is announced of it, of either kind, comes out in one order."""
    review = await work.reviews.get_for_update(filing)
    return Opened(await work.opinions.get_for_update(filing), review.revision if review else 0)


async def found(key: OpinionKey, docket: Docket | None, work: Work) -> tuple[Docket, Opinion]:
    """For an act of a person. Raises NotFound and Denied."""
    opinion = await work.opinions.get(key)
    if docket is None or opinion is None:
        raise NotFound(f"filings/{key.filing}/opinions/{key.number}")
    await act_on(key.filing, work)
    return docket, opinion


async def act_on(filing: FilingId, work: Work) -> None:
    """Once the caller has seen what he acts on. Raises Denied: drafter, reviewer and signer are three persons."""
    await work.acting_on(await work.reviews.region_of(filing), filing, parts=await work.opinions.parts(filing))


async def made(turn: Turn, work: Work) -> Opinion:
    """The opinion that the turn is about, saved and announced."""
    await work.opinions.save(turn)
    if turn.event is not None:
        await work.announce(turn.event)
    return turn.opinion
