"""Makes one decision again and compares."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.application.replays.ports import Archive, Written
from screening.domain.decision import Decision
from screening.domain.facts import FactVersion
from screening.domain.refusals import LawNotReadable
from screening.domain.replaying import AnyFact, made_again
from statute.bundle import NotInBundle, PolicyBundle


@dataclass(frozen=True, slots=True)
class Replayed:
    """A kept decision in its bytes, and what was made of its facts; None when nothing would be decided on them."""

    kept: bytes
    replayed: bytes | None
    decision: Decision | None

    @property
    def identical(self) -> bool:
        return self.kept == self.replayed


def replay(written: Written, facts: Mapping[FactVersion, AnyFact], policy: PolicyBundle, archive: Archive) -> Replayed:
    """Raises FactNotKept, and LawNotReadable where the law of its time lacks what this program asks of a law."""
    try:
        decision = made_again(written.kept, facts, policy)
    except NotInBundle as problem:
        raise LawNotReadable(policy.bundle_hash, str(problem)) from problem
    return Replayed(written.message, None if decision is None else archive.written(decision), decision)
