"""Registers a key energy user and its meters."""

from dataclasses import dataclass

from kernel.regions import RegionCode
from targets.application.readings.ports import ReadingsWork
from targets.domain.readings.meters import CreditCode, EnergyUnit, Meter


@dataclass(frozen=True, slots=True)
class RegisterEnergyUnit:
    code: CreditCode
    name: str
    region: RegionCode
    meters: tuple[Meter, ...]


async def register_unit(command: RegisterEnergyUnit, work: ReadingsWork) -> EnergyUnit:
    """Raises MeterChanged."""
    known = await work.units.get_for_update(command.code)
    unit = known.register(command.name, command.region, command.meters)
    await work.units.save(unit)
    return unit
