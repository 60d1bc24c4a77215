"""Adds what was learned of a lot."""

from capacity.application.ports import Work
from capacity.domain.evidence import LotEvidence, LotEvidenceRecorded, LotStanding
from capacity.domain.lots import LotId
from kernel.errors import NotFound


async def record_evidence(lot: LotId, evidence: LotEvidence, work: Work) -> LotStanding:
    """Raises NotFound, RecordLimit."""
    known = await work.lots.get_for_update(lot)
    if known is None:
        raise NotFound(f"lots/{lot}")
    await work.acting_on(known.lot.region)
    await work.lots.add_evidence(known.with_evidence(evidence))
    # A filing that is being evaluated on the lot as it was comes to its end first, and is seen.
    await work.ledger.lock()
    await work.reevaluations.add_naming([lot], f"lots/{lot} {evidence.kind.value}")
    await work.announce(LotEvidenceRecorded(lot, evidence))
    standing = await work.lots.standing(lot)
    assert standing is not None
    return standing
