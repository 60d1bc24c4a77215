"""Targets: the law's own, those handed down, and whether the parts come to the whole."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kernel.pace import Pace
from statute.finding import Verdict
from statute.loader import PolicyBundle
from targets.domain.breakdown import breakdown, breakdown_finding
from targets.domain.indicators import indicators_on
from targets.domain.periods import Years
from targets.domain.places import NATIONAL, Place, parts_of
from targets.domain.targets import Target, known_targets, newest_versions, set_by_law

QINGHAI, ZHEJIANG, XINING = Place("630000"), Place("330000"), Place("630100")
PLAN = Years(2021, 2025)
PREFECTURES = ("630100", "630200", "632200", "632300", "632500", "632600", "632700", "632800")


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("energy_intensity", "-12.5"),
        ("carbon_intensity", "-12"),
        ("non_fossil_share", "52.2"),
        ("clean_power_share", "95"),
        ("forest_cover", "8"),
        ("forest_stock", "53000000"),
        ("grassland_cover", "58.5"),
    ],
)
def test_the_province_s_targets_are_the_law_s(indicator: str, value: str, policy: PolicyBundle) -> None:
    target = set_by_law(QINGHAI, indicator, PLAN, policy)

    assert target is not None
    assert (target.value, target.base_year, target.version) == (Decimal(value), 2020, 0)


def test_another_province_has_no_target_of_this_one(policy: PolicyBundle) -> None:
    assert known_targets(ZHEJIANG, (), policy) == ()
    assert known_targets(XINING, (), policy) == ()


def test_the_nation_has_targets_of_plans_and_of_years(policy: PolicyBundle) -> None:
    years = {t.years for t in known_targets(Place(NATIONAL), (), policy) if t.indicator == "energy_intensity"}

    assert years == {Years(2016, 2020), PLAN, Years(2021, 2021), Years(2024, 2024)}


def test_what_was_looked_for_and_not_found_is_no_target(policy: PolicyBundle) -> None:
    assert set_by_law(QINGHAI, "energy_intensity", Years(2026, 2030), policy) is None


def test_a_region_s_parts_are_the_regions_directly_below(policy: PolicyBundle) -> None:
    assert parts_of(QINGHAI, policy) == PREFECTURES
    assert {part[:4] for part in parts_of(XINING, policy)} == {"6301"}
    assert parts_of(Place("630121"), policy) == parts_of(ZHEJIANG, policy) == parts_of(Place("ganhe"), policy) == ()


def part(place: str, value: str, weight: str | None = "0.125", *, indicator: str = "energy_intensity") -> Target:
    return Target(
        Place(place),
        indicator,
        PLAN,
        Decimal(value),
        2020,
        Pace.COMPOUNDING if indicator == "energy_intensity" else Pace.LINEAR,
        "虚构市文件",
        date(2021, 1, 1),
        1,
        datetime(2021, 3, 1, tzinfo=UTC),
        weight=Decimal(weight) if weight is not None else None,
    )


def checked(
    parts: Iterable[Target], policy: PolicyBundle, indicator: str = "energy_intensity"
) -> tuple[Verdict, tuple[str, ...]]:
    targets = newest_versions(known_targets(QINGHAI, parts, policy))
    of = indicators_on(date(2025, 12, 31), policy)[indicator]
    finding = breakdown_finding(breakdown(QINGHAI, of, PLAN, targets=targets, parts=parts_of(QINGHAI, policy)), policy)
    return finding.verdict, finding.missing


@pytest.mark.parametrize(
    ("last", "verdict"),
    [("-12.499", Verdict.FAILS), ("-12.5", Verdict.HOLDS), ("-12.501", Verdict.HOLDS)],
)
def test_the_weighted_parts_come_to_the_whole_to_the_last_digit(
    last: str, verdict: Verdict, policy: PolicyBundle
) -> None:
    parts = [*(part(place, "-12.5") for place in PREFECTURES[:-1]), part(PREFECTURES[-1], last)]

    assert checked(parts, policy) == (verdict, ())


def test_a_part_without_target_or_weight_makes_it_unknown_and_is_named(policy: PolicyBundle) -> None:
    parts = [part(place, "-13") for place in PREFECTURES]

    assert checked(parts[1:], policy) == (Verdict.UNKNOWN, ("630100.target",))
    assert checked([replace(parts[0], weight=None), *parts[1:]], policy) == (Verdict.UNKNOWN, ("630100.weight",))
    assert checked([replace(parts[0], weight=Decimal("0.12")), *parts[1:]], policy) == (Verdict.UNKNOWN, ("weights",))


def test_amounts_add_up_without_weights(policy: PolicyBundle) -> None:
    parts = [part(place, "6625000", None, indicator="forest_stock") for place in PREFECTURES]
    less = [replace(parts[0], value=Decimal(6624999)), *parts[1:]]

    assert checked(parts, policy, "forest_stock") == (Verdict.HOLDS, ())
    assert checked(less, policy, "forest_stock") == (Verdict.FAILS, ())


def test_only_the_newest_version_of_a_part_counts(policy: PolicyBundle) -> None:
    parts = [part(place, "-12") for place in PREFECTURES]
    newer = [replace(one, value=Decimal("-12.5"), version=2) for one in parts]

    assert checked(parts, policy)[0] is Verdict.FAILS
    assert checked([*newer, *parts], policy)[0] is Verdict.HOLDS
