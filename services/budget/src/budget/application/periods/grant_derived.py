"""Derives an envelope, grants it when another person adopts it, and corrects it when two sign."""

from dataclasses import dataclass
from datetime import datetime

from budget.application.periods.ports import Work
from budget.domain.periods.derivation import Asked, Known, derive, needed
from budget.domain.periods.events import EnvelopeAdopted, EnvelopeProposed, EnvelopeRevised
from budget.domain.periods.proposals import Proposal
from budget.domain.periods.refusals import EnvelopeAdopted as AlreadyAdopted
from budget.domain.periods.statistics import Period, Series, Statistic, known_by
from kernel.clock import legal_day
from kernel.errors import NotFound
from ledger.store import LATEST
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class DeriveEnvelope:
    proposal: str
    asked: Asked
    proposer: str


@dataclass(frozen=True, slots=True)
class AdoptEnvelope:
    proposal: str
    adopter: str
    document: str


@dataclass(frozen=True, slots=True)
class ReviseEnvelope:
    proposal: str
    replacement: str
    signers: tuple[str, ...]
    reason: str


async def derive_envelope(command: DeriveEnvelope, work: Work, policy: PolicyBundle, now: datetime) -> Proposal:
    """What is missing is named by its findings."""
    await work.acting_on(command.asked.region)
    await work.lock()
    reads = needed(command.asked, policy)
    known = Known(
        await _known(reads.base_consumption, work),
        await _known(reads.base_gdp, work),
        await _known(reads.previous_consumption, work),
    )
    derived = derive(command.asked, known, policy)
    proposal = Proposal(command.proposal, command.asked, derived, policy.bundle_hash, command.proposer, now)
    await work.proposals.save(proposal)
    await work.announce(EnvelopeProposed(proposal))
    return proposal


async def _known(asked: tuple[Series, Period] | None, work: Work) -> Statistic | None:
    if asked is None:
        return None
    return known_by(await work.statistics.versions(*asked), LATEST)


async def adopt_envelope(command: AdoptEnvelope, work: Work, now: datetime) -> EnvelopeAdopted:
    """Raises NotFound, SamePerson, ProposalDecided, ProposalNotAdoptable, PeriodIsClosed, EnvelopeAdopted.

    And GrantTooLarge of the ledger.
    """
    await work.lock()
    proposal = await known_proposal(command.proposal, work)
    await work.acting_on(proposal.asked.region)
    book = await work.ledger.open([proposal.account])
    balances = book.accounts.get(proposal.account)
    adopted, grant = proposal.adopt(command.adopter, command.document, balances, on=legal_day(now), at=now)
    if (standing := await work.proposals.adopted(proposal.account)) is not None:
        raise AlreadyAdopted(str(proposal.account), standing.id)
    book.apply(grant)
    await work.ledger.save(book, now)
    await work.proposals.save(adopted)
    announced = EnvelopeAdopted(adopted, book.balances(proposal.account))
    await work.announce(announced)
    return announced


async def revise_envelope(command: ReviseEnvelope, work: Work, now: datetime) -> EnvelopeRevised:
    """Both operations or neither. Raises NotFound and what `Proposal.revise` raises, and GrantTooLarge."""
    await work.lock()
    proposal = await known_proposal(command.proposal, work)
    replacement = await known_proposal(command.replacement, work)
    await work.acting_on(proposal.asked.region)
    book = await work.ledger.open([proposal.account], [proposal.grant])
    revision = proposal.revise(
        replacement,
        book.balances(proposal.account),
        signers=command.signers,
        reason=command.reason,
        on=legal_day(now),
        at=now,
    )
    book.apply_linked(revision.operations)
    await work.ledger.save(book, now)
    await work.proposals.save(revision.old)
    await work.proposals.save(revision.new)
    announced = EnvelopeRevised(revision.new, book.balances(proposal.account), revision.difference)
    await work.announce(announced)
    return announced


async def known_proposal(proposal: str, work: Work) -> Proposal:
    """Raises NotFound."""
    found = await work.proposals.get(proposal)
    if found is None:
        raise NotFound(f"envelopeProposals/{proposal}")
    return found
