"""Which ratio applies: the regime of the first day of publicity, and its first case that is met."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.situation import Situation, name_of
from kernel.quantities import plain
from kernel.text import Text, joined
from statute.finding import Citation
from statute.law import RatioCase, RatioRegime
from statute.loader import PolicyBundle
from statute.parameter import Version

PUBLICITY_DATE: Final = "dossier.replacement.publicity_date"


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


@dataclass(frozen=True, slots=True)
class Possible:
    """A case that may apply: `open_` are its conditions that are not known to be met."""

    case: RatioCase
    open_: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Met, and its ratio was checked. One that was not is never applied while another case would give another."""
        return not self.open_ and self.case.ratio.citation.verified


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
            zh="本平台未载 {day} 公示的该行业置换比例, 由人工判定",
            en="The ratio of this industry for plans put to publicity on {day} is not on file here: a person decides.",
            day=publicity_date,
        )
        return Undecided(because)
    if regime.suspended is not None:
        return Undecided(regime.suspended.text, under=(regime.suspended.citation,))
    return _first_met(regime, situation, policy)


def _first_met(regime: RatioRegime, situation: Situation, policy: PolicyBundle) -> Chosen | Undecided:
    """A condition that is not known matters only when the cases behind it would give another ratio."""
    possible = tuple(_possible(regime, situation, policy))
    if len({found.case.ratio.number for found in possible}) == 1:
        return Chosen(possible[-1].case.ratio)
    matter = [
        found
        for place, found in enumerate(possible)
        if not found.certain
        and any(behind.case.ratio.number != found.case.ratio.number for behind in possible[place + 1 :])
    ]
    conditions = tuple(dict.fromkeys(condition for found in matter for condition in found.open_))
    missing = (field for condition in conditions for field in situation.missing(condition, regime, policy))
    fields = tuple(dict.fromkeys(missing))
    # A case that is met but unverified is named as well: it is why the ratios differ.
    asked = [name for found in matter for name in (found.open_ or found.case.conditions)]
    names = joined([name_of(condition, policy) for condition in dict.fromkeys(asked)], zh="、", en=", ")
    ratios = ", ".join(dict.fromkeys(plain(found.case.ratio.number) for found in possible))
    return Undecided(
        _open(ratios, names, situation, stated=not fields),
        fields,
        tuple(found.case.ratio.citation for found in possible),
    )


def _possible(regime: RatioRegime, situation: Situation, policy: PolicyBundle) -> Iterable[Possible]:
    """The cases not known to fail, down to the first that certainly applies."""
    for case in regime.cases:
        met = {condition: situation.meets(condition, regime, policy) for condition in case.conditions}
        if False in met.values():
            continue
        found = Possible(case, tuple(condition for condition, answer in met.items() if answer is None))
        yield found
        if found.certain:
            return


def _open(ratios: str, names: Text, situation: Situation, *, stated: bool) -> Text:
    if stated:
        return Text(
            zh="置换比例 ({ratios}) 取决于 {region} 的项目是否适用“{names}”, 依据未载明或未核验, 由人工判定",
            en="The ratio ({ratios}) depends on whether “{names}” applies in {region}, which is not on file here or "
            "not verified: a person decides.",
            ratios=ratios,
            names=names,
            region=situation.region,
        )
    return Text(
        zh="置换比例 ({ratios}) 取决于未填写的情形: {names}",
        en="The ratio ({ratios}) depends on what is not stated: {names}.",
        ratios=ratios,
        names=names,
    )
