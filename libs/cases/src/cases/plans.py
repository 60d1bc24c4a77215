"""Reads what is on record beside the lots: the steps of the plan, and how far provinces use their kilns."""

from typing import Final

from capacity.domain.plan import NO_RECORD, Plan, PlanStep, PlanStepKind
from capacity.domain.utilisation import Sector, YearFigure
from cases.lots import DOCUMENT, KNOWN_AT
from cases.spot import Spot
from kernel.text import Text

TONNES: Final = Text("吨", "tonnes")
CLINKER: Final = "clinker"
_STEPS: Final = tuple(kind.value for kind in PlanStepKind)
_FIGURE_FIELDS: Final = ("product", "region", "year", "capacity", "output")


def read_plan(spot: Spot) -> Plan:
    """`{publicity: 2025-01-06, announced: 2025-02-03}`, in the order of a plan's way."""
    found = spot.fields(_STEPS, required=(PlanStepKind.PUBLICITY.value,))
    steps = []
    for kind in PlanStepKind:
        day = found[kind.value].day() if kind.value in found else None
        if day is not None:
            steps.append(PlanStep(kind, day, DOCUMENT, KNOWN_AT))
    return Plan(tuple(steps)) if steps and steps[0].kind is PlanStepKind.PUBLICITY else NO_RECORD


def read_utilisation(spot: Spot) -> tuple[YearFigure, ...]:
    return tuple(made for item in spot.items() if (made := _figure(item)) is not None)


def _figure(spot: Spot) -> YearFigure | None:
    found = spot.fields(_FIGURE_FIELDS, required=("region", "year", "capacity", "output"))
    product = (found["product"].text() if "product" in found else None) or CLINKER
    region = found["region"].region() if "region" in found else None
    year = found["year"].whole(Text("年", "years")) if "year" in found else None
    capacity = found["capacity"].whole(TONNES) if "capacity" in found else None
    output = found["output"].whole(TONNES) if "output" in found else None
    if region is None or year is None or capacity is None or output is None:
        return None
    return YearFigure(Sector(product, region), year, capacity, output, DOCUMENT, KNOWN_AT)
