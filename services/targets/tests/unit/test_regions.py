"""A region's newest levels: which report counts, and what is announced."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kernel.regions import RegionCode
from targets.domain.regions import LevelBasis, Reading, Region, RegionLevelChanged, Scale, WarningLevel

XINING = RegionCode("630100")
H1, Q3 = date(2021, 6, 30), date(2021, 9, 30)


def reading(
    level: WarningLevel = WarningLevel.ONE,
    *,
    period_end: date = H1,
    published: bool = False,
    scale: Scale = Scale.INTENSITY,
) -> Reading:
    basis = LevelBasis.PUBLISHED if published else LevelBasis.DERIVED
    return Reading(scale, level, period_end, basis, evidence=f"{level.value}", bundle_hash="" if published else "b")


def after(*readings: Reading) -> Region:
    region = Region(XINING)
    for one in readings:
        region, _, _ = region.take(one)
    return region


def newest(region: Region, scale: Scale = Scale.INTENSITY) -> WarningLevel:
    return region.levels[scale].reading.level


def test_the_first_report_is_the_newest_and_makes_version_1() -> None:
    region, level, event = Region(XINING).take(reading())

    assert (level.version, region.version) == (1, 1)
    assert event == RegionLevelChanged(region)


def test_a_report_of_a_newer_period_replaces_the_older() -> None:
    region = after(reading(WarningLevel.ONE), reading(WarningLevel.THREE, period_end=Q3))

    assert newest(region) is WarningLevel.THREE
    assert region.version == 2


def test_a_report_of_an_older_period_changes_nothing_and_is_not_announced() -> None:
    before = after(reading(WarningLevel.THREE, period_end=Q3))

    region, level, event = before.take(reading(WarningLevel.ONE, period_end=H1, published=True))

    assert (region, event) == (before, None)
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

    assert before.take(reading()) == (before, before.levels[Scale.INTENSITY], None)


def test_the_scales_do_not_touch_each_other_and_the_event_carries_both() -> None:
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
)


@given(
    st.lists(READINGS, unique_by=lambda r: (r.scale, r.rank)).flatmap(
        lambda rs: st.tuples(st.just(rs), st.permutations(rs))
    )
)
def test_the_order_of_reports_does_not_matter_for_the_newest_level(
    orders: tuple[Sequence[Reading], Sequence[Reading]],
) -> None:
    given_order, another = (after(*order) for order in orders)

    assert {s: level.reading for s, level in given_order.levels.items()} == {
        s: level.reading for s, level in another.levels.items()
    }


@given(st.lists(READINGS))
def test_the_version_counts_exactly_the_announced_changes(readings: list[Reading]) -> None:
    region, announced = Region(XINING), []
    for one in readings:
        region, _, event = region.take(one)
        if event is not None:
            announced.append(event.region.version)

    assert announced == list(range(1, region.version + 1))
