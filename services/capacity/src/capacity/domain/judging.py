"""Puts together one finding of a rule from what it found of each lot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.lots import LotId
from kernel.text import Text, joined
from statute.finding import Citation, Finding, Verdict
from statute.law import RuleText
from statute.loader import PolicyBundle
from statute.parameter import Version

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN

INDUSTRIES: Final = {
    "ironmaking": "steel",
    "steelmaking": "steel",
    "clinker": "clinker",
    "flat_glass": "glass",
    "electrolytic_aluminium": "aluminium",
}
"""The word under which the law data keep what is set for a product (capacity.steel.*, capacity.clinker.* ...)."""
OF_NO_INDUSTRY: Final = "other"


def industry_of(product_id: str) -> str:
    return INDUSTRIES.get(product_id, OF_NO_INDUSTRY)


def noted(parameter_id: str, day: date, policy: PolicyBundle) -> Version | None:
    """The edition of the day, also one that was looked for and not found; None where the law data know none."""
    return policy.at(day).noted(parameter_id) if parameter_id in policy.parameters else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of one thing. UNKNOWN without `missing`: the law on file does not answer."""

    verdict: Verdict
    because: Text
    missing: tuple[str, ...] = ()
    under: tuple[Citation, ...] = ()


def unregistered(lot: LotId) -> Judged:
    because = Text("产能指标 {lot} 未登记", "the lot {lot} is not registered", lot=lot)
    return Judged(UNKNOWN, because, missing=(f"lots/{lot}",))


def finding_of(rule: RuleText, judged: Sequence[Judged], day: date, inputs: Iterable[tuple[str, str]] = ()) -> Finding:
    """FAILS as soon as one fails, UNKNOWN as soon as one is; what holds is told only while nothing else is."""
    objections = [one for one in judged if one.verdict is not HOLDS]
    missing: tuple[str, ...] = ()
    if not objections:
        verdict, leads_to = HOLDS, rule.on_holds
    else:
        missing = tuple(dict.fromkeys(field for one in objections for field in one.missing))
        fails = any(one.verdict is FAILS for one in objections)
        verdict = FAILS if fails else UNKNOWN
        leads_to = rule.on_fails if fails else rule.on_unknown_input if missing else rule.on_unknown_figure
    cited = [citation for one in judged for citation in one.under]
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=verdict,
        because=joined([one.because for one in objections or judged]),
        inputs=tuple(inputs),
        under=tuple(dict.fromkeys((*rule.clauses_on(day), *cited))),
        leads_to=leads_to,
        missing=missing,
    )
