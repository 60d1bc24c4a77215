"""How a year will end: what is granted, taken and still to be taken, and the line through the months that are known.

The line is that of least squares through the known months, in whole numbers; it fills the months that are not known,
none of them below zero, and their sum is rounded up once: too much consumption is foreseen rather than too little.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil
from typing import Final

from budget.domain.periods.derivation import consumption
from budget.domain.periods.instruments import UNITS, Instrument, Measure
from budget.domain.periods.statistics import MONTHS, Period, Stage, Statistic
from kernel.regions import RegionCode
from kernel.text import Text
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

OUTLOOK_RULE: Final = "budget.period.outlook"
LINE_MONTHS: Final = 2
"""What a line needs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An account by what was known: as it stood on the day, and what begins until the end of the year (`phased`)."""

    granted: int
    held: int
    posted: int
    phased: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast looks at. `months` and `previous` are statistics as they were known at `known_at`."""

    region: RegionCode
    year: int
    instrument: Instrument
    measure: Measure
    on: date
    known_at: datetime
    taken: Taken
    months: Sequence[Statistic]
    whole_year: Statistic | None = None
    previous: Statistic | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """`statistic` is None for a month that the line fills."""

    month: int
    value: int
    statistic: Statistic | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """None: not known, which is no good sign by itself."""

    outlook: Outlook
    months: tuple[Month, ...]
    expected_consumption: int | None
    charge: int | None
    remainder: int | None
    lower: int | None
    upper: int | None
    missing_months: tuple[int, ...]
    finding: Finding


def forecast(outlook: Outlook, policy: PolicyBundle) -> Forecast:
    """Expected at 31 December: granted - posted - held - phased - what of the consumption counts."""
    known = {one.period.month: one for one in outlook.months}
    months = filled(known)
    expected = _consumed(outlook.whole_year, months)
    settled = {month: one for month, one in known.items() if one.stage is not Stage.PROVISIONAL}
    final_year = outlook.whole_year if _settled(outlook.whole_year) else None
    by_final = _consumed(final_year, filled(settled))
    remainder = _remainder(outlook, expected)
    bounds = sorted(one for one in (remainder, _remainder(outlook, by_final)) if one is not None)
    both = len(bounds) == 2  # by all figures, and by final ones
    missing = _missing(outlook, known)
    return Forecast(
        outlook=outlook,
        months=months,
        expected_consumption=expected,
        charge=_charge(outlook, expected),
        remainder=remainder,
        lower=bounds[0] if both else None,
        upper=bounds[-1] if both else None,
        missing_months=missing,
        finding=_finding(outlook, expected, remainder, missing, policy=policy),
    )


def filled(known: Mapping[int, Statistic]) -> tuple[Month, ...]:
    """All twelve months when a line can be laid, else those that are known."""
    stated = [Month(month, known[month].value, known[month]) for month in sorted(known)]
    if len(stated) == MONTHS or len(stated) < LINE_MONTHS:
        return tuple(stated)
    open_months = [month for month in range(1, MONTHS + 1) if month not in known]
    exact = line([(one.month, one.value) for one in stated], open_months)
    # Each month is shown rounded; together they give the sum rounded up once.
    total, shown, values = Fraction(0), 0, {}
    for month in open_months:
        total += exact[month]
        values[month] = ceil(total) - shown
        shown += values[month]
    return tuple(sorted((*stated, *(Month(m, v) for m, v in values.items())), key=lambda one: one.month))


def line(points: Sequence[tuple[int, int]], at: Iterable[int]) -> dict[int, Fraction]:
    """The line of least squares through at least two points of different months; nothing below zero."""
    count = len(points)
    sum_x, sum_y = sum(x for x, _ in points), sum(y for _, y in points)
    across = count * sum(x * x for x, _ in points) - sum_x**2
    slope = Fraction(count * sum(x * y for x, y in points) - sum_x * sum_y, across)
    return {x: max(Fraction(0), (sum_y - slope * sum_x) / count + slope * x) for x in at}


def _consumed(whole_year: Statistic | None, months: Sequence[Month]) -> int | None:
    if whole_year is not None:
        return whole_year.value
    return sum(month.value for month in months) if len(months) == MONTHS else None


def _settled(statistic: Statistic | None) -> bool:
    return statistic is not None and statistic.stage is not Stage.PROVISIONAL


def _charge(outlook: Outlook, consumed: int | None) -> int | None:
    """All that is consumed counts against a total; against an increment, what is more than in the year before."""
    if consumed is None:
        return None
    if outlook.measure is Measure.TOTAL:
        return consumed
    return max(0, consumed - outlook.previous.value) if outlook.previous is not None else None


def _remainder(outlook: Outlook, consumed: int | None) -> int | None:
    charge, taken = _charge(outlook, consumed), outlook.taken
    if charge is None:
        return None
    return taken.granted - taken.posted - taken.held - taken.phased - charge


def _missing(outlook: Outlook, known: Mapping[int, Statistic]) -> tuple[int, ...]:
    """Months that were over on the day and have no figure."""
    over = (month for month in range(1, MONTHS + 1) if Period(outlook.year, month=month).until <= outlook.on)
    return tuple(month for month in over if month not in known)


def _finding(
    outlook: Outlook, expected: int | None, remainder: int | None, missing: tuple[int, ...], *, policy: PolicyBundle
) -> Finding:
    rule = policy.rule(OUTLOOK_RULE)
    series = consumption(outlook.region, outlook.instrument)
    names = [f"{series}/{Period(outlook.year, month=month)}" for month in missing]
    if remainder is None and expected is not None:
        names.append(f"{series}/{outlook.year - 1}")
    verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_input
    because = Text(
        "已知月份不足以推算全年: 未知, 不等于零", "the known months do not tell the year: unknown, which is not zero"
    )
    if remainder is not None:
        verdict = Verdict.HOLDS if remainder >= 0 else Verdict.FAILS
        leads_to = rule.on_holds if remainder >= 0 else rule.on_fails
        because = Text(
            "预计年末余额 {remainder} {unit} (未知月份按已知月份的最小二乘直线推算, 向上取整)",
            "{remainder} {unit} is expected to be left at the end of the year (months not known follow the line of "
            "least squares through those known, rounded up)",
            remainder=remainder,
            unit=UNITS[outlook.instrument],
        )
    under = rule.clauses_on(date(outlook.year, 1, 1))
    return Finding(
        rule.id,
        rule.title,
        verdict,
        because,
        _inputs(outlook, expected),
        under,
        leads_to=leads_to,
        missing=tuple(names),
    )


def _inputs(outlook: Outlook, expected: int | None) -> tuple[tuple[str, str], ...]:
    taken = outlook.taken
    shown = [
        ("granted", str(taken.granted)),
        ("held", str(taken.held)),
        ("posted", str(taken.posted)),
        ("phased", str(taken.phased)),
        ("measure", outlook.measure.value),
        *((f"month_{one.period.month:02}", f"{one.value} ({one.name}, {one.stage.value})") for one in outlook.months),
    ]
    if outlook.whole_year is not None:
        shown.append(("whole_year", f"{outlook.whole_year.value} ({outlook.whole_year.name})"))
    if outlook.previous is not None:
        shown.append(("previous_consumption", f"{outlook.previous.value} ({outlook.previous.name})"))
    if expected is not None:
        shown.append(("expected_consumption", str(expected)))
    return tuple(shown)
