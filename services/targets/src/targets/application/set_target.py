"""Hands a target down to a region or a park: a version more, never a change."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.domain.refusals import TargetSetByLaw
from targets.domain.targets import Target, set_by_law

UNNUMBERED: Final = 1


@dataclass(frozen=True, slots=True)
class SetTarget:
    """`target` as stated; its version and known time are given here."""

    target: Target


async def set_target(command: SetTarget, work: Work, policy: PolicyBundle, at: datetime) -> Target:
    """Raises TargetSetByLaw."""
    stated = command.target
    law = set_by_law(stated.place, stated.indicator, stated.years, policy)
    if law is not None:
        years = f"{stated.years.first}-{stated.years.last}"
        raise TargetSetByLaw(stated.place, stated.indicator, years, law.document)
    version = await work.targets.next_version(stated.place, stated.indicator)
    target = replace(stated, version=version, known_at=at)
    await work.targets.add(target)
    return target
