"""ReadingsService over real gRPC and a real PostgreSQL, with the stream between taking in and counting."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal as Exact
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode

from dualcontrol.targets.v1 import readings_service_pb2 as pb
from dualcontrol.targets.v1.readings_events_pb2 import EnergyReadingReported
from servicekit.storage.database import Database
from targets.domain.readings.refusals import ReadingChanged
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.targets.v1.readings_service_pb2_grpc import ReadingsServiceAsyncStub
    from testkit.fixtures import Connection

pytestmark = pytest.mark.integration

STEEL, CEMENT = "91630121MA7T0X1K6P", "91632801MA7T0X1K6P"
MIDNIGHT = datetime(2026, 2, 26, 16, 0, tzinfo=UTC)
"""Of 27 February in China: the first of the days that the tests look at."""
FIRST, UNTIL = Date(year=2026, month=2, day=27), Date(year=2026, month=3, day=1)

Take = Callable[..., Awaitable[None]]
Sent = Callable[[], Awaitable[list[EnergyReadingReported]]]


def stamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant)
    return made


def registration(code: str = STEEL, region: str = "630121", **changed: Any) -> pb.RegisterEnergyUnitRequest:
    start = Date(year=2026, month=1, day=1)
    meters = [
        pb.Meter(meter="power", carrier="electricity", span=pb.READING_SPAN_HOUR, from_date=start),
        pb.Meter(meter="coal", carrier="raw_coal", span=pb.READING_SPAN_DAY, from_date=start),
    ]
    given: dict[str, Any] = {"display_name": "虚构用能单位", "meters": meters, "request_id": str(uuid4())}
    return pb.RegisterEnergyUnitRequest(credit_code=code, region_code=region, **(given | changed))


def reading(hour: int = 0, amount: str = "100", *, code: str = STEEL, **changed: Any) -> pb.Reading:
    start = MIDNIGHT + timedelta(hours=hour)
    given: dict[str, Any] = {
        "meter": "power",
        "start_time": stamp(start),
        "end_time": stamp(start + timedelta(hours=1)),
        "unit": "kWh",
        "quality": pb.READING_QUALITY_MEASURED,
        "version": 1,
    }
    return pb.Reading(credit_code=code, amount=Decimal(value=amount), **(given | changed))


def coal(amount: str, unit: str = "t") -> pb.Reading:
    return reading(amount=amount, meter="coal", unit=unit, end_time=stamp(MIDNIGHT + timedelta(days=1)))


def batch(*readings: pb.Reading) -> pb.RecordReadingsRequest:
    return pb.RecordReadingsRequest(readings=readings, request_id=str(uuid4()))


def figures_in(region: str, **changed: Any) -> pb.ListRegionalFiguresRequest:
    given: dict[str, Any] = {"period": pb.FIGURE_PERIOD_DAY, "from_date": FIRST, "until_date": UNTIL}
    return pb.ListRegionalFiguresRequest(region_code=region, **(given | changed))


def rebuild(*, replace: bool = False) -> pb.RebuildReadingsRequest:
    return pb.RebuildReadingsRequest(from_date=FIRST, until_date=UNTIL, replace=replace, request_id=str(uuid4()))


@pytest.fixture
async def registered(stub: "ReadingsServiceAsyncStub") -> None:
    await stub.RegisterEnergyUnit(registration())
    await stub.RegisterEnergyUnit(registration(CEMENT, "632801"))


@pytest.mark.usefixtures("registered")
async def test_readings_go_out_once_and_count_in_their_county_and_in_all_above_it(
    stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent
) -> None:
    request = batch(reading(0), reading(1, "50"), coal("2"), reading(0, "7", code=CEMENT))
    first, again = await stub.RecordReadings(request), await stub.RecordReadings(request)
    assert first == again == pb.RecordReadingsResponse(accepted_count=4)

    await take(*await sent())

    county = await stub.ListRegionalFigures(figures_in("630121"))
    province = await stub.ListRegionalFigures(figures_in("630000"))
    assert [(f.carrier, f.amount.value, f.unit) for f in county.figures] == [
        ("electricity", "150", "kWh"),
        ("raw_coal", "2000", "kg"),
    ]
    assert [f.amount.value for f in province.figures] == ["157", "2000"]
    assert all(f.kgce_calorific.value and f.under for f in county.figures)
    parts = sum(Exact(f.kgce_calorific.value) for f in county.figures)
    assert [Exact(total.kgce_calorific.value) for total in county.totals] == [parts]


@pytest.mark.usefixtures("registered")
async def test_what_was_taken_in_before_is_known_on_its_way_and_when_it_is_counted(
    stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent
) -> None:
    await stub.RecordReadings(batch(reading()))
    on_its_way = await stub.RecordReadings(batch(reading(), reading(1)))
    between = await stub.RebuildReadings(rebuild())
    await take(*await sent())

    counted = await stub.RecordReadings(batch(reading(), reading(1), reading(2)))
    after = await stub.RebuildReadings(rebuild())

    assert on_its_way == pb.RecordReadingsResponse(accepted_count=1, known_count=1)
    assert counted == pb.RecordReadingsResponse(accepted_count=1, known_count=2)
    assert len(await sent()) == 3
    assert [(one.readings_count, one.on_their_way_count) for one in (between, after)] == [(0, 2), (2, 1)]


@pytest.mark.usefixtures("registered")
async def test_of_two_amounts_under_one_version_the_second_is_refused_at_once(
    stub: "ReadingsServiceAsyncStub", sent: Sent
) -> None:
    both = await asyncio.gather(
        *(stub.RecordReadings(batch(reading(amount=amount))) for amount in ("1", "2")), return_exceptions=True
    )

    assert len([one for one in both if isinstance(one, pb.RecordReadingsResponse)]) == 1
    assert len(await sent()) == 1


@pytest.mark.usefixtures("registered")
async def test_a_correction_counts_in_the_place_of_what_it_corrects_and_the_past_stays_as_it_was_known(
    stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent, clock: Any
) -> None:
    await stub.RecordReadings(batch(reading()))
    then = clock.now
    clock.now += timedelta(hours=1)
    await stub.RegisterEnergyUnit(registration(region="630122"))
    await stub.RecordReadings(batch(reading(amount="70", version=2, quality=pb.READING_QUALITY_CORRECTED)))
    await take(*await sent())

    old_county = await stub.ListRegionalFigures(figures_in("630121"))
    new_county = await stub.ListRegionalFigures(figures_in("630122"))
    known_then = await stub.ListRegionalFigures(figures_in("630121", as_of_time=stamp(then)))
    assert not old_county.figures
    assert [(f.amount.value, f.readings_corrected) for f in new_county.figures] == [("70", 1)]
    assert [(f.amount.value, f.readings_corrected) for f in known_then.figures] == [("100", 0)]


@pytest.mark.usefixtures("registered")
async def test_a_figure_stands_beside_its_coverage(stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent) -> None:
    await stub.RecordReadings(batch(*[reading(hour) for hour in range(12)]))
    await take(*await sent())

    (figure,) = (await stub.ListRegionalFigures(figures_in("630121"))).figures
    request = pb.ListCoverageRequest(region_code="630000", from_date=FIRST, until_date=UNTIL)
    days = (await stub.ListCoverage(request)).days

    assert figure.coverage == pb.Coverage(
        meters_registered=1, meters_reported=1, readings_expected=24, readings_known=12
    )
    assert [day.coverage for day in days] == [
        pb.Coverage(meters_registered=4, meters_reported=1, readings_expected=50, readings_known=12),
        pb.Coverage(meters_registered=4, meters_reported=0, readings_expected=50, readings_known=0),
    ]


@pytest.mark.usefixtures("registered")
async def test_pages_go_through_all_figures_once(stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent) -> None:
    await stub.RecordReadings(batch(reading(), reading(24), coal("1"), coal("1")))
    await take(*await sent())

    found, token = [], ""
    for _ in range(4):
        page = await stub.ListRegionalFigures(figures_in("630000", page_size=1, page_token=token))
        found += [(f.start_date.day, f.carrier) for f in page.figures]
        token = page.next_page_token
    days = await stub.ListCoverage(
        pb.ListCoverageRequest(region_code="630000", from_date=FIRST, until_date=UNTIL, page_size=1)
    )
    rest = await stub.ListCoverage(
        pb.ListCoverageRequest(region_code="630000", from_date=FIRST, until_date=UNTIL, page_token=days.next_page_token)
    )

    assert found == [(27, "electricity"), (27, "raw_coal"), (28, "electricity")]
    assert not token
    assert [day.day.day for day in (*days.days, *rest.days)] == [27, 28]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("seed", range(5))
async def test_figures_rebuilt_from_the_log_are_those_kept_whatever_came_in_what_order(
    seed: int, stub: "ReadingsServiceAsyncStub", take: Take
) -> None:
    dice = random.Random(seed)
    messages = [event(dice, hour, version) for hour in range(30) for version in range(1, 4)] * 2
    dice.shuffle(messages)

    for start in range(0, len(messages), 25):
        await take(*messages[start : start + 25])
    compared = await stub.RebuildReadings(rebuild())
    kept = await stub.ListRegionalFigures(figures_in("630000", page_size=500))
    replaced = await stub.RebuildReadings(rebuild(replace=True))

    assert (compared.differences_count, compared.meter_days_differing_count) == (0, 0)
    assert (replaced.readings_count, replaced.differences_count) == (30, 0)
    assert await stub.ListRegionalFigures(figures_in("630000", page_size=500)) == kept


def event(dice: random.Random, hour: int, version: int) -> EnergyReadingReported:
    start = MIDNIGHT + timedelta(hours=hour)
    return EnergyReadingReported(
        credit_code=STEEL,
        meter="power",
        carrier="electricity",
        region_code=dice.choice(["630121", "632801"]),
        start_time=stamp(start),
        end_time=stamp(start + timedelta(hours=1)),
        amount=Decimal(value=f"{dice.randrange(1000)}.{dice.randrange(10**9):09}"),
        unit="kWh",
        quality=pb.READING_QUALITY_MEASURED,
        version=version,
        known_time=stamp(MIDNIGHT),
    )


@pytest.mark.usefixtures("registered")
async def test_a_rebuild_finds_and_mends_what_is_kept_wrongly(
    stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent, pool: Database
) -> None:
    await stub.RecordReadings(batch(reading(), coal("1")))
    await take(*await sent())
    await pool.execute("UPDATE regional_figure SET amount = 99 WHERE carrier = 'electricity'")
    await pool.execute("DELETE FROM regional_figure WHERE carrier = 'raw_coal'")

    found = await stub.RebuildReadings(rebuild(replace=True))
    after = await stub.RebuildReadings(rebuild())

    assert [(d.carrier, d.kept.value, d.computed.value) for d in found.differences] == [
        ("electricity", "99", "100"),
        ("raw_coal", "", "1"),
    ]
    assert (found.differences_count, after.differences_count) == (2, 0)


@pytest.mark.usefixtures("registered")
async def test_a_reading_that_the_stream_brings_twice_with_two_amounts_is_set_aside(
    stub: "ReadingsServiceAsyncStub", take: Take, sent: Sent
) -> None:
    await stub.RecordReadings(batch(reading(amount="1")))
    (one,) = await sent()
    other = EnergyReadingReported()
    other.CopyFrom(one)
    other.amount.value = "2"
    await take(one)

    with pytest.raises(ReadingChanged):
        await take(other)


@pytest.mark.usefixtures("registered")
async def test_the_log_is_never_changed(
    take: Take, stub: "ReadingsServiceAsyncStub", sent: Sent, owner: "Connection"
) -> None:
    await stub.RecordReadings(batch(reading()))
    await take(*await sent())

    for statement in ("UPDATE reading SET amount = 0", "DELETE FROM reading", "TRUNCATE reading"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await owner.execute(statement)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        ([reading(), reading(meter="other")], "METER_NOT_REGISTERED"),
        ([reading(unit="t")], "READING_NOT_OF_METER"),
        ([reading(amount="1"), reading(amount="2")], "READING_CHANGED"),
    ],
)
async def test_one_reading_that_cannot_be_refuses_the_batch(
    readings: Sequence[pb.Reading], reason: str, stub: "ReadingsServiceAsyncStub", sent: Sent
) -> None:
    refused = await refusal(stub.RecordReadings(batch(*readings)))

    assert (refused.code, refused.reason) == (StatusCode.FAILED_PRECONDITION, reason)
    assert not await sent()


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        (reading(amount="-1"), ["readings[0].amount"]),
        (reading(amount="1e3"), ["readings[0].amount"]),
        (reading(version=0), ["readings[0].version"]),
        (reading(unit="斤"), ["readings[0].unit"]),
        (reading(end_time=stamp(MIDNIGHT + timedelta(hours=2))), ["readings[0].end_time"]),
        (reading(24 * 400), ["readings[0].end_time"]),
        (reading(quality=pb.READING_QUALITY_UNSPECIFIED), ["readings[0].quality"]),
        (
            pb.Reading(),
            [f"readings[0].{name}" for name in ("credit_code", "meter", "start_time", "end_time", "amount", "unit")]
            + ["readings[0].quality", "readings[0].version"],
        ),
    ],
)
async def test_every_wrong_field_is_named(
    wrong: pb.Reading, fields: list[str], stub: "ReadingsServiceAsyncStub"
) -> None:
    refused = await refusal(stub.RecordReadings(batch(wrong)))

    assert (refused.code, refused.fields) == (StatusCode.INVALID_ARGUMENT, fields)


async def test_a_batch_has_a_bound(stub: "ReadingsServiceAsyncStub") -> None:
    refused = await refusal(stub.RecordReadings(batch(*[reading()] * 1001)))

    assert refused.fields == ["readings"]


async def test_a_registration_is_checked_whole(stub: "ReadingsServiceAsyncStub") -> None:
    meter = pb.Meter(meter="a b", carrier="phlogiston", from_date=UNTIL, until_date=FIRST)

    refused = await refusal(stub.RegisterEnergyUnit(registration("9163", "63", display_name="", meters=[meter, meter])))

    wrong = [f"meters[{index}].{name}" for index in (0, 1) for name in ("meter", "carrier", "span", "until_date")]
    assert refused.fields == ["credit_code", "display_name", "region_code", *wrong, "meters[1].meter"]


async def test_a_meter_that_would_measure_something_else_is_refused(stub: "ReadingsServiceAsyncStub") -> None:
    first = await stub.RegisterEnergyUnit(registration())
    power = first.unit.meters[1]
    power.carrier = "raw_coal"

    refused = await refusal(stub.RegisterEnergyUnit(registration(meters=[power])))

    assert (refused.reason, refused.metadata["meter"]) == ("METER_CHANGED", "power")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"until_date": FIRST}, ["until_date"]),
        ({"until_date": Date(year=2028, month=1, day=1)}, ["until_date"]),
        ({"period": pb.FIGURE_PERIOD_MONTH}, ["from_date"]),
        ({"page_token": "WyJ4Il0="}, ["page_token"]),
        ({"page_size": -1}, ["page_size"]),
        ({"as_of_time": stamp(datetime(2030, 1, 1, tzinfo=UTC))}, ["as_of_time"]),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    changed: dict[str, Any], fields: list[str], stub: "ReadingsServiceAsyncStub"
) -> None:
    refused = await refusal(stub.ListRegionalFigures(figures_in("630000", **changed)))

    assert refused.fields == fields
