"""Whether what was handed down adds up to what the region above has to reach (分解下达)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kernel.quantities import plain
from kernel.text import Text, joined
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle
from targets.domain.indicators import Indicator, Kind
from targets.domain.periods import Years
from targets.domain.places import Place
from targets.domain.targets import Target

RULE: Final = "targets.breakdown"
WHOLE: Final = 1


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A target of a place, and those of the places below. `parts` holds None where a place has none."""

    place: Place
    indicator: Indicator
    years: Years
    whole: Target | None
    parts: Mapping[Place, Target | None]

    @property
    def weighted(self) -> bool:
        """Amounts and increments add up as they are; changes and shares only by the weights of the parts."""
        return self.indicator.kind in (Kind.CHANGE, Kind.SHARE)


def breakdown(
    place: Place, indicator: Indicator, years: Years, *, targets: Iterable[Target], parts: Sequence[Place]
) -> Breakdown:
    """`targets` are the newest versions of the place's and of its parts'."""
    held = {t.place: t for t in targets if (t.indicator, t.years) == (indicator.id, years)}
    return Breakdown(place, indicator, years, held.get(place), {part: held.get(part) for part in parts})


def breakdown_finding(breakdown: Breakdown, policy: PolicyBundle) -> Finding:
    """The (weighted) sum of the parts, held against the whole; what is missing is unknown, never invented."""
    rule = policy.rule(RULE)
    under = (
        *rule.clauses_on(breakdown.years.first_day),
        *(breakdown.whole.under if breakdown.whole is not None else ()),
    )
    missing = tuple(_missing(breakdown))
    inputs = tuple(sorted(_inputs(breakdown)))
    if missing or breakdown.whole is None:
        return Finding(
            rule.id,
            rule.title,
            Verdict.UNKNOWN,
            _not_known(missing),
            inputs,
            under,
            rule.on_unknown_input,
            missing=missing,
        )
    total = sum((_share(part, weighted=breakdown.weighted) for part in _held(breakdown)), Fraction(0))
    keeps_low, value = breakdown.indicator.aim.keeps_low, breakdown.whole.value
    enough = total <= value if keeps_low else total >= value
    because = Text(
        "各地合计 {total} {unit}, 上级目标 {value} {unit}: {enough}",
        "the parts come to {total} {unit}, the whole asks for {value} {unit}: {enough}",
        total=Decimal(total.numerator) / Decimal(total.denominator),
        value=value,
        unit=breakdown.indicator.unit,
        enough=Text("足以完成", "enough") if enough else Text("不足以完成", "not enough"),
    )
    verdict, leads_to = (Verdict.HOLDS, rule.on_holds) if enough else (Verdict.FAILS, rule.on_fails)
    return Finding(rule.id, rule.title, verdict, because, inputs, under, leads_to)


def _held(breakdown: Breakdown) -> list[Target]:
    return [part for part in breakdown.parts.values() if part is not None]


def _share(part: Target, *, weighted: bool) -> Fraction:
    if not weighted:
        return Fraction(part.value)
    assert part.weight is not None
    return Fraction(part.value) * Fraction(part.weight)


def _missing(breakdown: Breakdown) -> Iterable[str]:
    if breakdown.whole is None:
        yield f"{breakdown.place}.target"
    if not breakdown.parts:
        yield "parts"
    for place, part in breakdown.parts.items():
        if part is None:
            yield f"{place}.target"
        elif breakdown.weighted and part.weight is None:
            yield f"{place}.weight"
    weights = [part.weight for part in _held(breakdown) if part.weight is not None]
    if breakdown.weighted and len(weights) == len(breakdown.parts) and sum(map(Fraction, weights)) != WHOLE:
        yield "weights"


def _not_known(missing: Sequence[str]) -> Text:
    lacking = joined([Text(one, one) for one in missing], zh="、", en=", ")
    return Text(
        "不能合计, 缺少: {lacking} (weights: 各地权重合计应为 1)",
        "cannot be added up without {lacking} (weights: those of the parts come to 1)",
        lacking=lacking,
    )


def _inputs(breakdown: Breakdown) -> Iterable[tuple[str, str]]:
    yield "indicator", breakdown.indicator.id
    yield "years", f"{breakdown.years.first}-{breakdown.years.last}"
    for target in (breakdown.whole, *breakdown.parts.values()):
        if target is not None:
            yield f"{target.place}.target", plain(target.value)
            if target.weight is not None and target is not breakdown.whole:
                yield f"{target.place}.weight", plain(target.weight)
