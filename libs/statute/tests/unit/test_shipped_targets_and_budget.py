"""Targets and their pace, the barometer of 2021, the assessment, deductions and what they rest on."""

from datetime import date
from decimal import Decimal, localcontext

import pytest

from statute.loader import load_bundle
from statute.parameter import Version

LAW = load_bundle()


def held(parameter: str, day: date) -> Version:
    version = LAW.on(parameter, day)
    assert version is not None, parameter
    return version


FIGURES = [
    ("target.national.energy_intensity", date(2020, 12, 31), "-15"),
    ("target.national.energy_intensity", date(2021, 1, 1), "-13.5"),
    ("target.national.energy_intensity", date(2025, 12, 31), "-13.5"),
    ("target.national.energy_intensity", date(2026, 1, 1), None),
    ("target.national.energy_intensity.standing", date(2026, 1, 1), "supporting"),
    ("target.national.energy_total", date(2020, 1, 1), "5000000000"),
    ("target.national.carbon_intensity", date(2025, 12, 31), "-18"),
    ("target.national.carbon_intensity", date(2026, 1, 1), "-17"),
    ("target.national.non_fossil_share", date(2025, 1, 1), "20"),
    ("target.national.non_fossil_share", date(2030, 12, 31), "25"),
    ("target.national.energy_intensity.annual", date(2021, 7, 1), "-3"),
    ("target.national.energy_intensity.annual", date(2022, 7, 1), None),
    ("target.national.energy_intensity.annual", date(2024, 7, 1), "-2.5"),
    ("target.qinghai.energy_intensity", date(2021, 1, 1), "-12.5"),
    ("target.qinghai.energy_intensity", date(2026, 1, 1), None),
    ("target.qinghai.carbon_intensity", date(2018, 1, 1), "-12"),
    ("target.qinghai.carbon_intensity", date(2026, 1, 1), None),
    ("target.qinghai.non_fossil_share", date(2025, 12, 31), "52.2"),
    ("target.qinghai.non_fossil_share", date(2026, 1, 1), "55"),
    ("target.qinghai.forest_stock", date(2025, 1, 1), "53000000"),
    ("target.qinghai.catalogue_cited", date(2026, 1, 1), "2019年本"),
    ("assessment.energy.exceeded_from", date(2025, 12, 31), "95"),
    ("assessment.energy.exceeded_from", date(2026, 1, 1), None),
    ("assessment.dual_carbon.report_days", date(2026, 4, 11), None),
    ("assessment.dual_carbon.report_days", date(2026, 4, 12), "30"),
    ("budget.deduction.renewable_increment", date(2020, 12, 31), None),
    ("budget.deduction.renewable_increment", date(2021, 1, 1), "increment_over_the_year_before"),
    ("budget.deduction.feedstock", date(2025, 12, 31), "raw_material_of_non_energy_products"),
    ("budget.deduction.non_fossil_all", date(2025, 12, 31), "whole_consumption"),
    ("budget.deduction.non_fossil_all.certificate_share_max", date(2024, 2, 2), "0.5"),
    ("budget.certificate.tce_calorific", date(2025, 1, 1), "0.1229"),
    ("budget.certificate.tce_equivalent", date(2025, 1, 1), "0.305"),
    ("budget.certificate.validity_years", date(2025, 1, 1), "2"),
    ("budget.carbon.step", date(2025, 12, 31), "prepare"),
    ("budget.carbon.step", date(2026, 1, 1), "intensity_first"),
    ("region.suspension.report_days", date(2021, 8, 12), "20"),
    ("region.gdp.630000", date(2021, 6, 30), "3346.63"),
    ("review.time_limit.decision", date(2025, 8, 31), "20"),
    ("review.time_limit.decision", date(2025, 9, 1), "20"),
    ("review.time_limit.extension", date(2025, 9, 1), "10"),
    ("review.time_limit.completeness", date(2023, 5, 31), None),
    ("review.time_limit.completeness", date(2023, 6, 1), "5"),
    ("review.acceptance.months", date(2025, 8, 31), None),
    ("review.acceptance.months", date(2025, 9, 1), "6"),
    ("review.fee", date(2025, 9, 1), "none"),
    ("review.national_suspension", date(2025, 9, 1), "may_suspend_for_a_period"),
    ("review.qinghai.measures", date(2023, 6, 1), None),
]


@pytest.mark.parametrize(("parameter", "day", "value"), FIGURES)
def test_a_figure_stands_in_its_years(parameter: str, day: date, value: str | None) -> None:
    version = LAW.on(parameter, day)

    assert (version.citation.value if version else None) == value


@pytest.mark.parametrize("heading", ["renewable_increment", "feedstock", "non_fossil_all"])
def test_deductions_end_with_the_plan_and_what_follows_is_unknown_not_nothing(heading: str) -> None:
    noted = LAW.parameter(f"budget.deduction.{heading}").noted_on(date(2026, 1, 1))

    assert noted is not None
    assert noted.value is None
    assert noted.citation.verification == "not_found"


@pytest.mark.parametrize(
    ("target", "years"), [("12_5", (2021, 2025)), ("12", (2021, 2025)), ("13_5", None), ("18", None), ("17", None)]
)
def test_the_pace_on_file_is_the_compounded_one(target: str, years: tuple[int, int] | None) -> None:
    total = -Decimal(target.replace("_", ".")) / 100
    thousandth = Decimal("0.001")

    with localcontext(prec=50):
        rate = ((1 + total).ln() / 5).exp()
        annual = ((rate - 1) * 100).quantize(thousandth)
        due = {} if years is None else {2020 + n: ((rate**n - 1) * 100).quantize(thousandth) for n in range(1, 6)}

    assert LAW.parameter(f"target.pace.down_{target}.annual").versions[0].number == annual
    assert {year: held(f"target.pace.down_{target}.cumulative", date(year, 6, 30)).number for year in due} == due


def test_the_method_of_the_pace_is_a_choice_of_the_platform() -> None:
    method = held("target.pace.method", date(2025, 1, 1))

    assert (method.word, method.citation.kind, method.citation.verification) == (
        "compounding",
        "method",
        "policy_default",
    )
    assert method.words is not None
    assert "2.5" in method.words.zh


@pytest.mark.parametrize("scale", ["intensity", "total"])
def test_the_barometer_of_2021h1_rates_every_province_but_tibet_once(scale: str) -> None:
    levels = [
        held(f"barometer.published_2021h1.{scale}.level_{level}", date(2021, 6, 30)).list_of_words
        for level in (1, 2, 3)
    ]

    rated = [province for level in levels for province in level]
    assert len(rated) == len(set(rated)) == 30
    assert "西藏" not in rated
    assert "青海" in levels[0]


def test_the_record_of_qinghai_agrees_with_what_was_published() -> None:
    quarter, half = date(2021, 2, 1), date(2021, 6, 1)

    assert held("barometer.published_2021q1.qinghai.intensity", quarter).number == 1
    assert held("barometer.published_2021q1.qinghai.total", quarter).number == 2
    for scale in ("intensity", "total"):
        published = held(f"barometer.published_2021q1.qinghai.{scale}", quarter).number
        assert held(f"region.record.{scale}", quarter).number == published
        assert held(f"region.record.{scale}", half).number == 1
    assert held("barometer.red_of_2021h1", half).number == len(
        held("barometer.published_2021h1.intensity.level_1", half).list_of_words
    )


def test_every_figure_of_the_opinion_names_it_and_its_section() -> None:
    seed = [
        version
        for id_, parameter in LAW.parameters.items()
        if id_.startswith("target.qinghai.")
        for version in parameter.versions
        if version.citation.source == "seed"
    ]

    assert len(seed) == 16
    for version in seed:
        assert "实施意见" in version.citation.document
        assert version.citation.verification == "confirmed"
        assert version.citation.article or version.citation.parameter == "target.qinghai.issued"


def test_the_order_of_deductions_is_the_platform_s_own_and_says_so() -> None:
    order = held("budget.precedence.p4", date(2025, 1, 1))

    assert order.list_of_words == (
        "national_major_projects",
        "feedstock",
        "non_fossil_or_renewable",
        "verified_replacement",
    )
    for number in range(1, 5):
        rule = held(f"budget.precedence.p{number}", date(2025, 1, 1)).citation
        assert (rule.kind, rule.verification) == ("method", "policy_default")


def test_a_certificate_in_standard_coal_is_a_megawatt_hour_at_the_factor_of_electricity() -> None:
    day = date(2025, 1, 1)
    factor = LAW.parameter("energy.calorific.electricity").on(day)

    assert factor is not None
    assert held("budget.certificate.mwh", day).number == 1
    assert held("budget.certificate.tce_calorific", day).number == factor.number
