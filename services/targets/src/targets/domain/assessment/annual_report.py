"""What a region reports for a year: every indicator, the warning levels, and what was promised since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.regions import RegionCode
from statute.finding import Citation
from statute.loader import PolicyBundle
from targets.domain.assessment.progress import Progress
from targets.domain.publishing.levels import ShownLevel

DUTY: Final = "target.{province}.reports_per_year"
"""The parameter that obliges to report; another province may have none."""


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """As it was known at `known_at`; `promised_kgce` (当量) as it stands now."""

    region: RegionCode
    day: date
    known_at: datetime
    indicators: tuple[Progress, ...]
    levels: tuple[ShownLevel, ...]
    promised_kgce: int
    under: tuple[Citation, ...]
    bundle_hash: str


def report_of(  # noqa: PLR0913  # each is a part of the report
    region: RegionCode,
    day: date,
    known_at: datetime,
    *,
    progress: Mapping[str, Progress],
    levels: Sequence[ShownLevel],
    promised_kgce: int,
    policy: PolicyBundle,
) -> AnnualReport:
    duty = policy.parameters.get(DUTY.format(province=policy.province))
    version = None if duty is None else duty.on(day)
    return AnnualReport(
        region,
        day,
        known_at,
        tuple(progress.values()),
        tuple(levels),
        promised_kgce,
        () if version is None else (version.citation,),
        policy.bundle_hash,
    )
