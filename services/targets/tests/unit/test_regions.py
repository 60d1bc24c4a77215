"""A region's newest levels: which report counts, and what is announced."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from kernel.regions import RegionCode
from targets.domain.levels import LevelBasis, LevelReading, RegionLevel, Scale, WarningLevel
from targets.domain.periods import year_to
from targets.domain.regions import Region, RegionLevelChanged
from targets.domain.reports import ReportStatus

XINING = RegionCode("630100")
H1, Q3 = date(2021, 6, 30), date(2021, 9, 30)
TODAY, NOW = date(2021, 10, 8), datetime(2021, 10, 8, tzinfo=UTC)


def reading(
    level: WarningLevel = WarningLevel.ONE,
    *,
    period_end: date = H1,
    published: bool = False,
    scale: Scale = Scale.INTENSITY,
    status: ReportStatus = ReportStatus.FINAL,
) -> LevelReading:
    basis = LevelBasis.PUBLISHED if published else LevelBasis.DERIVED
    bundle_hash = "" if published else "b"
    status = ReportStatus.FINAL if published else status
    return LevelReading(scale, level, year_to(period_end), basis, f"{level.value}", bundle_hash, status)


def take(region: Region, one: LevelReading) -> tuple[Region, RegionLevel, RegionLevelChanged | None]:
    return region.take(one, valid_from=TODAY, known_at=NOW)


def after(*readings: LevelReading) -> Region:
    region = Region(XINING)
    for one in readings:
        region, _, _ = take(region, one)
    return region


def newest(region: Region, scale: Scale = Scale.INTENSITY) -> WarningLevel:
    return region.levels[scale].reading.level


def test_the_first_report_is_the_newest_and_makes_version_1() -> None:
    region, level, event = take(Region(XINING), reading())

    assert (level.version, region.version) == (1, 1)
    assert event == RegionLevelChanged(region)


def test_a_report_of_a_newer_period_replaces_the_older() -> None:
    region = after(reading(WarningLevel.ONE), reading(WarningLevel.THREE, period_end=Q3))

    assert newest(region) is WarningLevel.THREE
    assert region.version == 2


def test_a_report_of_an_older_period_changes_nothing_and_is_not_announced() -> None:
    before = after(reading(WarningLevel.THREE, period_end=Q3))

    region, level, event = take(before, reading(WarningLevel.ONE, period_end=H1, published=True))

    assert (region.levels, region.version, event) == (before.levels, before.version, None)
    assert (level.reading.level, level.version) == (WarningLevel.ONE, 0)


def test_a_later_report_of_the_same_period_replaces_the_earlier() -> None:
    assert newest(after(reading(WarningLevel.ONE), reading(WarningLevel.TWO))) is WarningLevel.TWO


def test_a_published_level_stands_before_a_derived_one_of_the_same_period_whichever_comes_first() -> None:
    derived, published = reading(WarningLevel.THREE), reading(WarningLevel.ONE, published=True)

    assert newest(after(derived, published)) is WarningLevel.ONE
    assert newest(after(published, derived)) is WarningLevel.ONE


def test_a_derived_level_of_a_newer_period_stands_before_a_published_one() -> None:
    region = after(reading(WarningLevel.ONE, published=True), reading(WarningLevel.THREE, period_end=Q3))

    assert newest(region) is WarningLevel.THREE


def test_the_same_report_again_is_not_announced() -> None:
    before = after(reading())

    region, level, event = take(before, reading())

    assert (region.levels, region.version, level.version, event) == (before.levels, 1, 0, None)
    assert (region.taken, level.number) == (2, 2)


def test_a_revised_report_replaces_a_final_one_and_a_late_provisional_one_does_not() -> None:
    final, revised = reading(WarningLevel.TWO), reading(WarningLevel.ONE, status=ReportStatus.REVISED)
    provisional = reading(WarningLevel.THREE, status=ReportStatus.PROVISIONAL)

    assert newest(after(provisional, final)) is WarningLevel.TWO
    assert newest(after(final, provisional)) is WarningLevel.TWO
    assert newest(after(provisional, revised, final)) is WarningLevel.ONE


def test_the_scales_do_not_touch_each_other_and_the_event_carries_all() -> None:
    region = after(reading(WarningLevel.ONE), reading(WarningLevel.TWO, scale=Scale.TOTAL))

    assert {scale: level.version for scale, level in region.levels.items()} == {Scale.INTENSITY: 1, Scale.TOTAL: 2}
    assert newest(region) is WarningLevel.ONE
    assert region.version == 2


READINGS = st.builds(
    reading,
    st.sampled_from(WarningLevel),
    period_end=st.sampled_from([H1, Q3, date(2021, 12, 31), date(2022, 3, 31)]),
    published=st.booleans(),
    scale=st.sampled_from(Scale),
    status=st.sampled_from(ReportStatus),
)


@given(
    st.lists(READINGS, unique_by=lambda r: (r.scale, r.rank)).flatmap(
        lambda rs: st.tuples(st.just(rs), st.permutations(rs))
    )
)
def test_the_order_of_reports_does_not_matter_for_the_newest_level(
    orders: tuple[Sequence[LevelReading], Sequence[LevelReading]],
) -> None:
    given_order, another = (after(*order) for order in orders)

    assert {s: level.reading for s, level in given_order.levels.items()} == {
        s: level.reading for s, level in another.levels.items()
    }


@given(st.lists(READINGS))
def test_the_version_counts_exactly_the_announced_changes(readings: list[LevelReading]) -> None:
    region, announced = Region(XINING), []
    for one in readings:
        region, _, event = take(region, one)
        if event is not None:
            announced.append(event.region.version)

    assert announced == list(range(1, region.version + 1))
