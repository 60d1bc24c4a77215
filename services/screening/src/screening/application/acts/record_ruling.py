"""Records what a person decided of the rules that the law left to a person; the case is screened with it at once."""

from dataclasses import dataclass
from datetime import datetime

from screening.application.acts.in_hand import in_hand
from screening.application.acts.ports import Work
from screening.application.ports import Heard
from screening.domain.acts import RULINGS, Ruling, rules_for_a_person
from screening.domain.facts import FilingId
from statute.finding import Disposition


@dataclass(frozen=True, slots=True)
class RecordRuling:
    filing: FilingId
    decision: int
    disposition: Disposition
    person: str
    clause: str
    reason: str

    def __post_init__(self) -> None:
        assert self.disposition in RULINGS


async def record_ruling(command: RecordRuling, work: Work, at: datetime) -> Ruling:
    """Raises NotFound, DecisionChanged, OpinionInForce and NotForAPerson."""
    case, decision = await in_hand(command.filing, command.decision, work)
    ruling = Ruling(
        filing=command.filing,
        number=await work.rulings.next_number(command.filing),
        revision=decision.content.filing_revision,
        decision=command.decision,
        disposition=command.disposition,
        rules=rules_for_a_person(decision, case),
        person=command.person,
        clause=command.clause,
        reason=command.reason,
        at=at,
    )
    await work.rulings.add(ruling)
    work.hear(Heard(command.filing, ruling.fact))
    return ruling
