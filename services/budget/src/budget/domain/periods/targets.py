"""Which intensity target binds a region in a year: the law's on file, or the one that its own document states."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from budget.domain.periods.instruments import Instrument
from kernel.quantities import plain
from kernel.regions import RegionCode, province_of
from kernel.text import Text, joined
from statute.finding import Citation, Disposition, Finding, Verdict
from statute.law import RuleText
from statute.loader import PolicyBundle
from statute.parameter import Version

TARGET_RULE: Final = "budget.period.target"
CARBON_STEP: Final = "budget.carbon.step"
CARBON_BEGINS: Final = "intensity_first"
ENERGY_STANDING: Final = "target.national.energy_intensity.standing"
STATED: Final = "stated_target"


@dataclass(frozen=True, slots=True)
class StatedTarget:
    """A target that a document of the region states, in per cent of change over the plan period."""

    pct: Decimal
    document: str


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """Invariant: the year lies in it."""

    base_year: int
    years: int
    year: int


@dataclass(frozen=True, slots=True)
class Target:
    """`pct` is None when no target is known, `plan` when not even the period is on file."""

    pct: Decimal | None
    plan: PlanPeriod | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    because: Text
    pct: Decimal | None = None
    leads_to: Disposition | None = None
    missing: tuple[str, ...] = ()


def target_of(
    region: RegionCode, year: int, instrument: Instrument, stated: StatedTarget | None, *, policy: PolicyBundle
) -> Target:
    """The province's target is the law's; below it only what the region's own document states. Never one for another.

    A target in the place of one that is on file is refused, and a carbon budget before the law's step to carbon.
    """
    day = date(year, 1, 1)
    rule = policy.rule(TARGET_RULE)
    on_file = _on_file(instrument, day, policy)
    judged = _too_early(instrument, day, rule, policy) or _judged(region, stated, on_file, rule)
    inputs = [("region_code", str(region)), ("year", str(year)), ("instrument", instrument.value)]
    if stated is not None:
        inputs += [(STATED, f"{plain(stated.pct)} %"), ("target_document", stated.document)]
    finding = Finding(
        rule.id,
        rule.title,
        judged.verdict,
        joined([judged.because, *_standing(instrument, day, policy)]),
        tuple(inputs),
        (*rule.clauses_on(day), *_cited(instrument, day, on_file, policy)),
        leads_to=judged.leads_to,
        missing=judged.missing,
    )
    return Target(judged.pct, _plan(year, on_file), finding)


def _on_file(instrument: Instrument, day: date, policy: PolicyBundle) -> Version | None:
    """What is noted for the province of the bundle: its period counts also where its figure was not found."""
    parameter = policy.parameters.get(f"target.{policy.province}.{instrument.value}_intensity")
    return parameter.noted_on(day) if parameter is not None else None


def _plan(year: int, on_file: Version | None) -> PlanPeriod | None:
    if on_file is None or on_file.citation.until is None:
        return None
    first, until = on_file.citation.in_force_from.year, on_file.citation.until.year
    return PlanPeriod(first - 1, until - first, year - first + 1)


def _too_early(instrument: Instrument, day: date, rule: RuleText, policy: PolicyBundle) -> _Judged | None:
    """Before the step to carbon there is no carbon budget."""
    if instrument is not Instrument.CARBON:
        return None
    step = policy.on(CARBON_STEP, day)
    if step is not None and step.word == CARBON_BEGINS:
        return None
    because = Text(
        "{year} 年尚未进入碳排放双控阶段, 不编制碳排放预算",
        "in {year} the dual control of carbon has not begun: there is no carbon budget",
        year=day.year,
    )
    return _Judged(Verdict.FAILS, because, leads_to=rule.on_fails)


def _judged(region: RegionCode, stated: StatedTarget | None, on_file: Version | None, rule: RuleText) -> _Judged:
    own = on_file if on_file is not None and region == province_of(region) else None
    if own is not None and own.value is not None:
        return _by_law(stated, own.number, rule)
    if stated is None:
        because = Text(
            "没有 {region} 在该规划期的强度目标: 未知, 不等于零; 上级目标不能代替",
            "no intensity target of {region} for the plan period is known: that is not zero, "
            "and the target of a level above does not stand in for it",
            region=region,
        )
        return _Judged(Verdict.UNKNOWN, because, leads_to=rule.on_unknown_figure, missing=(STATED, "target_document"))
    because = Text(
        "按 {document} 所载, 规划期目标为 {pct}% (平台未收录该文件, 由下达人核对)",
        "{document} states {pct} % for the plan period (not on file here: whoever adopts it checks it)",
        document=stated.document,
        pct=stated.pct,
    )
    return _Judged(Verdict.HOLDS, because, stated.pct, leads_to=rule.on_holds)


def _by_law(stated: StatedTarget | None, law: Decimal, rule: RuleText) -> _Judged:
    if stated is not None and stated.pct != law:
        because = Text(
            "申报目标 {stated}% 与收录的 {law}% 不同: 以收录的为准, 请更正",
            "the stated target of {stated} % differs from {law} % on file, which stands",
            stated=stated.pct,
            law=law,
        )
        return _Judged(Verdict.FAILS, because, leads_to=rule.on_fails)
    return _Judged(
        Verdict.HOLDS,
        Text("规划期目标为 {pct}%", "the target of the plan period is {pct} %", pct=law),
        law,
        rule.on_holds,
    )


def _standing(instrument: Instrument, day: date, policy: PolicyBundle) -> list[Text]:
    """What the nation says of an energy target of the day, where it says more than a word."""
    standing = policy.on(ENERGY_STANDING, day) if instrument is Instrument.ENERGY else None
    return [standing.words] if standing is not None and standing.words is not None else []


def _cited(instrument: Instrument, day: date, on_file: Version | None, policy: PolicyBundle) -> tuple[Citation, ...]:
    other = policy.parameter(CARBON_STEP if instrument is Instrument.CARBON else ENERGY_STANDING).noted_on(day)
    return tuple(version.citation for version in (on_file, other) if version is not None)
