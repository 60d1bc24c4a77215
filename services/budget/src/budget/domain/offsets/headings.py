"""The words of a deduction: its heading, the energy, the certificates; and the accounts that it is booked on."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Final

from kernel.quantities import Basis
from kernel.regions import RegionCode, lineage
from ledger.accounts import AccountId
from statute.inforce import Law


class Heading(Enum):
    """In the order of deduction (P4); the two non-fossil headings are one step, and never both in one assessment."""

    NATIONAL_MAJOR_PROJECT = "national_major_project"
    FEEDSTOCK = "feedstock"
    RENEWABLE_INCREMENT = "renewable_increment"
    NON_FOSSIL_ALL = "non_fossil_all"

    @property
    def renewable_or_non_fossil(self) -> bool:
        return self in (Heading.RENEWABLE_INCREMENT, Heading.NON_FOSSIL_ALL)


class EnergyKind(Enum):
    WIND_POWER = "wind_power"
    SOLAR_POWER = "solar_power"
    HYDROPOWER = "hydropower"
    BIOMASS_POWER = "biomass_power"
    GEOTHERMAL_POWER = "geothermal_power"
    OCEAN_POWER = "ocean_power"
    NUCLEAR_POWER = "nuclear_power"
    RENEWABLE_HEAT = "renewable_heat"
    BIOFUEL = "biofuel"
    COAL = "coal"
    COKE = "coke"
    OIL = "oil"
    NATURAL_GAS = "natural_gas"

    @property
    def fossil(self) -> bool:
        return self in (EnergyKind.COAL, EnergyKind.COKE, EnergyKind.OIL, EnergyKind.NATURAL_GAS)

    @property
    def gets_certificates(self) -> bool:
        """Whether certificates are issued for it: renewable power only."""
        return self.value.endswith("power") and self is not EnergyKind.NUCLEAR_POWER


class CertificateKind(Enum):
    WIND_POWER = "wind_power"
    SOLAR_POWER = "solar_power"
    BIOMASS_POWER = "biomass_power"
    GEOTHERMAL_POWER = "geothermal_power"
    OCEAN_POWER = "ocean_power"
    NEW_MARKET_HYDROPOWER = "new_market_hydropower"
    SELF_CONSUMED = "self_consumed"
    OLDER_HYDROPOWER = "older_hydropower"
    STAND_ALONE_STORAGE = "stand_alone_storage"


class CertificateOrigin(Enum):
    OWN = "own"
    TRADED_WITHIN_PROVINCE = "traded_within_province"
    TRADED_ACROSS_PROVINCES = "traded_across_provinces"


BASIS_WORDS: Final[Mapping[Basis, str]] = {Basis.CALORIFIC: "calorific", Basis.EQUIVALENT: "equivalent"}

ASSESSED_UNTIL: Final = "budget.deduction.renewable_increment.assessed_until"
ASSESSED_FROM: Final = "budget.deduction.non_fossil_all.assessed_from"


def account(region: RegionCode, year: int, heading: Heading, basis: Basis) -> AccountId:
    """One heading of one region and year on one basis: amounts on another basis never meet it."""
    return AccountId(region, f"offset_{heading.value}_{BASIS_WORDS[basis]}_kgce", str(year))


def accounts(region: RegionCode, year: int, basis: Basis) -> dict[tuple[RegionCode, Heading], AccountId]:
    """Every heading of the region and of all above it."""
    return {(level, heading): account(level, year, heading, basis) for level in lineage(region) for heading in Heading}


def law_day(year: int) -> date:
    """The day whose law a year of consumption stands under: its last, by which every edition of the year has begun."""
    return date(year, 12, 31)


def excluded(law: Law, assessed_on: date) -> frozenset[Heading]:
    """The headings that an assessment on the day does not take off (P2). `law` is that of the year of consumption.

    Without a day on file nothing is excluded; the rule of the heading is unknown then, and nothing is booked.
    """
    until, begins = law.on(ASSESSED_UNTIL), law.on(ASSESSED_FROM)
    out = set()
    if until is not None and assessed_on >= date.fromisoformat(until.word):
        out.add(Heading.RENEWABLE_INCREMENT)
    if begins is not None and assessed_on < date.fromisoformat(begins.word):
        out.add(Heading.NON_FOSSIL_ALL)
    return frozenset(out)
