"""Computes an envelope from a region's statistics and its target: a proposal with its arithmetic, granting nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from budget.domain.periods.instruments import UNITS, Instrument, Measure
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from budget.domain.periods.targets import PlanPeriod, StatedTarget, Target, target_of
from kernel.pace import PER_CENT, Pace, allowed, factor
from kernel.quantities import Basis, plain
from kernel.regions import RegionCode
from kernel.text import Text
from ledger.accounts import GRANTED_MAX
from statute.finding import Citation, Finding, Verdict
from statute.loader import PolicyBundle

ENVELOPE_RULE: Final = "budget.period.envelope"
PACE_METHOD: Final = "target.pace.method"
EXPECTED_GDP: Final = "expected_gdp_cny"


@dataclass(frozen=True, slots=True)
class StatedGdp:
    """The region's expected GDP of the year in CNY, at the prices of a year, and the document that states it."""

    cny: int
    price_year: int
    document: str


@dataclass(frozen=True, slots=True)
class Asked:
    region: RegionCode
    year: int
    instrument: Instrument
    measure: Measure
    gdp: StatedGdp | None = None
    target: StatedTarget | None = None
    pace: Pace | None = None
    """None: the policy's."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One input with where it is from; `stage` is None for what the request states."""

    source: str
    value: int
    document: str
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """allowed_total = base_consumption * expected_gdp / base_gdp * factor, rounded down once. None: not known."""

    plan: PlanPeriod | None
    pace: Pace
    target_pct: Decimal | None
    factor: Decimal | None
    base_consumption: Figure | None
    base_gdp: Figure | None
    expected_gdp: Figure | None
    previous_consumption: Figure | None
    allowed_total: int | None
    increment: int | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those that are known, of the statistics and of the request."""
        stated = (self.base_consumption, self.base_gdp, self.expected_gdp, self.previous_consumption)
        return tuple(figure for figure in stated if figure is not None)

    def amount(self, measure: Measure) -> int | None:
        return self.allowed_total if measure is Measure.TOTAL else self.increment


@dataclass(frozen=True, slots=True)
class Derived:
    derivation: Derivation
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """The series and periods that a derivation reads. None: its period, or its prices, are not known."""

    base_consumption: tuple[Series, Period] | None
    base_gdp: tuple[Series, Period] | None
    previous_consumption: tuple[Series, Period]


def consumption(region: RegionCode, instrument: Instrument) -> Series:
    """What counts against an account: energy on the basis that the account is kept on, and no other (L2)."""
    if instrument is Instrument.ENERGY:
        return Series(region, Kind.ENERGY, basis=Basis.CALORIFIC)
    return Series(region, Kind.CARBON)


def needed(asked: Asked, policy: PolicyBundle) -> Needed:
    plan = _target(asked, policy).plan
    used = consumption(asked.region, asked.instrument)
    base = Period(plan.base_year) if plan is not None else None
    gdp = Series(asked.region, Kind.GDP, price_year=asked.gdp.price_year) if asked.gdp is not None else None
    return Needed(
        base_consumption=(used, base) if base is not None else None,
        base_gdp=(gdp, base) if base is not None and gdp is not None else None,
        previous_consumption=(used, Period(asked.year - 1)),
    )


def derive(asked: Asked, known: "Known", policy: PolicyBundle) -> Derived:
    """What is missing is named, and what rests on it is None. Rounds down, to one unit, once."""
    target = _target(asked, policy)
    pace, method = _pace(asked, policy)
    gdp = Figure(EXPECTED_GDP, asked.gdp.cny, asked.gdp.document) if asked.gdp is not None else None
    total = _total(known, gdp, target, pace)
    previous = known.previous_consumption
    derivation = Derivation(
        plan=target.plan,
        pace=pace,
        target_pct=target.pct,
        factor=_factor(target, pace),
        base_consumption=_figure(known.base_consumption),
        base_gdp=_figure(known.base_gdp),
        expected_gdp=gdp,
        previous_consumption=_figure(previous),
        allowed_total=total,
        increment=total - previous.value if total is not None and previous is not None else None,
    )
    return Derived(derivation, (target.finding, _finding(asked, derivation, method, policy)))


@dataclass(frozen=True, slots=True)
class Known:
    """What the statistics say of what is needed; None where they say nothing."""

    base_consumption: Statistic | None = None
    base_gdp: Statistic | None = None
    previous_consumption: Statistic | None = None


def _target(asked: Asked, policy: PolicyBundle) -> Target:
    return target_of(asked.region, asked.year, asked.instrument, asked.target, policy=policy)


def _pace(asked: Asked, policy: PolicyBundle) -> tuple[Pace, tuple[Citation, ...]]:
    version = policy.on(PACE_METHOD, date(asked.year, 1, 1))
    usual = Pace(version.word) if version is not None else Pace.COMPOUNDING
    return asked.pace or usual, (version.citation,) if version is not None else ()


def _factor(target: Target, pace: Pace) -> Decimal | None:
    if target.pct is None or target.plan is None:
        return None
    return factor(target.pct, year=target.plan.year, years=target.plan.years, pace=pace)


def _total(known: Known, gdp: Figure | None, target: Target, pace: Pace) -> int | None:
    base, base_gdp = known.base_consumption, known.base_gdp
    if base is None or base_gdp is None or not base_gdp.value or gdp is None:
        return None
    if target.pct is None or target.plan is None:
        return None
    uncut = Fraction(base.value) * gdp.value / base_gdp.value
    total = allowed(uncut, target.pct, year=target.plan.year, years=target.plan.years, pace=pace)
    return total if total <= GRANTED_MAX else None


def _figure(statistic: Statistic | None) -> Figure | None:
    if statistic is None:
        return None
    return Figure(statistic.name, statistic.value, statistic.document, statistic.stage)


def _finding(asked: Asked, made: Derivation, method: tuple[Citation, ...], policy: PolicyBundle) -> Finding:
    rule = policy.rule(ENVELOPE_RULE)
    missing = _missing(asked, made, policy)
    amount = made.amount(asked.measure)
    if amount is not None:
        verdict = Verdict.HOLDS if 0 < amount <= GRANTED_MAX else Verdict.FAILS
        because, leads_to = _arithmetic(asked, made), rule.on_holds if verdict is Verdict.HOLDS else rule.on_fails
    elif missing or made.target_pct is None:
        verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_input
        names = ", ".join(missing) or "target"
        because = Text(
            "尚缺 {missing}: 未知, 不等于零, 因此无法测算",
            "not known, which is not zero: {missing}; so nothing can be computed",
            missing=names,
        )
    else:
        verdict, leads_to = Verdict.FAILS, rule.on_fails
        because = Text(
            "测算结果超过账本上限: 请核对计量单位", "the result is more than an account holds: check the units"
        )
    under = (*rule.clauses_on(date(asked.year, 1, 1)), *method)
    return Finding(rule.id, rule.title, verdict, because, _inputs(made), under, leads_to=leads_to, missing=missing)


def _missing(asked: Asked, made: Derivation, policy: PolicyBundle) -> tuple[str, ...]:
    """What has to be added before the amount is known, by its name; what the other finding names is left to it."""
    if made.amount(asked.measure) is not None:
        return ()
    asks = needed(asked, policy)
    found = [
        (made.base_consumption, asks.base_consumption),
        (made.base_gdp, asks.base_gdp),
        (made.previous_consumption, asks.previous_consumption if asked.measure is Measure.INCREMENT else None),
    ]
    names = [f"{one[0]}/{one[1]}" for figure, one in found if figure is None and one is not None]
    if made.base_gdp is not None and not made.base_gdp.value:
        names.append(made.base_gdp.source)
    return (*((EXPECTED_GDP,) if made.expected_gdp is None else ()), *names)


def _arithmetic(asked: Asked, made: Derivation) -> Text:
    assert made.base_consumption is not None
    assert made.base_gdp is not None
    assert made.expected_gdp is not None
    assert made.allowed_total is not None
    previous = made.previous_consumption
    more = Text("", "")
    if previous is not None and made.increment is not None:
        more = Text(
            "; 减上年 {previous}, 增量为 {increment} {unit}",
            "; less {previous} of the year before, the increment is {increment} {unit}",
            previous=previous.value,
            increment=made.increment,
            unit=UNITS[asked.instrument],
        )
    provisional = Text("", "")
    figures = (made.base_consumption, made.base_gdp, previous)
    if any(figure is not None and figure.stage is Stage.PROVISIONAL for figure in figures):
        provisional = Text("; 所用数据含初步数", "; provisional figures are among the inputs")
    return Text(
        "{base} x {expected} / {gdp} x {exact} (约 {factor}; 精确计算后一次向下取整) "
        "= {total} {unit}{more}{provisional}",
        "{base} x {expected} / {gdp} x {exact} (about {factor}; exact, then rounded down once) "
        "= {total} {unit}{more}{provisional}",
        base=made.base_consumption.value,
        expected=made.expected_gdp.value,
        gdp=made.base_gdp.value,
        exact=_exact(made),
        factor=made.factor,
        total=made.allowed_total,
        unit=UNITS[asked.instrument],
        more=more,
        provisional=provisional,
    )


def _exact(made: Derivation) -> str:
    """The factor as it is computed with, e.g. (1 - 12.5%)^(2/5)."""
    assert made.plan is not None
    assert made.target_pct is not None
    sign = "-" if made.target_pct < 0 else "+"
    change, part = f"{sign} {plain(abs(made.target_pct))}%", f"{made.plan.year}/{made.plan.years}"
    return f"(1 {change})^({part})" if made.pace is Pace.COMPOUNDING else f"(1 {change} x {part})"


def _inputs(made: Derivation) -> tuple[tuple[str, str], ...]:
    figures = {
        "base_consumption": made.base_consumption,
        "base_gdp": made.base_gdp,
        "expected_gdp": made.expected_gdp,
        "previous_consumption": made.previous_consumption,
    }
    shown = [("pace", made.pace.value)]
    for name, figure in figures.items():
        if figure is not None:
            stage = figure.stage.value if figure.stage is not None else "stated"
            shown.append((name, f"{figure.value} ({figure.source}, {stage}, {figure.document})"))
    if made.target_pct is not None:
        assert made.target_pct > -PER_CENT
        shown.append(("target_pct", plain(made.target_pct)))
    return tuple(shown)
