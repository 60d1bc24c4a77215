"""An envelope from base consumption, target and expected GDP: exact when all is known, and unknown by name when not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budget.domain.periods.derivation import Asked, Derived, Known, StatedGdp, derive, needed
from budget.domain.periods.instruments import Instrument, Measure
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from budget.domain.periods.targets import StatedTarget
from kernel.pace import Pace
from kernel.quantities import Basis
from kernel.regions import RegionCode
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

PROVINCE, PREFECTURE = RegionCode("630000"), RegionCode("630100")
KNOWN_AT = datetime(2023, 2, 1, tzinfo=UTC)
GDP = StatedGdp(330_000_000_000, 2020, "虚构预测文件")
BASE, BASE_GDP, BEFORE = 40_000_000_000, 300_000_000_000, 40_000_000_000
"""kgce, CNY, kgce."""


def asked(region: RegionCode = PROVINCE, year: int = 2022, **changes: object) -> Asked:
    return replace(Asked(region, year, Instrument.ENERGY, Measure.TOTAL, gdp=GDP), **changes)  # type: ignore[arg-type]


def figure(
    kind: Kind, year: int, value: int, *, region: RegionCode = PROVINCE, stage: Stage = Stage.FINAL
) -> Statistic:
    basis = Basis.CALORIFIC if kind is Kind.ENERGY else None
    series = Series(region, kind, basis, 2020 if kind is Kind.GDP else None)
    return Statistic(series, Period(year), stage, value, "虚构年鉴", 1, KNOWN_AT)


def known(region: RegionCode = PROVINCE, **changes: Statistic | None) -> Known:
    whole = Known(
        base_consumption=figure(Kind.ENERGY, 2020, BASE, region=region),
        base_gdp=figure(Kind.GDP, 2020, BASE_GDP, region=region),
        previous_consumption=figure(Kind.ENERGY, 2021, BEFORE, region=region),
    )
    return replace(whole, **changes)


def found(derived: Derived, rule: str) -> Finding:
    return next(one for one in derived.findings if one.rule == rule)


def test_the_province_s_own_target_makes_the_envelope_with_its_arithmetic(policy: PolicyBundle) -> None:
    derived = derive(asked(), known(), policy)

    made = derived.derivation
    assert (made.target_pct, made.pace, made.factor) == (Decimal("-12.5"), Pace.COMPOUNDING, Decimal("0.947988"))
    assert made.allowed_total is not None
    # 40e9 x 1.1 x 0.875^(2/5), to the kilogram below.
    total = made.allowed_total
    assert total**5 * 8**2 * 10**5 <= (BASE * 11) ** 5 * 7**2 < (total + 1) ** 5 * 8**2 * 10**5
    assert made.increment == made.allowed_total - BEFORE
    assert [one.verdict for one in derived.findings] == [Verdict.HOLDS] * 2
    assert (
        "x (1 - 12.5%)^(2/5) (约 0.947988; 精确计算后一次向下取整)"
        in found(derived, "budget.period.envelope").because.zh
    )
    assert f"= {total} kgce" in found(derived, "budget.period.envelope").because.zh
    cited = {one.parameter for finding in derived.findings for one in finding.under}
    assert {"target.qinghai.energy_intensity", "target.pace.method"} <= cited


def test_the_linear_pace_is_kept_with_the_result(policy: PolicyBundle) -> None:
    derived = derive(asked(pace=Pace.LINEAR), known(), policy)
    made = derived.derivation

    assert "x (1 - 12.5% x 2/5) (about 0.95;" in found(derived, "budget.period.envelope").because.en

    assert (made.pace, made.factor, made.allowed_total) == (Pace.LINEAR, Decimal("0.95"), 41_800_000_000)


@pytest.mark.parametrize(
    ("gap", "named"),
    [
        ("base_consumption", "630000/energy_kgce/当量/2020"),
        ("base_gdp", "630000/gdp_cny/2020/2020"),
    ],
)
def test_a_figure_that_is_missing_is_named_and_nothing_is_computed(gap: str, named: str, policy: PolicyBundle) -> None:
    derived = derive(asked(), replace(known(), **{gap: None}), policy)

    finding = found(derived, "budget.period.envelope")
    assert (finding.verdict, finding.leads_to, finding.missing) == (Verdict.UNKNOWN, Disposition.RETURN, (named,))
    assert derived.derivation.allowed_total is None


def test_without_the_year_before_the_total_is_known_and_the_increment_is_not(policy: PolicyBundle) -> None:
    derived = derive(asked(measure=Measure.INCREMENT), known(previous_consumption=None), policy)

    assert derived.derivation.allowed_total is not None
    assert derived.derivation.increment is None
    assert found(derived, "budget.period.envelope").missing == ("630000/energy_kgce/当量/2021",)


def test_without_an_expected_gdp_nothing_is_computed(policy: PolicyBundle) -> None:
    derived = derive(asked(gdp=None), known(base_gdp=None), policy)

    assert found(derived, "budget.period.envelope").missing == ("expected_gdp_cny",)


def test_a_base_gdp_of_zero_divides_nothing(policy: PolicyBundle) -> None:
    derived = derive(asked(), known(base_gdp=figure(Kind.GDP, 2020, 0)), policy)

    assert derived.derivation.allowed_total is None
    assert found(derived, "budget.period.envelope").missing == ("630000/gdp_cny/2020/2020 v1",)


@pytest.mark.parametrize("measure", list(Measure))
def test_a_region_below_the_province_never_takes_the_province_s_target(measure: Measure, policy: PolicyBundle) -> None:
    derived = derive(asked(PREFECTURE, measure=measure), known(PREFECTURE), policy)

    target = found(derived, "budget.period.target")
    assert (target.verdict, target.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert target.missing == ("stated_target", "target_document")
    assert derived.derivation.allowed_total is None


def test_a_region_s_own_document_states_its_target(policy: PolicyBundle) -> None:
    stated = StatedTarget(Decimal(-10), "虚构西宁市文件")

    derived = derive(asked(PREFECTURE, target=stated, pace=Pace.LINEAR), known(PREFECTURE), policy)

    assert derived.derivation.allowed_total == 44_000_000_000 * 96 // 100
    assert "虚构西宁市文件" in found(derived, "budget.period.target").because.zh


def test_a_stated_target_never_replaces_the_law_s(policy: PolicyBundle) -> None:
    derived = derive(asked(target=StatedTarget(Decimal(-10), "虚构文件")), known(), policy)

    assert found(derived, "budget.period.target").verdict is Verdict.FAILS
    assert derived.derivation.allowed_total is None


@pytest.mark.parametrize(
    ("year", "instrument", "verdict"),
    [
        (2025, Instrument.ENERGY, Verdict.HOLDS),
        (2026, Instrument.ENERGY, Verdict.UNKNOWN),
        (2025, Instrument.CARBON, Verdict.FAILS),
        (2026, Instrument.CARBON, Verdict.UNKNOWN),
    ],
)
def test_the_plan_period_decides_which_target_there_is(
    year: int, instrument: Instrument, verdict: Verdict, policy: PolicyBundle
) -> None:
    derived = derive(asked(year=year, instrument=instrument), known(), policy)

    assert found(derived, "budget.period.target").verdict is verdict


def test_a_carbon_envelope_of_2026_rests_on_the_target_that_a_document_states(policy: PolicyBundle) -> None:
    stated = StatedTarget(Decimal(-15), "虚构“十五五”文件")
    ask = asked(year=2026, instrument=Instrument.CARBON, target=stated, pace=Pace.LINEAR)
    figures = Known(figure(Kind.CARBON, 2025, 50_000_000_000), figure(Kind.GDP, 2025, 330_000_000_000))

    derived = derive(ask, figures, policy)

    assert derived.derivation.plan is not None
    assert (derived.derivation.plan.base_year, derived.derivation.plan.years) == (2025, 5)
    assert derived.derivation.allowed_total == 48_500_000_000


def test_what_is_read_is_on_the_basis_that_the_account_is_kept_on(policy: PolicyBundle) -> None:
    reads = needed(asked(), policy)

    assert reads.base_consumption is not None
    assert reads.base_consumption[0].basis is Basis.CALORIFIC
    assert reads.base_gdp == (Series(PROVINCE, Kind.GDP, price_year=2020), Period(2020))


def test_more_than_an_account_can_hold_is_no_envelope(policy: PolicyBundle) -> None:
    huge = asked(gdp=StatedGdp(10**18, 2020, "单位写错的文件"))

    derived = derive(huge, known(base_gdp=figure(Kind.GDP, 2020, 1)), policy)

    assert derived.derivation.allowed_total is None
    assert found(derived, "budget.period.envelope").verdict is Verdict.FAILS


def test_a_fall_below_the_year_before_grants_no_increment(policy: PolicyBundle) -> None:
    before = figure(Kind.ENERGY, 2021, 99 * 10**9)

    derived = derive(asked(measure=Measure.INCREMENT), known(previous_consumption=before), policy)

    assert derived.derivation.increment is not None
    assert derived.derivation.increment < 0
    assert found(derived, "budget.period.envelope").verdict is Verdict.FAILS


def test_provisional_figures_are_said_to_be_so(policy: PolicyBundle) -> None:
    base = figure(Kind.ENERGY, 2020, BASE, stage=Stage.PROVISIONAL)

    because = found(derive(asked(), known(base_consumption=base), policy), "budget.period.envelope").because

    assert "初步数" in because.zh
    assert "provisional" in because.en


def test_the_law_is_that_of_the_year_not_of_the_day_of_asking(policy: PolicyBundle) -> None:
    under = found(derive(asked(), known(), policy), "budget.period.target").under

    assert all(one.in_force_from <= date(2022, 1, 1) for one in under)
