"""What the law of a day knows of an energy carrier: its unit, its coefficients, and what else it counts as."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from energy.factors import Divisor, Factor, factor_on
from energy.units import CUBIC_METRE, KG
from kernel.quantities import Basis
from kernel.text import Text
from statute.inforce import Law

ELECTRICITY: Final = "electricity"
CALORIFIC: Final = "energy.calorific."
EQUIVALENT: Final = "energy.equivalent."
CARRIERS_KEPT_MAX: Final = 4_096
NEAREST_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Carrier:
    """`unit` is the physical unit that its coefficients are for.

    `calorific` is None where the standard prints none: it converts by a measured calorific value, or not at all.
    `low` is the lower end where the standard prints a range and `calorific` is the end that counts. `equivalent` has
    the calorific number for everything but electricity and working media. `in_force` is False before the edition held.
    """

    id: str
    name: Text
    unit: str
    calorific: Factor | None
    low: Factor | None
    equivalent: Factor | None
    own_renewable: Factor | None
    """Of power made inside from wind, sun or water: the calorific number whatever the basis."""
    in_force: bool
    electricity: bool
    measurable: bool
    """Whether a calorific value can be measured for each of its unit."""
    working_medium: bool
    coal: bool
    fossil: bool
    heat: bool
    renewable: bool


@lru_cache(CARRIERS_KEPT_MAX)
def carrier_in(law: Law, carrier_id: str) -> Carrier | None:
    """None for a carrier that the law does not know."""
    if "." in carrier_id:
        return None
    parameters = law.bundle.parameters
    medium = parameters.get(CALORIFIC + carrier_id) is None
    parameter = parameters.get((EQUIVALENT if medium else CALORIFIC) + carrier_id)
    if parameter is None:
        return None
    calorific = None if medium else factor_on(parameter, law.day)
    own = equivalent = calorific.on(Basis.EQUIVALENT) if calorific is not None else None
    if medium or carrier_id == ELECTRICITY:
        equivalent = factor_on(parameters[EQUIVALENT + carrier_id], law.day)
    low, unit = parameters.get(f"{CALORIFIC}{carrier_id}.low"), parameter.unit.partition("/")[2]
    return Carrier(
        id=carrier_id,
        name=parameter.title,
        unit=unit,
        calorific=calorific,
        low=None if low is None else factor_on(low, law.day),
        equivalent=equivalent,
        own_renewable=own,
        electricity=carrier_id == ELECTRICITY,
        measurable=unit in (KG, CUBIC_METRE),
        in_force=parameter.noted_on(law.day) is not None,
        working_medium=medium,
        coal=_listed(law, "coal", carrier_id),
        fossil=_listed(law, "fossil", carrier_id),
        heat=_listed(law, "heat", carrier_id),
        renewable=_listed(law, "renewable", carrier_id),
    )


def _listed(law: Law, kind: str, carrier_id: str) -> bool:
    version = law.on(f"energy.{kind}.carriers")
    return version is not None and carrier_id in version.list_of_words


@lru_cache(CARRIERS_KEPT_MAX)
def divisor_in(law: Law) -> Divisor | None:
    """None where the law of the day does not say how a measured value is converted."""
    kj, places = law.on("energy.constant.kj_per_kgce"), law.on("energy.counting.coefficient_places")
    return None if kj is None or places is None else Divisor(kj, places)


def nearest(law: Law, carrier_id: str) -> tuple[str, ...]:
    """Carriers that the law knows by an id like this one."""
    known = {
        name.removeprefix(prefix)
        for name in law.bundle.parameters
        for prefix in (CALORIFIC, EQUIVALENT)
        if name.startswith(prefix)
    }
    return tuple(get_close_matches(carrier_id, sorted(n for n in known if "." not in n), NEAREST_MAX))
