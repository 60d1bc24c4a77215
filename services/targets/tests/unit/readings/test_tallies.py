"""A higher version replaces a lower one, in whatever order they come; what is kept is what the log says."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.regions import RegionCode
from targets.domain.readings.meters import CreditCode, Span
from targets.domain.readings.refusals import ReadingChanged
from targets.domain.readings.tallies import (
    Cell,
    Key,
    MeterDay,
    Quality,
    Reading,
    Tally,
    absorb,
    applied,
    rebuilt,
)

CELL = Cell(RegionCode("630121"), "electricity", date(2026, 3, 1), "kWh")

Make = Callable[..., Reading]


def streamed(
    batches: Sequence[Sequence[Reading]],
) -> tuple[list[Reading], Mapping[Cell, Tally], Mapping[MeterDay, int]]:
    """The log and the sums after the batches, as the service keeps them."""
    log: list[Reading] = []
    cells: Mapping[Cell, Tally] = {}
    meter_days: Mapping[MeterDay, int] = {}
    for batch in batches:
        keys = {reading.key for reading in batch}
        change = absorb(batch, [reading for reading in log if reading.key in keys])
        log += change.fresh
        cells, meter_days = applied(cells, meter_days, change)
    return log, cells, meter_days


def test_readings_of_a_day_add_up_where_and_when_they_were_used(reading: Make) -> None:
    first, second, coal = reading(0), reading(1, amount="2.5"), reading(0, meter="m2", carrier="raw_coal", unit="t")

    _, cells, meter_days = streamed([[first, second, coal]])

    assert cells[CELL] == Tally(Decimal("12.5"), 2, 0, 0)
    assert cells[coal.cell].readings == 1
    assert meter_days[first.meter_day] == 2


def test_a_reading_that_comes_again_changes_nothing(reading: Make) -> None:
    once = streamed([[reading()]])

    assert streamed([[reading(), reading()], [reading()]]) == once


def test_a_correction_takes_the_place_of_what_it_corrects_and_moves_it_where_it_says(reading: Make) -> None:
    corrected = reading(version=2, amount="7", region=RegionCode("630122"), quality=Quality.CORRECTED)

    log, cells, _ = streamed([[reading()], [corrected]])

    assert len(log) == 2
    assert cells == {corrected.cell: Tally(Decimal(7), 1, 0, 1)}


def test_an_older_version_that_comes_late_is_logged_and_not_counted(reading: Make) -> None:
    newer, older = reading(version=2, amount="7"), reading(version=1)

    log, cells, _ = streamed([[newer], [older]])

    assert [one.version for one in log] == [2, 1]
    assert cells[CELL].amount == 7


def test_one_version_cannot_say_two_things(reading: Make) -> None:
    with pytest.raises(ReadingChanged) as caught:
        streamed([[reading()], [reading(amount="11")]])

    assert caught.value.metadata() == {
        "credit_code": "91630121MA7T0X1K6P",
        "meter": "m1",
        "start_time": "2026-02-28T16:00:00+00:00",
        "version": "1",
    }


def test_the_same_amount_written_otherwise_is_the_same(reading: Make) -> None:
    log, _, _ = streamed([[reading(amount="10")], [reading(amount="10.00")]])

    assert len(log) == 1


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2026, 2, 28, 15, 0, tzinfo=UTC), date(2026, 2, 28)),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 15, 0, tzinfo=UTC), date(2026, 3, 1)),
    ],
)
def test_a_reading_belongs_to_the_day_in_china_on_which_it_begins(start: datetime, day: date, reading: Make) -> None:
    made = reading((start - datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) // timedelta(hours=1))

    assert made.day == day


CODES = [CreditCode("91630121MA7T0X1K6P"), CreditCode("91632801MA7T0X1K6P")]
REGIONS = [RegionCode("630121"), RegionCode("632801")]
START = datetime(2026, 2, 28, 14, 0, tzinfo=UTC)


def _made(code: CreditCode, hour: int, version: int) -> Reading:
    """One version says one thing: all of it follows from its identity."""
    dice = random.Random(f"{code}{hour}{version}")
    return Reading(
        Key(code, "m1", START + timedelta(hours=hour)),
        Span.HOUR,
        version,
        "electricity",
        dice.choice(REGIONS),
        Decimal(dice.randrange(1000)).scaleb(-dice.randrange(9)),
        "kWh",
        dice.choice(list(Quality)),
        START,
    )


READINGS = st.builds(_made, st.sampled_from(CODES), st.integers(0, 3), st.integers(1, 4))


@settings(deadline=None)
@given(st.lists(st.lists(READINGS, max_size=6), max_size=8), st.randoms())
def test_figures_kept_by_the_way_are_those_rebuilt_from_the_log_in_any_order(
    batches: list[list[Reading]], dice: random.Random
) -> None:
    shuffled = [reading for batch in batches for reading in batch] * 2
    dice.shuffle(shuffled)

    log, cells, meter_days = streamed(batches)
    other_log, other_cells, other_meter_days = streamed([[one] for one in shuffled])

    assert (cells, meter_days) == rebuilt(log)
    assert (other_cells, other_meter_days) == (cells, meter_days)
    assert set(other_log) == set(log)
