"""The table of indicators: data, and fit for the targets that the law sets."""

from datetime import date

import pytest

from statute.loader import PolicyBundle
from targets.domain.indicators import Aim, Kind, indicator_of, indicators_on
from targets.domain.levels import Scale

DAY = date(2025, 12, 31)
SEED = ["energy_intensity", "carbon_intensity", "non_fossil_share", "forest_cover", "forest_stock", "grassland_cover"]


def test_every_indicator_of_the_provincial_opinion_is_in_the_table(policy: PolicyBundle) -> None:
    table = indicators_on(DAY, policy)

    assert set(SEED) <= table.keys()
    assert (table["forest_stock"].kind, table["forest_stock"].aim, table["forest_stock"].unit) == (
        Kind.AMOUNT,
        Aim.AT_LEAST,
        "m3",
    )


@pytest.mark.parametrize("parameter", ["control_indicators", "supporting_indicators"])
def test_what_the_assessment_of_both_carbon_targets_measures_by_reports_is_in_the_table(
    parameter: str, policy: PolicyBundle
) -> None:
    listed = policy.parameter(f"assessment.dual_carbon.{parameter}").versions[-1].list_of_words

    reported = [word for word in listed if f"assessment.measured_by.{word}" not in policy.parameters]

    assert reported
    assert set(reported) <= indicators_on(DAY, policy).keys()


@pytest.mark.parametrize(
    ("scale", "indicator"),
    [
        (Scale.INTENSITY, "energy_intensity"),
        (Scale.TOTAL, "energy_increment"),
        (Scale.CARBON, "carbon_intensity"),
    ],
)
def test_each_scale_is_fed_by_one_indicator(scale: Scale, indicator: str, policy: PolicyBundle) -> None:
    feeding = [one.id for one in indicators_on(DAY, policy).values() if one.scale is scale]
    found = indicator_of(scale, DAY, policy)

    assert feeding == [indicator]
    assert found is not None
    assert found.id == indicator


def test_a_unit_agrees_with_that_of_the_law_s_target(policy: PolicyBundle) -> None:
    for id_, indicator in indicators_on(DAY, policy).items():
        for scope in ("national", "qinghai"):
            parameter = policy.parameters.get(f"target.{scope}.{id_}")
            if parameter is not None:
                assert parameter.unit.removesuffix("/a") == indicator.unit, id_
