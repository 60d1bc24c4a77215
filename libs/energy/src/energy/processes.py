"""CO2 that a process gives off beside its energy, by the tonne of what it is counted by."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from energy.carbon import KG_PER_TONNE, Emission, Place
from energy.problems import Figure, Problem
from energy.units import TONNE, WIDE, rounded
from kernel.quantities import Quantity
from kernel.text import Text
from statute.inforce import Law


@dataclass(frozen=True, slots=True)
class ProcessAmount:
    """Tonnes in a year of what a process gives off CO2 for."""

    process: str
    amount_t: Decimal


class ProcessLine(NamedTuple):
    process: int
    name: Text
    amount: Quantity
    co2: Emission


def process_line(number: int, stated: ProcessAmount, law: Law, place: Place) -> ProcessLine | Problem:
    parameter = law.bundle.parameters.get(f"co2.process.{stated.process}")
    version = None if parameter is None else law.on(parameter.id)
    if parameter is None or version is None:
        text = Text(
            "未收录过程排放 {process}, 须人工核算",
            "the process {process} is not known here; a person computes its CO2",
            process=stated.process,
        )
        return Problem(text, frozenset({Figure.CO2}), process=number)
    kg = rounded(WIDE.multiply(WIDE.multiply(stated.amount_t, version.number), KG_PER_TONNE), place.places)
    text = Text(
        "{amount} t × {factor} tCO2/t = {kg} kg",
        "{amount} t × {factor} tCO2/t = {kg} kg",
        amount=stated.amount_t,
        factor=version.number,
        kg=kg,
    )
    return ProcessLine(
        number, parameter.title, Quantity(stated.amount_t, TONNE), Emission(kg, text, (version.citation,))
    )
