"""The yearly amounts of energy that a dossier states, by field, and how they are written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dossier.model import EnergyUse
from energy.account import NOTHING_TOLD, Totals
from kernel.quantities import plain
from kernel.text import Text
from review.domain.look import Inputs

TCE: Final = "dossier.energy.annual_tce_calorific"
TCE_EQUIVALENT: Final = "dossier.energy.annual_tce_equivalent"
KWH: Final = "dossier.energy.annual_electricity_kwh"
COAL: Final = "dossier.energy.annual_coal_t"

Amounts = Mapping[str, Decimal | None]
"""Yearly amounts by field; None: not stated."""

TOTALS: Final = {
    TCE: "tce_calorific",
    TCE_EQUIVALENT: "tce_equivalent",
    KWH: "electricity_kwh",
    COAL: "coal_t",
}
"""The name of each field in EnergyUse and in Totals."""
UNITS: Final = {TCE: "tce", TCE_EQUIVALENT: "tce", KWH: "kWh", COAL: "t"}
NAMES: Final = {
    TCE: Text(zh="年综合能耗 (当量)", en="annual energy (calorific)"),
    TCE_EQUIVALENT: Text(zh="年综合能耗 (等价)", en="annual energy (equivalent)"),
    KWH: Text(zh="年电力消费", en="annual electricity"),
    COAL: Text(zh="年煤炭消费", en="annual coal"),
}
NOT_STATED: Final = Text("未填", "not stated")


def amounts(energy: EnergyUse | Totals) -> Amounts:
    return {
        TCE: energy.tce_calorific,
        TCE_EQUIVALENT: energy.tce_equivalent,
        KWH: energy.electricity_kwh,
        COAL: energy.coal_t,
    }


def written(field: str, amount: Decimal) -> str:
    return f"{plain(amount)} {UNITS[field]}"


def stated(energy: Amounts) -> Inputs:
    """What is stated, as a finding's inputs."""
    return tuple([(field, f"{plain(a)} {UNITS[field]}") for field, a in energy.items() if a is not None])


def filled(energy: EnergyUse, made: Totals) -> Totals:
    """What is stated, else what the flows come to."""
    if made is NOTHING_TOLD:
        return Totals(energy.tce_calorific, energy.tce_equivalent, energy.coal_t, energy.electricity_kwh)
    return Totals(
        tce_calorific=made.tce_calorific if energy.tce_calorific is None else energy.tce_calorific,
        tce_equivalent=made.tce_equivalent if energy.tce_equivalent is None else energy.tce_equivalent,
        coal_t=made.coal_t if energy.coal_t is None else energy.coal_t,
        electricity_kwh=made.electricity_kwh if energy.electricity_kwh is None else energy.electricity_kwh,
    )
