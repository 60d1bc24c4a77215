"""Why a flow cannot be converted, with the totals that stay untold and the field that would mend it."""

from typing import Final

from energy.carriers import Carrier, nearest
from energy.flow import Flow
from energy.problems import ALL_FIGURES, ON_BOTH_BASES, Figure, Problem
from kernel.text import Text
from statute.inforce import Law

CARRIER: Final = "carrier"
UNIT: Final = "unit"
MEASURED: Final = "measured_ncv_kj"

_NO_SUCH_RENEWABLE: Final = Text(
    "自发可再生能源仅电力有计入规则, 其他须人工判断",
    "the rule on own renewable energy speaks of power only; anything else is for a person to decide",
)
_NOT_MEASURABLE: Final = Text(
    "该品种无实测热值; 请删去实测低位发热量",
    "no calorific value is measured of this carrier. Leave the measured value out.",
)
_NCV_TOO_SMALL: Final = Text(
    "实测低位发热量过小, 请核对单位 (kJ/kg 或 kJ/m3)",
    "the measured calorific value is too small: check its unit (kJ for each kg or m3)",
)


def touched(carrier: Carrier) -> frozenset[Figure]:
    """The figures that a flow of the carrier enters."""
    more = {Figure.COAL} if carrier.coal else {Figure.ELECTRICITY} if carrier.electricity else set()
    return ON_BOTH_BASES | {Figure.CO2} | more


def unknown(number: int, flow: Flow, law: Law) -> Problem:
    """Nothing at all is told of a carrier that may be anything."""
    like = nearest(law, flow.carrier)
    text = Text(
        "未收录能源品种 {carrier}{like}, 须人工核对",
        "the carrier {carrier} is not known here{like}; a person converts it",
        carrier=flow.carrier,
        like=Text(" (相近: {like})", " (like it: {like})", like=", ".join(like)) if like else "",
    )
    return Problem(text, ALL_FIGURES, flow=number)


def other_unit(number: int, flow: Flow, carrier: Carrier) -> Problem:
    text = Text(
        "{name}的单位 {unit} 不能换算为 {needed}; 请改填",
        "{name}: {unit} cannot be brought to {needed}. State the amount in a unit of that kind.",
        name=carrier.name,
        unit=flow.amount.unit,
        needed=carrier.unit,
    )
    return Problem(text, touched(carrier), flow=number, mend=UNIT)


def no_such_renewable(number: int, carrier: Carrier) -> Problem:
    return Problem(_NO_SUCH_RENEWABLE, touched(carrier), flow=number)


def not_measurable(number: int, carrier: Carrier) -> Problem:
    return Problem(_NOT_MEASURABLE, touched(carrier), flow=number, mend=MEASURED)


def measured_too_small(number: int) -> Problem:
    return Problem(_NCV_TOO_SMALL, ON_BOTH_BASES, flow=number, mend=MEASURED)


def no_edition(number: int, carrier: Carrier) -> Problem:
    text = Text(
        "{name}: 申请日适用的折标准煤系数未收录, 须人工核对",
        "{name}: the factors to standard coal in force on the day of application are not held here; a person converts",
        name=carrier.name,
    )
    return Problem(text, ON_BOTH_BASES, flow=number)


def no_factor(number: int, carrier: Carrier) -> Problem | None:
    """What the law does not say of a carrier without a measured value; None where it says all."""
    untold = frozenset(
        figure
        for figure, factor in ((Figure.CALORIFIC, carrier.calorific), (Figure.EQUIVALENT, carrier.equivalent))
        if factor is None
    )
    if not untold:
        return None
    if not carrier.in_force:
        return no_edition(number, carrier)
    if carrier.electricity:
        return Problem(_no_equivalent(carrier), untold, flow=number)
    if carrier.working_medium:
        return Problem(_equivalent_only(carrier), untold, flow=number)
    text = Text(
        "{name}: 标准未给出系数; 请填实测低位发热量",
        "{name}: the standard prints no coefficient. State the measured calorific value.",
        name=carrier.name,
    )
    return Problem(text, untold, flow=number, mend=MEASURED)


def _no_equivalent(carrier: Carrier) -> Text:
    return Text(
        "{name}: 当年等价值未收录, 须人工核对",
        "{name}: the equivalent value of the year is not held here; a person converts",
        name=carrier.name,
    )


def _equivalent_only(carrier: Carrier) -> Text:
    return Text(
        "{name}为耗能工质, 标准只有等价值, 当量口径如何计入须人工判断",
        "{name} is an energy-consuming working medium: the standard has its equivalent value only, and how it counts "
        "on the calorific basis is for a person to decide",
        name=carrier.name,
    )
