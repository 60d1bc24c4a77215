"""Which ratio applies: the regime of the first day of publicity, and its first case that is met."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.dossier import Dossier, ReplacementPlan
from capacity.domain.lots import Lot
from kernel.regions import RegionCode, province_of
from kernel.text import Text
from statute.finding import Citation
from statute.law import RatioCase
from statute.loader import PolicyBundle
from statute.parameter import Version

OTHER: Final = "other"
RESTRICTED_OR_CROSS_PROVINCE: Final = "restricted_or_cross_province"
SAME_ENTITY_SAME_SITE: Final = "same_entity_same_site"

PUBLICITY_DATE: Final = "dossier.replacement.publicity_date"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the cases of a ratio ask about one plan. None: not stated.

    `elsewhere` are its lots that are registered in another province: they are from there, whatever the plan states.
    """

    region: RegionCode
    restricted_or_cross_province: bool | None = None
    same_entity_same_site: bool | None = None
    elsewhere: tuple[Lot, ...] = ()

    @property
    def answers(self) -> Mapping[str, bool | None]:
        """The conditions that the dossier and the register answer, by the law's words, which are the API's too."""
        return {
            RESTRICTED_OR_CROSS_PROVINCE: True if self.elsewhere else self.restricted_or_cross_province,
            SAME_ENTITY_SAME_SITE: self.same_entity_same_site,
        }

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        stated = {
            RESTRICTED_OR_CROSS_PROVINCE: self.restricted_or_cross_province,
            SAME_ENTITY_SAME_SITE: self.same_entity_same_site,
        }
        return (
            ("dossier.region_code", self.region),
            *((f"dossier.replacement.{name}", str(flag).lower()) for name, flag in stated.items() if flag is not None),
            *((f"lots/{lot.id}.region_code", lot.region) for lot in self.elsewhere),
        )

    def meets(self, case: str, policy: PolicyBundle) -> bool | None:
        """None when the dossier, or for a condition on places the law on file, does not say."""
        answers = {OTHER: True, **self.answers}
        return answers[case] if case in answers else policy.in_area(case, self.region)


def situation_of(dossier: Dossier, plan: ReplacementPlan, lots: Iterable[Lot]) -> Situation:
    """`lots` are those that the plan names, as far as they are registered."""
    return Situation(
        region=dossier.region,
        restricted_or_cross_province=plan.restricted_or_cross_province,
        same_entity_same_site=plan.same_entity_same_site,
        elsewhere=tuple(lot for lot in lots if province_of(lot.region) != province_of(dossier.region)),
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ratio that applies: tonnes to retire for each tonne built."""

    ratio: Version


@dataclass(frozen=True, slots=True)
class Undecided:
    """No ratio can be told. `missing` are fields to add; empty when the law on file does not answer."""

    because: Text
    missing: tuple[str, ...] = ()
    under: tuple[Citation, ...] = ()


def choose_ratio(
    product_id: str, publicity_date: date | None, situation: Situation, policy: PolicyBundle
) -> Chosen | Undecided:
    if publicity_date is None:
        because = Text(
            zh="未填写公示起始日, 无法确定适用的置换比例",
            en="The first day of publicity is not stated: the ratio that applies cannot be told.",
        )
        return Undecided(because, missing=(PUBLICITY_DATE,))
    regime = policy.ratio_regime(product_id, publicity_date)
    if regime is None:
        because = Text(
            zh=f"本平台未载 {publicity_date} 公示的该行业置换比例, 由人工判定",
            en=f"The ratio of this industry for plans put to publicity on {publicity_date} is not on file here: "
            "a person decides.",
        )
        return Undecided(because)
    return _first_met(regime.cases, lambda case: situation.meets(case.when, policy), situation)


def _first_met(
    cases: Iterable[RatioCase], meets: Callable[[RatioCase], bool | None], situation: Situation
) -> Chosen | Undecided:
    """A condition that is not known matters only when the cases behind it would give another ratio."""
    possible: list[tuple[RatioCase, bool]] = []
    for case in cases:
        met = meets(case)
        if met is not False:
            possible.append((case, met is True))
        if met:
            break
    if len({case.ratio.number for case, _ in possible}) == 1:
        return Chosen(possible[-1][0].ratio)
    matter = [
        case.when
        for place, (case, known) in enumerate(possible)
        if not known and any(behind.ratio.number != case.ratio.number for behind, _ in possible[place + 1 :])
    ]
    return _unknown(tuple(matter), tuple(case.ratio.citation for case, _ in possible), situation)


def _unknown(matter: tuple[str, ...], under: tuple[Citation, ...], situation: Situation) -> Undecided:
    missing = tuple(f"dossier.replacement.{when}" for when in matter if when in situation.answers)
    names = ", ".join(matter)
    ratios = ", ".join(dict.fromkeys(citation.value for citation in under))
    if missing:
        because = Text(
            zh=f"置换比例 ({ratios}) 取决于未填写的情形: {names}",
            en=f"The ratio ({ratios}) depends on what is not stated: {names}.",
        )
    else:
        because = Text(
            zh=f"置换比例 ({ratios}) 取决于 {situation.region} 是否属于 {names}, 本平台未载明, 由人工判定",
            en=f"The ratio ({ratios}) depends on whether {situation.region} is in {names}, which is not on file here: "
            "a person decides.",
        )
    return Undecided(because, missing, under)
