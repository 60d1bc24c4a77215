"""Whether the flows of energy come to the totals that are stated beside them (rule review.energy_account)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from dossier.model import EnergyUse
from energy.account import EnergyAccount
from energy.problems import Problem
from energy.ranges import slack
from energy.units import KGCE, WIDE, times
from energy.units import TCE as TONNES_OF_COAL
from kernel.quantities import Basis, plain
from kernel.text import Text, joined
from review.domain.account_lines import CO2_ALONE, place_of, shown_parts
from review.domain.amounts import COAL, KWH, NAMES, TCE, TCE_EQUIVALENT, UNITS, amounts, stated
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look, distinct
from review.domain.remedy import verified
from review.domain.subject import Subject
from statute.finding import Citation, Finding, Remedy
from statute.law import RuleText

RULE: Final = "review.energy_account"
ALLOWANCE: Final = "review.energy_consistent.allowance"
FLOWS: Final = "dossier.energy.flows"

RESTATED: Final[Mapping[str, Callable[[EnergyUse, Decimal], EnergyUse]]] = {
    TCE: lambda energy, amount: replace(energy, tce_calorific=amount),
    TCE_EQUIVALENT: lambda energy, amount: replace(energy, tce_equivalent=amount),
    COAL: lambda energy, amount: replace(energy, coal_t=amount),
    KWH: lambda energy, amount: replace(energy, electricity_kwh=amount),
}

BASIS_OF: Final = {TCE: Basis.CALORIFIC, TCE_EQUIVALENT: Basis.EQUIVALENT}

NOTHING_TO_COMPUTE: Final = Text(
    "未填报能源流向, 无从核算; 总量以所填为准",
    "No flow of energy is stated: there is nothing to compute from, and the totals stand as stated.",
)
TOO_LARGE: Final = Text(
    "由能源流向算得的总量超出可填范围; 请核对数值和单位",
    "The flows come to more than a dossier can state. Check figures and units.",
)
NO_ALLOWANCE: Final = Text(
    "申请日适用的核对允差未收录, 须人工核对",
    "No allowance for rounding is held for the day of application; a person compares.",
)


@dataclass(frozen=True, slots=True)
class Beside:
    """A stated total beside what the flows come to: anything from `low` to `high` agrees, with the allowance.

    `low` and `high` differ for electricity, where what is sold may be left out of a stated total and what is made
    inside of fuel counted already may be part of it; and for standard coal where the law prints a range of
    coefficients: the account takes the upper end, and a total made with any other value of the range is right too.
    """

    field: str
    stated: Decimal | None
    computed: Decimal | None
    low: Decimal
    high: Decimal
    allowance: Decimal
    contradicts: bool


def account_finding(subject: Subject) -> Finding:
    """Every line is a part; a total that contradicts its lines fails, one that cannot be told is unknown.

    Sources: GB/T 2589-2020; order 31 of 2025, article 12.
    """
    totals = amounts(subject.dossier.energy)
    if not subject.dossier.energy.flows:
        return subject.look(RULE, stated(totals)).holds(NOTHING_TO_COMPUTE)
    law, account = subject.law, subject.account
    if law is None or account is None:
        return subject.look(RULE, stated(totals)).asks_for((APPLICATION_DATE,), DAY_NOT_STATED)
    allowance = law.on(ALLOWANCE)
    if allowance is None:
        return subject.look(RULE, stated(totals)).undecided(NO_ALLOWANCE)
    compared = tuple(_compared(subject, account, allowance.number))
    under = distinct((*_under(account, totals[TCE_EQUIVALENT] is not None), allowance.citation))
    seen = subject.look(RULE, stated(totals), under)
    parts = (*shown_parts(seen, subject, account), *(_total_part(seen.rule, one) for one in compared))
    return _judged(seen.made_of(parts), subject, account, compared)


def _under(account: EnergyAccount, equivalent_stated: bool) -> Iterator[Citation]:
    """What the totals that are compared or used rest on; the rest stands under its own part."""
    for line in account.lines:
        if line.calorific is not None and line.kgce(Basis.CALORIFIC) != 0:
            yield line.calorific.citation
        if equivalent_stated and line.equivalent is not None:
            yield line.equivalent.citation
    yield from account.methods


def _compared(subject: Subject, account: EnergyAccount, allowance: Decimal) -> Iterator[Beside]:
    made = amounts(subject.computed)
    for field, amount in amounts(subject.dossier.energy).items():
        low = high = made[field] or Decimal(0)
        power = account.electricity
        if field == KWH and power is not None:
            low = max(WIDE.subtract(low, power.sold.value), Decimal(0))
            high = WIDE.add(high, power.internal.value)
        if (basis := BASIS_OF.get(field)) is not None:
            low = _without_slack(low, account, basis)
        wrong = False
        if amount is not None and made[field] is not None:
            # At a bound with its allowance for rounding still agrees.
            wrong = not WIDE.multiply(low, 1 - allowance) <= amount <= WIDE.multiply(high, 1 + allowance)
        yield Beside(field, amount, made[field], low, high, allowance, wrong)


def _without_slack(tce: Decimal, account: EnergyAccount, basis: Basis) -> Decimal:
    kgce = slack(account.lines, basis)
    return max(WIDE.subtract(tce, WIDE.multiply(kgce, times(KGCE, TONNES_OF_COAL))), Decimal(0))


def _judged(seen: Look, subject: Subject, account: EnergyAccount, compared: Iterable[Beside]) -> Finding:
    wrong = [one for one in compared if one.contradicts]
    if wrong:
        remedies = _remedy(subject, wrong[0]) if len(wrong) == 1 else ()
        return seen.fails(joined([_contradiction(one) for one in wrong]), remedies)
    open_problems = [problem for problem in account.problems if problem.untold != CO2_ALONE]
    if open_problems:
        return _unknown(seen, open_problems)
    if any(one.computed is None for one in compared):
        return seen.asks_for((FLOWS,), TOO_LARGE)
    return seen.holds(joined([_agreement(one) for one in compared]))


def _unknown(seen: Look, problems: list[Problem]) -> Finding:
    """What the applicant can mend is asked for first; what remains is for a person."""
    because = joined([problem.text for problem in problems])
    missing = tuple(dict.fromkeys(place_of(problem) for problem in problems if problem.mend))
    return seen.asks_for(missing, because) if missing else seen.undecided(because)


def _total_part(rule: RuleText, one: Beside) -> Finding:
    inputs = () if one.stated is None else ((one.field, _written(one.field, one.stated)),)
    seen = Look(rule, inputs, (), NAMES[one.field])
    if one.contradicts:
        return seen.fails(_contradiction(one))
    if one.computed is None:
        return replace(seen.undecided(_untold(one)), leads_to=None)
    return seen.holds(_agreement(one))


def _written(field: str, amount: Decimal) -> str:
    return f"{plain(amount)} {UNITS[field]}"


def _untold(one: Beside) -> Text:
    return Text("{name}不能由流向算得", "{name} cannot be told by the flows", name=NAMES[one.field])


def _values(one: Beside) -> dict[str, object]:
    return {
        "name": NAMES[one.field],
        "stated": one.stated,
        "computed": one.computed,
        "unit": UNITS[one.field],
        "allowance": one.allowance,
        "field": one.field,
        "range": _range(one),
    }


def _range(one: Beside) -> Text | str:
    if one.low == one.high:
        return ""
    if one.field in BASIS_OF:
        return Text(
            " (按系数区间 {low} 至 {high})",
            " (from {low} to {high} over the coefficients' ranges)",
            low=one.low,
            high=one.high,
        )
    return Text(
        " (扣除外供至计入自产: {low} 至 {high})",
        " (from {low} without what is sold to {high} with what is made inside)",
        low=one.low,
        high=one.high,
    )


def _contradiction(one: Beside) -> Text:
    return Text(
        "{name}: 所填 {stated} {unit} 与由流向算得的 {computed} {unit}{range} 不符 (允差 {allowance}); "
        "请核对流向, 或将 {field} 改为 {computed}",
        "{name}: the stated {stated} {unit} contradicts the {computed} {unit}{range} that the flows come to (allowance "
        "{allowance}). Check the flows, or state {computed} in {field}.",
        **_values(one),
    )


def _agreement(one: Beside) -> Text:
    if one.computed is None:
        return _untold(one)
    if one.stated is None:
        return Text(
            "{name}: 未填, 采用由流向算得的 {computed} {unit}",
            "{name}: not stated; the {computed} {unit} that the flows come to are used",
            **_values(one),
        )
    return Text(
        "{name}: 所填 {stated} {unit} 与由流向算得的 {computed} {unit}{range} 相符 (允差 {allowance})",
        "{name}: the stated {stated} {unit} agrees with the {computed} {unit}{range} that the flows come to (allowance "
        "{allowance})",
        **_values(one),
    )


def _remedy(subject: Subject, one: Beside) -> tuple[Remedy, ...]:
    """The computed total in the place of the stated one; evaluated before it is given."""
    assert one.stated is not None
    assert one.computed is not None
    stated_words, needed = _written(one.field, one.stated), _written(one.field, one.computed)
    text = Text(
        "{name}由 {stated} 改为 {needed} 即相符",
        "{name}: {needed} in the place of {stated} agrees",
        name=NAMES[one.field],
        stated=stated_words,
        needed=needed,
    )
    energy = RESTATED[one.field](subject.dossier.energy, one.computed)
    changed = replace(subject.dossier, energy=energy)
    return verified(subject, changed, account_finding, Remedy(one.field, stated_words, needed, text))
