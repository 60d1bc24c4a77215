"""Targets: the law's own for the nation and the province, and those handed down to regions and parks (分解下达)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from kernel.pace import Pace
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle
from statute.parameter import Version
from targets.domain.indicators import indicator_ids
from targets.domain.periods import Years
from targets.domain.places import NATIONAL, Place

PACE_METHOD: Final = "target.pace.method"
ANNUAL: Final = ".annual"
BY_LAW: Final = 0


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator has to reach by the end of `years`. `base_year` is the year it is measured from.

    `value` is in the indicator's unit: the change or increment over the base year, or the share or amount itself, which
    needs the base year's own (`base_value`) to be spread over the years. `weight` is the place's share in the region
    above, for which the target is one part. Version 0 is the law's; the others count from 1. A target counts from
    `effective_from`, and as far as it was known.
    """

    place: Place
    indicator: str
    years: Years
    value: Decimal
    base_year: int
    pace: Pace | None
    document: str
    effective_from: date
    version: int
    known_at: datetime | None = None
    base_value: Decimal | None = None
    weight: Decimal | None = None
    under: tuple[Citation, ...] = ()
    words: Text | None = None
    """What the law says beside the figure, e.g. 左右."""

    def __post_init__(self) -> None:
        assert self.base_year < self.years.first
        assert (self.version == BY_LAW) == (self.known_at is None)
        assert self.version == BY_LAW or self.pace is not None

    @property
    def is_law(self) -> bool:
        return self.version == BY_LAW

    @property
    def rank(self) -> tuple[int, date, int]:
        """A target of the year before the plan's, the law before what is handed down, the newest of several."""
        return -self.years.count, self.effective_from, self.version


def law_targets(place: Place, scope: str, policy: PolicyBundle) -> tuple[Target, ...]:
    """All that the law sets for `scope`, the nation or the province, by indicator and by year."""
    found: list[Target] = []
    for indicator in indicator_ids(policy):
        for suffix in ("", ANNUAL):
            parameter = policy.parameters.get(f"target.{scope}.{indicator}{suffix}")
            for version in parameter.versions if parameter is not None else ():
                found += _law_target(place, indicator, version, policy)
    return tuple(found)


def scope_of(place: Place, policy: PolicyBundle) -> str | None:
    """The scope of the law's targets for the place; None: it sets none."""
    if place == NATIONAL:
        return NATIONAL
    return policy.province if place.endswith("0000") and place in policy.regions else None


def known_targets(place: Place, handed_down: Iterable[Target], policy: PolicyBundle) -> tuple[Target, ...]:
    """The law's and those handed down."""
    scope = scope_of(place, policy)
    return (*(law_targets(place, scope, policy) if scope is not None else ()), *handed_down)


def newest_versions(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Of each place, indicator and years the newest, in their order."""
    best: dict[tuple[Place, str, Years], Target] = {}
    for target in targets:
        key = target.place, target.indicator, target.years
        if key not in best or best[key].version < target.version:
            best[key] = target
    return tuple(best[key] for key in sorted(best))


def set_by_law(place: Place, indicator: str, years: Years, policy: PolicyBundle) -> Target | None:
    """The law's own target for the same years: nothing is handed down in its place."""
    own = known_targets(place, (), policy)
    return next((one for one in own if (one.indicator, one.years) == (indicator, years)), None)


def _law_target(place: Place, indicator: str, version: Version, policy: PolicyBundle) -> Iterator[Target]:
    citation = version.citation
    if version.value is None or citation.until is None:
        return
    years = Years(citation.in_force_from.year, citation.until.year - 1)
    pace = policy.on(PACE_METHOD, years.last_day)
    yield Target(
        place,
        indicator,
        years,
        version.number,
        base_year=years.first - 1,
        pace=Pace(pace.word) if pace is not None else None,
        document=citation.document,
        effective_from=years.first_day,
        version=BY_LAW,
        under=(citation, *(() if pace is None else (pace.citation,))),
        words=version.words,
    )
