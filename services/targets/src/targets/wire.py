"""Between regions and their messages."""

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.targets.v1 import targets_events_pb2 as events
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.regions import region_code
from servicekit.wire import date_to_wire
from targets.domain.promises import Promise
from targets.domain.regions import Region, RegionLevel, RegionLevelChanged, Scale, WarningLevel


def scale_from_wire(value: pb.Scale.ValueType) -> Scale:
    """Raises KeyError for a value that was not checked before."""
    return Scale[pb.Scale.Name(value).removeprefix("SCALE_")]


def warning_level_from_wire(value: pb.WarningLevel.ValueType) -> WarningLevel:
    """Raises KeyError for a value that was not checked before."""
    return WarningLevel[pb.WarningLevel.Name(value).removeprefix("WARNING_LEVEL_")]


def level_to_wire(level: RegionLevel) -> pb.RegionLevel:
    reading = level.reading
    return pb.RegionLevel(
        region_code=level.region,
        scale=pb.Scale.Value(f"SCALE_{reading.scale.name}"),
        level=pb.WarningLevel.Value(f"WARNING_LEVEL_{reading.level.name}"),
        period_end=date_to_wire(reading.period_end),
        basis=pb.LevelBasis.Value(f"LEVEL_BASIS_{reading.basis.name}"),
        evidence=reading.evidence,
        version=level.version,
        bundle_hash=reading.bundle_hash,
    )


def levels_to_wire(region: Region) -> list[pb.RegionLevel]:
    """In the order of the scales."""
    return [level_to_wire(region.levels[scale]) for scale in Scale if scale in region.levels]


def status_to_wire(region: Region, promised_kgce: int) -> pb.RegionStatus:
    return pb.RegionStatus(
        name=f"regions/{region.code}/status",
        levels=levels_to_wire(region),
        promised_kgce_calorific=promised_kgce,
    )


def event_to_wire(event: RegionLevelChanged) -> events.RegionLevelChanged:
    region = event.region
    return events.RegionLevelChanged(region_code=region.code, version=region.version, levels=levels_to_wire(region))


def promise_from_wire(message: budget.Deduction) -> Promise:
    """Raises ValueError for a deduction without a name, region or amount."""
    prefix, _, deduction = message.name.partition("/")
    if prefix != "deductions" or not deduction or "\0" in deduction:
        raise ValueError(f"{message.name!r} is not the name of a deduction")
    if message.amount_kgce_calorific <= 0:
        raise ValueError(f"{message.name} has the amount {message.amount_kgce_calorific}; it must be more than 0")
    return Promise(deduction, region_code(message.region_code), message.year, message.amount_kgce_calorific)
