"""Acts on an opinion on a filing: one that passes it uses its lots for good, one that holds no more gives them back."""

from dataclasses import dataclass
from datetime import datetime

from capacity.application.ports import Work
from capacity.application.resolve_hold import post_replacement, reverse_replacement, void_replacement
from capacity.domain.replacement import FilingId, HoldState, Replacement
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Opined:
    """The newest of a filing's opinions. `ended`: it lapsed, or was taken back by `signers`, for `reason`."""

    filing: FilingId
    revision: int
    version: int
    passes: bool
    ended: bool
    document: str
    signers: tuple[str, ...]
    reason: str = ""


async def take_opinion(opined: Opined, work: Work, *, policy: PolicyBundle, at: datetime) -> None:
    """Changes nothing for an older opinion that comes late, or one on a revision whose lots are not those held."""
    known = await work.replacements.get_for_update(opined.filing)
    if not await work.opinions.hear(opined.filing, opined.version) or known is None or not opined.passes:
        return
    if not _concerns(opined, known):
        return
    if not opined.ended:
        if known.hold_state is HoldState.HELD:
            await post_replacement(opined.filing, opined.document, work, policy=policy, at=at)
    elif known.hold_state is HoldState.HELD:
        await void_replacement(opined.filing, opined.reason, work, policy=policy, at=at)
    elif known.hold_state is HoldState.POSTED:
        await reverse_replacement(opined.filing, opined.reason, opined.signers, work, policy=policy, at=at)


def _concerns(opined: Opined, known: Replacement) -> bool:
    """What an announced plan holds may have been taken for an older revision than the one that is evaluated."""
    evaluated = None if known.evaluation is None else known.evaluation.revision
    return opined.revision in (evaluated, known.hold_revision)
