"""What is wrong with a kept decision: it can be made again, counts on, and stands as its case says, or else."""

from collections.abc import Iterator, Mapping

from kernel.errors import DomainError
from screening.application.replays.ports import Archive, Written
from screening.application.replays.replay import replay
from screening.domain import differences
from screening.domain.differences import Difference, Reached
from screening.domain.facts import FactVersion
from screening.domain.replaying import AnyFact
from statute.loader import PolicyBundle


def verified(
    written: Written,
    facts: Mapping[FactVersion, AnyFact],
    law: PolicyBundle | DomainError,
    archive: Archive,
    *,
    after: Reached,
) -> Iterator[Difference]:
    """`law` is the bundle that the decision names, or why there is none; `after` the decision looked at before it."""
    yield from differences.in_order(after, written.reached)
    kept = written.kept
    if kept.number == written.current and not written.stands_as_kept:
        yield differences.not_current(kept.name)
    if isinstance(law, DomainError):
        yield differences.not_replayable(kept, law)
        return
    try:
        if not replay(written, facts, law, archive).identical:
            yield differences.not_identical(kept)
    except DomainError as refusal:
        yield differences.not_replayable(kept, refusal)
