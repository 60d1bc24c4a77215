"""What a region has reached of each target by the end of a year, as far as it was known."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kernel.pace import Pace
from statute.finding import Verdict
from statute.loader import PolicyBundle
from targets.domain.assessment.assessing import indicators_of
from targets.domain.assessment.gathering import progress_at
from targets.domain.assessment.progress import Progress
from targets.domain.indicators import indicators_on
from targets.domain.periods import Years, year_to
from targets.domain.places import Place
from targets.domain.reports import Comparison, Report, ReportStatus, Requirement, Series
from targets.domain.targets import Target, known_targets

XINING = Place("630100")
QINGHAI = Place("630000")
NOW = datetime(2026, 1, 20, tzinfo=UTC)
END = date(2025, 12, 31)


def report(actual: str, indicator: str = "energy_intensity", **changed: Any) -> Report:
    given: dict[str, Any] = {
        "comparison": Comparison.BASE_YEAR,
        "last": END,
        "status": ReportStatus.FINAL,
        "requirement": None,
        "version": 1,
        "place": XINING,
    } | changed
    return Report(
        Series(given["place"], indicator, given["comparison"]),
        year_to(given["last"]),
        Decimal(actual),
        "%",
        given["requirement"],
        given["status"],
        "试验用统计公报",
        given["version"],
        NOW,
    )


def target(value: str = "-12.5", indicator: str = "energy_intensity") -> Target:
    return Target(
        XINING,
        indicator,
        Years(2021, 2025),
        Decimal(value),
        2020,
        Pace.COMPOUNDING,
        "试验用分解文件",
        date(2021, 1, 1),
        version=1,
        known_at=NOW,
    )


def of(indicator: str, policy: PolicyBundle, targets: list[Target], reports: list[Report], day: date = END) -> Progress:
    return progress_at(XINING, day, targets=targets, reports=reports, policy=policy)[indicator]


@pytest.mark.parametrize(
    ("actual", "verdict"), [("-12.51", Verdict.HOLDS), ("-12.5", Verdict.HOLDS), ("-12.49", Verdict.FAILS)]
)
def test_a_fall_meets_its_target_when_it_is_as_deep(actual: str, verdict: Verdict, policy: PolicyBundle) -> None:
    found = of("energy_intensity", policy, [target()], [report(actual)])

    assert found.verdict is verdict
    assert found.required == Decimal("-12.5")
    assert (found.pace, found.status, found.target_document) == ("compounding", "final", "试验用分解文件")


def test_by_the_end_of_a_year_on_the_way_the_pace_says_what_is_required(policy: PolicyBundle) -> None:
    day = date(2023, 12, 31)

    found = of("energy_intensity", policy, [target()], [report("-7.7", last=day)], day)

    printed = policy.on("target.pace.down_12_5.cumulative", day)
    assert printed is not None
    assert found.required is not None
    assert round(found.required, 3) == printed.number
    assert found.verdict is Verdict.HOLDS


def test_a_share_is_good_when_it_is_as_high(policy: PolicyBundle) -> None:
    reports = [report("52.2", "non_fossil_share", comparison=Comparison.NONE)]

    found = of("non_fossil_share", policy, [target("52.2", "non_fossil_share")], reports)

    assert found.verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("targets", "reports", "missing"),
    [
        ([], [report("-13")], ("energy_intensity.required",)),
        ([target()], [], ("energy_intensity.actual",)),
        ([target()], [report("-13", comparison=Comparison.YEAR_BEFORE)], ("energy_intensity.actual",)),
        ([target()], [report("-13", last=date(2025, 9, 30))], ("energy_intensity.actual",)),
    ],
)
def test_a_figure_of_another_kind_or_period_is_no_figure_of_the_year(
    targets: list[Target], reports: list[Report], missing: tuple[str, ...], policy: PolicyBundle
) -> None:
    found = of("energy_intensity", policy, targets, reports)

    assert (found.verdict, found.missing) == (Verdict.UNKNOWN, missing)


def test_a_requirement_stated_with_the_report_stands_where_no_target_is_known(policy: PolicyBundle) -> None:
    found = of("energy_intensity", policy, [], [report("-13", requirement=Requirement(Decimal(-12)))])

    assert (found.required, found.verdict, found.target) == (Decimal(-12), Verdict.HOLDS, None)


def test_the_revised_figure_counts_and_a_provisional_one_after_it_does_not(policy: PolicyBundle) -> None:
    reports = [
        report("-12", status=ReportStatus.PROVISIONAL, version=1),
        report("-13", status=ReportStatus.REVISED, version=2),
        report("-11", status=ReportStatus.PROVISIONAL, version=3),
    ]

    assert of("energy_intensity", policy, [target()], reports).actual == -13


def test_the_provinces_own_targets_are_those_of_the_law(policy: PolicyBundle) -> None:
    law = known_targets(QINGHAI, (), policy)
    reports = [report("-12.6", place=QINGHAI)]

    found = progress_at(QINGHAI, END, targets=law, reports=reports, policy=policy)

    assert found["energy_intensity"].verdict is Verdict.HOLDS
    assert found["forest_cover"].missing == ("forest_cover.actual",)
    assert {citation.parameter for citation in found["energy_intensity"].under} >= {"target.qinghai.energy_intensity"}


@pytest.mark.parametrize("day", [END, date(2026, 12, 31)])
def test_what_an_assessment_reads_from_reports_is_an_indicator_that_is_reported(
    day: date, policy: PolicyBundle
) -> None:
    assert set(indicators_of(day, policy)) <= indicators_on(day, policy).keys()
