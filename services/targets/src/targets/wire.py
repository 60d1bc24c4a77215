"""Between regions, their levels and promises and the messages of these."""

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.targets.v1 import targets_events_pb2 as events
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.regions import region_code
from servicekit.wire import date_to_wire, instant_to_wire
from targets.application.ports import Promised
from targets.domain.history import HistoryEntry
from targets.domain.levels import RegionLevel, Scale, WarningLevel
from targets.domain.promises import Promise
from targets.domain.regions import Region, RegionLevelChanged
from targets.domain.reports import ReportStatus


def scale_from_wire(value: pb.Scale.ValueType) -> Scale:
    """Raises KeyError for a value that was not checked before."""
    return Scale[pb.Scale.Name(value).removeprefix("SCALE_")]


def warning_level_from_wire(value: pb.WarningLevel.ValueType) -> WarningLevel:
    """Raises KeyError for a value that was not checked before."""
    return WarningLevel[pb.WarningLevel.Name(value).removeprefix("WARNING_LEVEL_")]


def status_name(status: ReportStatus) -> pb.ReportStatus.ValueType:
    return pb.ReportStatus.Value(f"REPORT_STATUS_{status.name}")


def scale_to_wire(scale: Scale) -> pb.Scale.ValueType:
    return pb.Scale.Value(f"SCALE_{scale.name}")


def level_to_wire(level: RegionLevel) -> pb.RegionLevel:
    reading = level.reading
    return pb.RegionLevel(
        region_code=level.region,
        scale=scale_to_wire(reading.scale),
        level=pb.WarningLevel.Value(f"WARNING_LEVEL_{reading.level.name}"),
        period_end=date_to_wire(reading.period.last),
        basis=pb.LevelBasis.Value(f"LEVEL_BASIS_{reading.basis.name}"),
        evidence=reading.evidence,
        version=level.version,
        bundle_hash=reading.bundle_hash,
        period_start=date_to_wire(reading.period.first),
        report_status=status_name(reading.status),
        valid_from=date_to_wire(level.valid_from),
        known_time=instant_to_wire(level.known_at),
    )


def record_to_wire(entry: HistoryEntry) -> pb.LevelRecord:
    record = pb.LevelRecord(level=level_to_wire(entry.level), stands=entry.stands)
    if entry.validity is not None:
        record.valid_from.CopyFrom(date_to_wire(entry.validity.first))
        if entry.validity.until is not None:
            record.valid_until.CopyFrom(date_to_wire(entry.validity.until))
    return record


def levels_to_wire(region: Region) -> list[pb.RegionLevel]:
    """In the order of the scales."""
    return [level_to_wire(region.levels[scale]) for scale in Scale if scale in region.levels]


def status_to_wire(region: Region, promised: Promised) -> pb.RegionStatus:
    return pb.RegionStatus(
        name=f"regions/{region.code}/status",
        levels=levels_to_wire(region),
        promised_kgce_calorific=promised.total,
        promised=[
            pb.PromisedEnergy(year=year, amount_kgce_calorific=kgce) for year, kgce in sorted(promised.by_year.items())
        ],
    )


def event_to_wire(event: RegionLevelChanged) -> events.RegionLevelChanged:
    region = event.region
    return events.RegionLevelChanged(region_code=region.code, version=region.version, levels=levels_to_wire(region))


def promise_from_wire(message: budget.Deduction) -> Promise:
    """Raises ValueError for a deduction without a name, region or amount."""
    prefix, _, deduction = message.name.partition("/")
    if prefix != "deductions" or not deduction or "\0" in deduction:
        raise ValueError(f"{message.name!r} is not the name of a deduction")
    kgce_by_year: dict[int, int] = {}
    first = budget.Phase(year=message.year, amount_kgce_calorific=message.amount_kgce_calorific)
    for phase in (first, *message.later_phases):
        if phase.amount_kgce_calorific <= 0:
            raise ValueError(f"{message.name} has the amount {phase.amount_kgce_calorific}; it must be more than 0")
        kgce_by_year[phase.year] = kgce_by_year.get(phase.year, 0) + phase.amount_kgce_calorific
    return Promise(deduction, region_code(message.region_code), kgce_by_year)
