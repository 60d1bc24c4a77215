"""CO2 of energy and of processes, from physical amounts and never from standard coal."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from energy.carriers import Carrier
from energy.flow import SIGN, Use
from energy.gaps import CARRIER
from energy.lines import Line
from energy.problems import Figure, Problem
from energy.units import CUBIC_METRE, GJ, KG, MJ, TEN_THOUSAND_CUBIC_METRES, TONNE, WIDE, divided, in_unit, rounded
from kernel.regions import RegionCode, province_of
from kernel.text import Text
from statute.finding import Citation
from statute.inforce import Law
from statute.parameter import Version

KG_PER_TONNE: Final = Decimal(1000)
KJ_TO_GJ: Final = -6
"""A power of ten."""
KEPT_MAX: Final = 4_096
CO2: Final = frozenset({Figure.CO2})
CARBON_TO_CO2: Final = ("co2.carbon_to_co2.numerator", "co2.carbon_to_co2.denominator")

FUEL_UNITS: Final = {KG: (TONNE, -3), CUBIC_METRE: (TEN_THOUSAND_CUBIC_METRES, -2)}
"""A fuel's unit in table C.1, and the power of ten from kJ for each kg or m3 to GJ for each t or 1e4 m3."""


class Emission(NamedTuple):
    """`kg` is signed and rounded by energy.counting.co2_places; None: not counted by rule (carbon of feedstock)."""

    kg: Decimal | None
    text: Text
    under: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Fuel:
    """A row of table C.1: GJ for each `per`, tC/TJ, the share burnt, and carbon to CO2 as two whole numbers."""

    per: str
    ncv: Decimal
    carbon: Decimal
    burnt: Decimal
    ratio: tuple[Decimal, Decimal]
    kg_per_gj: Decimal
    """kgCO2 for each GJ burnt, times the second of `ratio`: GJ x tC/TJ is kgC."""
    under: tuple[Citation, ...]


class Place(NamedTuple):
    """Where power is bought, and to how many decimals of a kg CO2 is told."""

    region: RegionCode
    places: int


def places_in(law: Law) -> int:
    version = law.on("energy.counting.co2_places")
    return 0 if version is None else int(version.number)


NOT_BURNT: Final = Text("原料所含的碳未按燃烧计算", "the carbon of feedstock is not counted as burnt")
NO_FUEL: Final = Text("自发可再生电力, 不计排放", "own renewable power: no emission")
COUNTED_ALREADY: Final = Text("内部流转, 已由其投入计算", "internal: counted where it comes from")


def emission(line: Line, law: Law, place: Place) -> Emission | Problem:
    """Of one line. A fuel that is sold, or whose row is not on file, is a problem: never zero."""
    carrier, use = line.carrier, line.use
    if use is Use.INTERNAL:
        return Emission(Decimal(0), COUNTED_ALREADY)
    if use is Use.OWN_RENEWABLE:
        return Emission(Decimal(0), NO_FUEL, _cited(law, "co2.counting.own_renewable"))
    if carrier.electricity:
        return _of_power(line, law, place)
    if carrier.heat:
        return _of_heat(line, law, place)
    if use is Use.FEEDSTOCK:
        return Emission(None, NOT_BURNT, _cited(law, "co2.counting.feedstock"))
    return _of_fuel(line, law, place)


def _cited(law: Law, *parameters: str) -> tuple[Citation, ...]:
    versions = (law.on(parameter) for parameter in parameters)
    return tuple(version.citation for version in versions if version is not None)


@lru_cache(KEPT_MAX)
def grid_factor(law: Law, province: RegionCode) -> Version | None:
    """kgCO2/kWh of the newest year that is not after the day's; None where no year of the province is held."""
    parameter = law.bundle.parameters.get(f"co2.grid.province.{province}")
    return None if parameter is None else parameter.newest_by(law.day)


def _of_power(line: Line, law: Law, place: Place) -> Emission | Problem:
    grid = grid_factor(law, province_of(place.region))
    if grid is None:
        text = Text(
            "{region} 的电力排放因子未收录, 电力的二氧化碳不能计算",
            "no grid factor is held for {region}, so the CO2 of electricity cannot be told",
            region=place.region,
        )
        return Problem(text, CO2, flow=line.flow)
    kg = rounded(_signed(WIDE.multiply(line.amount.value, grid.number), line.use), place.places)
    text = Text(
        "{amount} × {factor} kgCO2/kWh ({year} 年, {document}) = {kg} kg",
        "{amount} × {factor} kgCO2/kWh (of {year}, {document}) = {kg} kg",
        amount=line.amount,
        factor=grid.number,
        year=grid.citation.in_force_from.year,
        document=grid.citation.document,
        kg=kg,
    )
    methods = ("co2.counting.grid", "co2.counting.sold_power") if line.use is Use.SOLD else ("co2.counting.grid",)
    return Emission(kg, text, (grid.citation, *_cited(law, *methods)))


def _signed(amount: Decimal, use: Use) -> Decimal:
    return WIDE.minus(amount) if SIGN[use] < 0 else amount


def _of_heat(line: Line, law: Law, place: Place) -> Emission | Problem:
    factor, ncv = law.on("co2.heat.purchased"), _heat_of(line.carrier, law)
    if factor is None or (ncv is None and line.carrier.unit != MJ):
        return Problem(_no_row(line.carrier), CO2, flow=line.flow)
    if ncv is None:
        heat = in_unit(line.amount, GJ).value
    else:
        heat = WIDE.scaleb(WIDE.multiply(line.amount.value, _measured(line) or ncv.number), KJ_TO_GJ)
    tonnes = WIDE.multiply(heat, factor.number)
    kg = rounded(_signed(WIDE.multiply(tonnes, KG_PER_TONNE), line.use), place.places)
    text = Text(
        "{amount} 合 {heat} GJ × {factor} tCO2/GJ = {kg} kg",
        "{amount}, {heat} GJ × {factor} tCO2/GJ = {kg} kg",
        amount=line.amount,
        heat=heat,
        factor=factor.number,
        kg=kg,
    )
    methods = ("co2.counting.sold_power",) if line.use is Use.SOLD else ()
    return Emission(kg, text, (factor.citation, *_cited(law, *methods)))


def _heat_of(carrier: Carrier, law: Law) -> Version | None:
    """kJ for each unit of a carrier that is no plain heat."""
    parameter = law.bundle.parameters.get(f"energy.ncv.{carrier.id}")
    return None if parameter is None else parameter.on(law.day)


def _measured(line: Line) -> Decimal | None:
    return None if line.calorific is None else line.calorific.measured_ncv_kj


@lru_cache(KEPT_MAX)
def fuel_in(law: Law, carrier_id: str, unit: str) -> Fuel | None:
    """The row of table C.1 for a carrier in `unit`; None where it has none."""
    parameters = law.bundle.parameters
    named = parameters.get(f"co2.fuel_row.{carrier_id}")
    row = None if named is None else named.on(law.day)
    key = carrier_id if row is None else row.word
    ncv = parameters.get(f"co2.fuel.{key}.ncv")
    if ncv is None or unit not in FUEL_UNITS or ncv.unit != f"{GJ}/{FUEL_UNITS[unit][0]}":
        return None
    parts = [*(f"co2.fuel.{key}.{part}" for part in ("ncv", "cc", "of")), *CARBON_TO_CO2]
    versions = [version for part in parts if (version := law.on(part)) is not None]
    if len(versions) < len(parts):
        return None
    gigajoule, carbon, burnt, up, down = (version.number for version in versions)
    return Fuel(
        per=FUEL_UNITS[unit][0],
        ncv=gigajoule,
        carbon=carbon,
        burnt=burnt,
        ratio=(up, down),
        kg_per_gj=WIDE.multiply(WIDE.multiply(carbon, burnt), up),
        under=tuple(
            version.citation for version in (*versions, row, law.on("co2.counting.formula")) if version is not None
        ),
    )


def _of_fuel(line: Line, law: Law, place: Place) -> Emission | Problem:
    """E = AD x NCV x CC x OF x 44/12 (co2.counting.formula); a measured calorific value comes before the table's."""
    if line.use is Use.SOLD:
        return Problem(_carbon_sold(line.carrier), CO2, flow=line.flow)
    fuel = fuel_in(law, line.carrier.id, line.carrier.unit)
    if fuel is None:
        return Problem(_no_row(line.carrier), CO2, flow=line.flow, mend=CARRIER if line.carrier.coal else "")
    per, in_table = FUEL_UNITS[line.carrier.unit]
    amount, measured = in_unit(line.amount, per), _measured(line)
    ncv = fuel.ncv if measured is None else WIDE.scaleb(measured, in_table)
    kg = divided(WIDE.multiply(WIDE.multiply(amount.value, ncv), fuel.kg_per_gj), fuel.ratio[1], place.places)
    text = Text(
        "{amount} × {ncv} GJ/{per} × {cc} tC/TJ × {of} × {up}/{down} = {kg} kg",
        "{amount} × {ncv} GJ/{per} × {cc} tC/TJ × {of} × {up}/{down} = {kg} kg",
        amount=amount,
        ncv=ncv,
        per=per,
        cc=fuel.carbon,
        of=fuel.burnt,
        up=fuel.ratio[0],
        down=fuel.ratio[1],
        kg=kg,
    )
    return Emission(kg, text, fuel.under)


def _no_row(carrier: Carrier) -> Text:
    kinds = Text(
        "; 请按煤种填报 (无烟煤 anthracite、烟煤 bituminous、褐煤 lignite)",
        ". State the kind of coal: anthracite, bituminous or lignite.",
    )
    return Text(
        "{name}的排放因子未收录, 其二氧化碳不能计算{kinds}",
        "no emission factor is held for {name}, so its CO2 cannot be told{kinds}",
        name=carrier.name,
        kinds=kinds if carrier.coal else "",
    )


def _carbon_sold(carrier: Carrier) -> Text:
    return Text(
        "外供{name}所含的碳如何扣除未收录, 须人工核算",
        "how the carbon of {name} that is sold is taken off is not on file; a person computes it",
        name=carrier.name,
    )
