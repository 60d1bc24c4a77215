"""Between readings, regional figures and their messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dualcontrol.targets.v1 import readings_events_pb2 as events
from dualcontrol.targets.v1 import readings_service_pb2 as pb
from kernel.quantities import exact
from kernel.regions import RegionCode, region_code
from servicekit.wire import citation_to_wire, date_to_wire, decimal_to_wire, instant_from_wire, instant_to_wire
from targets.application.readings.ports import Difference, Rebuilt
from targets.domain.readings.coverage import Coverage
from targets.domain.readings.figures import CoveredFigure, CoveredTotal, Days, FigurePeriod
from targets.domain.readings.meters import CreditCode, EnergyUnit, Meter, Span
from targets.domain.readings.tallies import Key, Quality, Reading

WORD_CHARACTERS_MAX: Final = 100


def span_from_wire(value: pb.ReadingSpan.ValueType) -> Span:
    """Raises KeyError for a value that was not checked before."""
    return Span[pb.ReadingSpan.Name(value).removeprefix("READING_SPAN_")]


def quality_from_wire(value: pb.ReadingQuality.ValueType) -> Quality:
    """What a newer sender says, or none, is taken as estimated."""
    known = value in pb.ReadingQuality.values() and value != pb.READING_QUALITY_UNSPECIFIED
    return Quality[pb.ReadingQuality.Name(value).removeprefix("READING_QUALITY_")] if known else Quality.ESTIMATED


def period_from_wire(value: pb.FigurePeriod.ValueType) -> FigurePeriod:
    """Raises KeyError for a value that was not checked before."""
    return FigurePeriod[pb.FigurePeriod.Name(value).removeprefix("FIGURE_PERIOD_")]


def span_of(start: datetime, end: datetime) -> Span | None:
    """The span that begins and ends so; None for any other period."""
    return next((span for span in Span if end - start == span.length and span.begins(start)), None)


def unit_to_wire(unit: EnergyUnit) -> pb.EnergyUnit:
    return pb.EnergyUnit(
        name=f"energyUnits/{unit.code}",
        display_name=unit.name,
        region_code=unit.region,
        meters=[_meter_to_wire(unit.meters[id_]) for id_ in sorted(unit.meters)],
        version=unit.version,
    )


def _meter_to_wire(meter: Meter) -> pb.Meter:
    return pb.Meter(
        meter=meter.id,
        carrier=meter.carrier,
        span=pb.ReadingSpan.Value(f"READING_SPAN_{meter.span.name}"),
        from_date=date_to_wire(meter.first),
        until_date=date_to_wire(meter.until) if meter.until is not None else None,
    )


def reading_to_wire(reading: Reading) -> events.EnergyReadingReported:
    unit_code, meter, start = reading.key
    return events.EnergyReadingReported(
        credit_code=unit_code,
        meter=meter,
        carrier=reading.carrier,
        region_code=reading.region,
        start_time=instant_to_wire(start),
        end_time=instant_to_wire(start + reading.span.length),
        amount=decimal_to_wire(reading.amount),
        unit=reading.unit,
        quality=pb.ReadingQuality.Value(f"READING_QUALITY_{reading.quality.name}"),
        version=reading.version,
        known_time=instant_to_wire(reading.known_at),
    )


def reading_from_wire(message: events.EnergyReadingReported) -> Reading:
    """Raises ValueError or OverflowError for what no unit can have reported."""
    start, end = instant_from_wire(message.start_time), instant_from_wire(message.end_time)
    span = span_of(start, end)
    if span is None:
        raise ValueError(f"{start.isoformat()} to {end.isoformat()} is neither an hour nor a day in China")
    amount = exact(message.amount.value)
    if amount < 0 or message.version < 1:
        raise ValueError(f"an amount of {amount} in version {message.version}; 0 and 1 are the least")
    return Reading(
        Key(CreditCode(_word(message.credit_code)), _word(message.meter), start),
        span,
        message.version,
        _word(message.carrier),
        region_code(message.region_code),
        amount,
        _word(message.unit),
        quality_from_wire(message.quality),
        instant_from_wire(message.known_time),
    )


def _word(text: str) -> str:
    if not text or len(text) > WORD_CHARACTERS_MAX or not text.isprintable():
        raise ValueError(f"{text[:WORD_CHARACTERS_MAX]!r} names nothing")
    return text


def coverage_to_wire(coverage: Coverage) -> pb.Coverage:
    return pb.Coverage(
        meters_registered=coverage.registered,
        meters_reported=coverage.reported,
        readings_expected=coverage.expected,
        readings_known=coverage.known,
    )


def figure_to_wire(covered: CoveredFigure, region: RegionCode) -> pb.RegionalFigure:
    figure, tally = covered.figure, covered.figure.tally
    calorific, equivalent = figure.kgce_calorific, figure.kgce_equivalent
    return pb.RegionalFigure(
        region_code=region,
        carrier=figure.carrier,
        start_date=date_to_wire(figure.days.first),
        end_date=date_to_wire(figure.days.until),
        amount=decimal_to_wire(tally.amount),
        unit=figure.unit,
        kgce_calorific=decimal_to_wire(calorific) if calorific is not None else None,
        kgce_equivalent=decimal_to_wire(equivalent) if equivalent is not None else None,
        readings_estimated=tally.estimated,
        readings_corrected=tally.corrected,
        coverage=coverage_to_wire(covered.coverage),
        under=[citation_to_wire(citation) for citation in figure.under],
        basis_unverified=figure.basis_unverified,
    )


def total_to_wire(covered: CoveredTotal) -> pb.RegionalTotal:
    total = covered.total
    return pb.RegionalTotal(
        start_date=date_to_wire(total.days.first),
        end_date=date_to_wire(total.days.until),
        kgce_calorific=decimal_to_wire(total.kgce_calorific),
        kgce_equivalent=decimal_to_wire(total.kgce_equivalent),
        unknown_calorific=total.unknown_calorific,
        unknown_equivalent=total.unknown_equivalent,
        coverage=coverage_to_wire(covered.coverage),
    )


def days_to_wire(days: Iterable[tuple[Days, Coverage]]) -> list[pb.DayCoverage]:
    return [pb.DayCoverage(day=date_to_wire(one.first), coverage=coverage_to_wire(found)) for one, found in days]


def rebuilt_to_wire(made: Rebuilt) -> pb.RebuildReadingsResponse:
    return pb.RebuildReadingsResponse(
        figures_count=made.figures,
        readings_count=made.readings,
        differences_count=made.differing,
        differences=[_difference_to_wire(one) for one in made.differences],
        replaced=made.replaced,
        meter_days_differing_count=made.meter_days_differing,
        on_their_way_count=made.on_their_way,
    )


def _difference_to_wire(difference: Difference) -> pb.FigureDifference:
    kept, computed = difference.kept, difference.computed
    return pb.FigureDifference(
        region_code=difference.region,
        carrier=difference.carrier,
        day=date_to_wire(difference.day),
        unit=difference.unit,
        kept=decimal_to_wire(kept) if kept is not None else None,
        computed=decimal_to_wire(computed) if computed is not None else None,
        readings_kept=difference.readings_kept,
        readings_computed=difference.readings_computed,
    )
