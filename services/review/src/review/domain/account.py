"""Whether the flows of energy come to the totals that are stated beside them (rule review.energy_account)."""

from decimal import Decimal
from typing import Final, NamedTuple

from energy.account import Balance, methods_of
from energy.lines import NOTHING
from energy.ranges import slack
from energy.sums import TCE_PER_KGCE
from energy.units import WIDE
from kernel.quantities import Basis
from kernel.text import Text, joined
from review.domain.account_lines import place_of, shown_parts
from review.domain.amounts import KWH, NAMES, TCE, TCE_EQUIVALENT, TOTALS, UNITS, written
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Inputs, Look, look_at
from review.domain.subject import Subject
from statute.finding import Citation, Finding, Remedy, Verdict
from statute.law import RuleText

RULE: Final = "review.energy_account"
ALLOWANCE: Final = "review.energy_consistent.allowance"
FLOWS: Final = "dossier.energy.flows"

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


class Beside(NamedTuple):
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


class _Compared(NamedTuple):
    """What the finding is explained with: the totals in the order in which a dossier states them."""

    subject: Subject
    balance: Balance
    allowance: Decimal

    @property
    def totals(self) -> list[Beside]:
        return [_beside(self, field) for field in UNITS]

    @property
    def wrong(self) -> list[Beside]:
        return [one for one in self.totals if one.contradicts]


def account_finding(subject: Subject) -> Finding:
    """Every line is a part; a total that contradicts its lines fails, one that cannot be told is unknown.

    Sources: GB/T 2589-2020; order 31 of 2025, article 12.
    """
    if not subject.dossier.energy.flows:
        return subject.look(RULE, _stated).holds(NOTHING_TO_COMPUTE)
    law, balance = subject.law, subject.balance
    if law is None or balance is None:
        return subject.look(RULE, _stated).asks_for((APPLICATION_DATE,), DAY_NOT_STATED)
    allowance = law.on(ALLOWANCE)
    if allowance is None:
        return subject.look(RULE, _stated).undecided(NO_ALLOWANCE)
    compared = _Compared(subject, balance, allowance.number)
    seen = Look((subject.start(RULE), _inputs, _under, None, _parts, compared))
    for field in UNITS:
        if _beside(compared, field).contradicts:
            return seen.fails(_wrong, _remedies)
    if balance.problems:
        # What the applicant can mend is asked for first; what remains is for a person.
        missing = tuple(dict.fromkeys([place_of(problem) for problem in balance.problems if problem.mend]))
        return seen.asks_for(missing, _problems) if missing else seen.undecided(_problems)
    return seen.asks_for((FLOWS,), TOO_LARGE) if None in subject.computed else seen.holds(_all)


def _beside(of: _Compared, field: str) -> Beside:
    subject, balance, allowance = of
    amount, computed = getattr(subject.dossier.energy, TOTALS[field]), getattr(subject.computed, TOTALS[field])
    low = high = computed or NOTHING
    if field == KWH and (power := balance.electricity) is not None:
        low, high = max(WIDE.subtract(low, power.sold_kwh), NOTHING), WIDE.add(high, power.internal_kwh)
    if (basis := BASIS_OF.get(field)) is not None:
        low = _without_slack(low, balance, basis)
    wrong = amount is not None and computed is not None and _contradicts(amount, low, high, allowance)
    return Beside(field, amount, computed, low, high, allowance, wrong)


def _contradicts(amount: Decimal, low: Decimal, high: Decimal, allowance: Decimal) -> bool:
    """At a bound with its allowance for rounding still agrees."""
    return not WIDE.multiply(low, 1 - allowance) <= amount <= WIDE.multiply(high, 1 + allowance)


def _without_slack(tce: Decimal, balance: Balance, basis: Basis) -> Decimal:
    kgce = slack(balance.lines, basis)
    return max(WIDE.subtract(tce, WIDE.multiply(kgce, TCE_PER_KGCE)), NOTHING) if kgce else tce


# What explains it, made when somebody reads it.


def _stated(subject: Subject) -> Inputs:
    return subject.stated


def _inputs(of: _Compared) -> Inputs:
    return of.subject.stated


def _under(of: _Compared) -> tuple[Citation, ...]:
    """What the totals that are compared or used rest on; the rest stands under its own part."""
    subject, under = of.subject, []
    law, equivalent_stated = subject.law, subject.dossier.energy.tce_equivalent is not None
    assert law is not None
    for line in of.balance.lines:
        if line.calorific is not None and line.kgce_calorific:
            under.append(line.calorific.citation)
        if equivalent_stated and line.equivalent is not None:
            under.append(line.equivalent.citation)
    allowance = law.on(ALLOWANCE)
    return (*under, *methods_of(of.balance, law), *(() if allowance is None else (allowance.citation,)))


def _parts(of: _Compared) -> tuple[Finding, ...]:
    rule, account = of.subject.start(RULE).rule, of.subject.account
    assert account is not None
    return (*shown_parts(rule, of.subject, account), *(_total_part(rule, one) for one in of.totals))


def _total_part(rule: RuleText, one: Beside) -> Finding:
    inputs = () if one.stated is None else ((one.field, written(one.field, one.stated)),)
    seen, words = look_at(rule, inputs, (), NAMES[one.field]), _words(one)
    if one.contradicts:
        return seen.fails(words)
    return seen.comes_to(Verdict.UNKNOWN, words, None) if one.computed is None else seen.holds(words)


def _all(of: _Compared) -> Text:
    return joined([_words(one) for one in of.totals])


def _wrong(of: _Compared) -> Text:
    return joined([_words(one) for one in of.wrong])


def _problems(of: _Compared) -> Text:
    return joined([problem.text for problem in of.balance.problems])


def _words(one: Beside) -> Text:
    return _contradiction(one) if one.contradicts else _agreement(one)


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


def _remedies(of: _Compared) -> tuple[Remedy, ...]:
    """The computed total in the place of the stated one; compared before it is given, as the stated one was."""
    one = of.wrong[0]
    if len(of.wrong) > 1 or of.balance.problems or None in of.subject.computed:
        return ()
    assert one.stated is not None
    assert one.computed is not None
    if _contradicts(one.computed, one.low, one.high, one.allowance):
        return ()
    stated, needed = written(one.field, one.stated), written(one.field, one.computed)
    text = Text(
        "{name}由 {stated} 改为 {needed} 即相符",
        "{name}: {needed} in the place of {stated} agrees",
        name=NAMES[one.field],
        stated=stated,
        needed=needed,
    )
    return (Remedy(one.field, stated, needed, text),)
