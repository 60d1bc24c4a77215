"""What is known when a claim is judged: the laws, what stands on the accounts, who used its evidence before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from budget.domain.offsets.amounts import Sums
from budget.domain.offsets.claims import Claim, Stated
from budget.domain.offsets.headings import Heading, law_day
from kernel.regions import RegionCode
from statute.inforce import Law
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class EarlierUse:
    """Evidence that was used before: what, by whom, where, and when it took effect.

    `kind` is `certificate` or the word of an EvidenceKind.
    """

    kind: str
    id: str
    used_by: str
    region: RegionCode
    used_on: date

    @property
    def evidence(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Situation:
    """`booked` in kgce at every level, by heading, for the claim's year and basis.

    `across_provinces_kgce` is what certificates of other provinces count in the whole province, in all years of the
    plan period, on the claim's basis. `consumption` is what the statistics on file say of the year, on that basis.
    """

    sums: Sums = field(default_factory=Sums)
    booked: Mapping[RegionCode, Mapping[Heading, int]] = field(default_factory=dict)
    used: tuple[EarlierUse, ...] = ()
    across_provinces_kgce: Decimal = Decimal(0)
    consumption: Mapping[RegionCode, Stated] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Laws:
    """`year`: of the year of consumption. `recorded`: of the day on which the claim is recorded.

    How certificates are used is asked of the rules known when they are used up here; a heading, of the year's own.
    """

    year: Law
    recorded: Law


def laws_for(claim: Claim, policy: PolicyBundle, on: date) -> Laws:
    return Laws(policy.at(law_day(claim.year)), policy.at(on))
