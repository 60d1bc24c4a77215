"""What a target requires by the end of a period: the law's own figures, and every boundary of a year."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.pace import Pace
from statute.loader import PolicyBundle
from targets.domain.indicators import Indicator, indicators_on
from targets.domain.periods import Years
from targets.domain.places import NATIONAL, Place
from targets.domain.reports import Comparison
from targets.domain.schedule import Gap, Schedule, schedule_of, target_at
from targets.domain.targets import Target, known_targets

QINGHAI, XINING = Place("630000"), Place("630100")
PLAN = Years(2021, 2025)
KNOWN = datetime(2021, 3, 1, tzinfo=UTC)
YEAR_BEFORE, BASE_YEAR, NONE = Comparison.YEAR_BEFORE, Comparison.BASE_YEAR, Comparison.NONE


def indicator(id_: str, policy: PolicyBundle) -> Indicator:
    return indicators_on(date(2025, 12, 31), policy)[id_]


def target(
    value: str,
    *,
    id_: str = "energy_intensity",
    years: Years = PLAN,
    pace: Pace = Pace.COMPOUNDING,
    base_value: str | None = None,
    version: int = 1,
    effective_from: date | None = None,
    base_year: int | None = None,
) -> Target:
    return Target(
        XINING,
        id_,
        years,
        Decimal(value),
        years.first - 1 if base_year is None else base_year,
        pace,
        "虚构市文件",
        effective_from or years.first_day,
        version,
        KNOWN,
        Decimal(base_value) if base_value is not None else None,
    )


def found(
    targets: Sequence[Target], day: date, comparison: Comparison, policy: PolicyBundle, id_: str = "energy_intensity"
) -> Schedule | Gap:
    return schedule_of(indicator(id_, policy), targets, day, comparison, policy=policy)


def required(
    targets: Sequence[Target], day: date, comparison: Comparison, policy: PolicyBundle, id_: str = "energy_intensity"
) -> str:
    schedule = found(targets, day, comparison, policy, id_)
    assert isinstance(schedule, Schedule)
    return str(schedule.required)


@pytest.mark.parametrize(("id_", "name"), [("energy_intensity", "down_12_5"), ("carbon_intensity", "down_12")])
@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_the_province_s_cumulative_requirement_is_what_the_policy_prints(
    id_: str, name: str, year: int, policy: PolicyBundle
) -> None:
    printed = policy.on(f"target.pace.{name}.cumulative", date(year, 1, 1))
    law = known_targets(QINGHAI, (), policy)

    schedule = found(law, date(year, 12, 31), BASE_YEAR, policy, id_)

    assert printed is not None
    assert isinstance(schedule, Schedule)
    assert schedule.required == printed.number
    assert (schedule.target.is_law, schedule.pace, schedule.within_year) == (True, Pace.COMPOUNDING, "pro_rata")
    assert {citation.parameter for citation in schedule.under} == {
        f"target.qinghai.{id_}",
        "target.pace.method",
        "target.pace.within_year",
        "target.pace.places",
    }


@pytest.mark.parametrize(
    ("value", "name", "year"), [("-13.5", "down_13_5", 2021), ("-18", "down_18", 2021), ("-17", "down_17", 2026)]
)
def test_the_annual_pace_is_what_the_policy_prints(value: str, name: str, year: int, policy: PolicyBundle) -> None:
    printed = policy.on(f"target.pace.{name}.annual", date(year, 1, 1))
    plan = target(value, years=Years(year, year + 4))

    assert printed is not None
    assert required([plan], date(year, 12, 31), BASE_YEAR, policy) == str(printed.number)


@pytest.mark.parametrize(
    ("day", "compounding", "linear"),
    [
        (date(2021, 1, 31), "-0.220", "-0.208"),
        (date(2021, 3, 31), "-0.659", "-0.625"),
        (date(2021, 6, 30), "-1.318", "-1.250"),
        (date(2021, 12, 31), "-2.635", "-2.500"),
        (date(2022, 1, 31), "-2.849", "-2.708"),
        (date(2025, 11, 30), "-12.303", "-12.292"),
        (date(2025, 12, 31), "-12.500", "-12.500"),
    ],
)
def test_within_a_year_the_requirement_grows_month_by_month(
    day: date, compounding: str, linear: str, policy: PolicyBundle
) -> None:
    assert required([target("-12.5")], day, BASE_YEAR, policy) == compounding
    assert required([target("-12.5", pace=Pace.LINEAR)], day, BASE_YEAR, policy) == linear


@pytest.mark.parametrize(
    ("day", "compounding", "linear"),
    [
        (date(2021, 6, 30), "-1.318", "-1.250"),  # the year before is the base year
        (date(2021, 12, 31), "-2.635", "-2.500"),
        (date(2022, 6, 30), "-2.635", "-2.532"),
        (date(2022, 12, 31), "-2.635", "-2.564"),
        (date(2025, 12, 31), "-2.635", "-2.778"),
    ],
)
def test_over_the_year_before_only_the_compounding_pace_is_the_same_every_year(
    day: date, compounding: str, linear: str, policy: PolicyBundle
) -> None:
    assert required([target("-12.5")], day, YEAR_BEFORE, policy) == compounding
    assert required([target("-12.5", pace=Pace.LINEAR)], day, YEAR_BEFORE, policy) == linear


@pytest.mark.parametrize(
    ("day", "years", "missing"),
    [
        (date(2020, 12, 31), PLAN, "target"),
        (date(2026, 1, 31), PLAN, "target"),
        (date(2021, 6, 29), PLAN, "period_end"),
        (date(2024, 2, 28), PLAN, "period_end"),
        (date(2016, 12, 31), Years(2016, 2016), "target.pace.within_year"),
    ],
)
def test_what_nothing_on_file_tells_is_unknown(day: date, years: Years, missing: str, policy: PolicyBundle) -> None:
    assert found([target("-12.5", years=years)], day, BASE_YEAR, policy) == Gap(missing)


def test_the_end_of_february_of_a_leap_year_is_a_month_s_end(policy: PolicyBundle) -> None:
    assert isinstance(found([target("-12.5")], date(2024, 2, 29), BASE_YEAR, policy), Schedule)


def test_the_target_of_a_year_stands_before_the_plan_s_except_from_the_base_year() -> None:
    plan, year = target("-12.5"), target("-3", years=Years(2022, 2022))
    day = date(2022, 12, 31)

    assert target_at([plan, year], "energy_intensity", day, YEAR_BEFORE) == year
    assert target_at([year, plan], "energy_intensity", day, BASE_YEAR) == plan
    assert target_at([plan, year], "energy_intensity", date(2023, 12, 31), YEAR_BEFORE) == plan


def test_a_newer_version_counts_from_its_day(policy: PolicyBundle) -> None:
    first, second = target("-12.5"), target("-15", version=2, effective_from=date(2023, 7, 1))

    assert target_at([first, second], "energy_intensity", date(2023, 6, 30), BASE_YEAR) == first
    assert target_at([first, second], "energy_intensity", date(2023, 7, 1), BASE_YEAR) == second
    assert required([first, second], date(2025, 12, 31), BASE_YEAR, policy) == "-15.000"


def test_a_target_of_one_year_is_the_requirement_of_that_year(policy: PolicyBundle) -> None:
    law = known_targets(Place(NATIONAL), (), policy)

    assert required(law, date(2024, 12, 31), YEAR_BEFORE, policy) == "-2.500"
    assert required(law, date(2024, 6, 30), YEAR_BEFORE, policy) == "-1.250"


@pytest.mark.parametrize(
    ("day", "over_the_year", "over_the_base"),
    [
        (date(2021, 6, 30), "100.000", "100.000"),
        (date(2021, 12, 31), "200.000", "200.000"),
        (date(2022, 1, 31), "16.667", "216.667"),
        (date(2025, 12, 31), "200.000", "1000.000"),
    ],
)
def test_an_increment_is_spread_in_a_straight_line(
    day: date, over_the_year: str, over_the_base: str, policy: PolicyBundle
) -> None:
    plan = target("1000", id_="energy_increment", pace=Pace.LINEAR)

    assert required([plan], day, YEAR_BEFORE, policy, "energy_increment") == over_the_year
    assert required([plan], day, BASE_YEAR, policy, "energy_increment") == over_the_base


def test_a_share_is_known_at_the_last_year_s_end_and_before_only_from_where_it_began(policy: PolicyBundle) -> None:
    share = target("52.2", id_="non_fossil_share", pace=Pace.LINEAR)
    from_base = target("52.2", id_="non_fossil_share", pace=Pace.LINEAR, base_value="47.2")

    assert required([share], date(2025, 12, 31), NONE, policy, "non_fossil_share") == "52.200"
    assert found([share], date(2025, 11, 30), NONE, policy, "non_fossil_share") == Gap("base_value")
    assert required([from_base], date(2023, 6, 30), NONE, policy, "non_fossil_share") == "49.700"


@given(
    cents=st.integers(-9_900, 2_000),
    pace=st.sampled_from(Pace),
    months=st.lists(st.integers(0, 59), min_size=2, max_size=2, unique=True),
)
def test_a_fall_is_never_required_to_turn_back(cents: int, pace: Pace, months: list[int], policy: PolicyBundle) -> None:
    plan = target(str(Decimal(cents) / 100), pace=pace)
    earlier, later = (Decimal(required([plan], month_end(month), BASE_YEAR, policy)) for month in sorted(months))

    assert (later <= earlier) if cents <= 0 else (later >= earlier)


def month_end(months: int) -> date:
    year, month = divmod(months, 12)
    last = {1: 31, 3: 31, 5: 31, 7: 31, 8: 31, 10: 31, 12: 31, 4: 30, 6: 30, 9: 30, 11: 30}
    day = last.get(month + 1, 29 if (2021 + year) % 4 == 0 else 28)
    return date(2021 + year, month + 1, day)
