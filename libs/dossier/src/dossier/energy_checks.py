"""Checks what a dossier states of energy and of CO2: yearly totals, flows, process emissions."""

from typing import Final

from dossier.fields import (
    CATALOGUE_WORD,
    EXACT_PLACES_MAX,
    PLACES_MAX,
    WORD_FORM,
    check_amount,
    check_unit,
    check_yearly,
)
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.text import Text
from servicekit.rpc.checks import Violations

FLOWS_MAX: Final = 60
PROCESS_EMISSIONS_MAX: Final = 20
FLOW_UNITS: Final = ("t", "kg", "m3", "10k_m3", "kWh", "MWh", "GJ", "MJ")
TOTALS: Final = ("annual_tce_calorific", "annual_tce_equivalent", "annual_electricity_kwh", "annual_coal_t")

CARRIER_FORM: Final = Text(zh="能源品种的标识, 如 raw_coal", en="an id of an energy carrier, e.g. raw_coal")


def check_energy(place: str, energy: pb.EnergyUse, violations: Violations) -> None:
    for name in TOTALS:
        check_yearly(place, energy, name, violations)
    violations.count(f"{place}.flows", len(energy.flows), FLOWS_MAX)
    for index, flow in enumerate(energy.flows[:FLOWS_MAX]):
        _check_flow(f"{place}.flows[{index}]", flow, violations)


def _check_flow(place: str, flow: pb.EnergyFlow, violations: Violations) -> None:
    """Whether the law knows the carrier is the review's question: here it only has to be a word."""
    violations.matching(f"{place}.carrier", flow.carrier, CATALOGUE_WORD, CARRIER_FORM)
    violations.enum(f"{place}.use", flow.use, pb.FlowUse, required=True)
    check_amount(place, flow, "amount", violations, places_max=EXACT_PLACES_MAX)
    check_unit(f"{place}.unit", flow.unit, FLOW_UNITS, violations)
    if flow.HasField("measured_ncv_kj"):
        field = f"{place}.measured_ncv_kj"
        measured = violations.decimal(field, flow.measured_ncv_kj, places_max=PLACES_MAX)
        if measured is not None and measured <= 0:
            violations.add(field, "TOO_SMALL", "应大于 0", "must be more than 0")


def check_emissions(dossier: pb.Dossier, violations: Violations) -> None:
    check_yearly("dossier", dossier, "annual_co2_t", violations)
    violations.count("dossier.process_emissions", len(dossier.process_emissions), PROCESS_EMISSIONS_MAX)
    for index, emission in enumerate(dossier.process_emissions[:PROCESS_EMISSIONS_MAX]):
        place = f"dossier.process_emissions[{index}]"
        violations.matching(f"{place}.process", emission.process, CATALOGUE_WORD, WORD_FORM)
        check_amount(place, emission, "amount_t", violations, places_max=EXACT_PLACES_MAX)
