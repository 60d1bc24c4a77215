"""Proposes to take an opinion back, signs the proposal, or withdraws it."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import NotFound
from review.application.opinions.loading import act_on, found, made, opened
from review.application.opinions.ports import OpinionKey, RevocationKey
from review.application.ports import Work
from review.domain.opinions.opinion import Opinion
from review.domain.opinions.refusals import OpinionNotInForce, RevocationProposed
from review.domain.opinions.revocation import Revocation


@dataclass(frozen=True, slots=True)
class ProposeRevocation:
    opinion: OpinionKey
    reason: str
    proposer: str


async def propose_revocation(command: ProposeRevocation, work: Work, at: datetime) -> Revocation:
    """Raises NotFound, OpinionNotInForce, RevocationProposed."""
    filing, number = command.opinion
    docket, _ = await opened(filing, work)
    _, opinion = await found(command.opinion, docket, work)
    if not opinion.in_force:
        raise OpinionNotInForce(opinion.name, opinion.state.value)
    before = await work.revocations.open_on(command.opinion)
    if before is not None:
        raise RevocationProposed(before.name, before.proposer)
    count = await work.revocations.numbered(filing)
    proposed = Revocation(filing, count + 1, number, command.reason, command.proposer, at)
    await work.revocations.save(proposed)
    return proposed


async def sign_revocation(key: RevocationKey, signer: str, work: Work, at: datetime) -> tuple[Revocation, Opinion]:
    """Raises NotFound, RevocationNotOpen, SamePerson, OpinionNotInForce."""
    docket, _ = await opened(key.filing, work)
    proposed = await _proposed(key, work)
    docket, opinion = await found(OpinionKey(key.filing, proposed.opinion), docket, work)
    signed = proposed.signed(signer, at)
    revoked = await made(docket.revoke(opinion, signed.signers, signed.reason), work)
    await work.revocations.save(signed)
    return signed, revoked


async def withdraw_revocation(key: RevocationKey, person: str, work: Work, *, reason: str, at: datetime) -> Revocation:
    """Raises NotFound, RevocationNotOpen."""
    await opened(key.filing, work)
    proposed = await _proposed(key, work)
    await act_on(key.filing, work)
    withdrawn = proposed.withdrawn(person, at, reason)
    await work.revocations.save(withdrawn)
    return withdrawn


async def _proposed(key: RevocationKey, work: Work) -> Revocation:
    """The filing is locked already. Raises NotFound."""
    proposed = await work.revocations.get(key)
    if proposed is None:
        raise NotFound(f"filings/{key.filing}/revocations/{key.number}")
    return proposed
