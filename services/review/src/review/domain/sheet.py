"""A project's energy account as it is kept with its review: figures and where they come from, without the law."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.model import Amount, EnergyFlow, ProcessEmission
from energy.account import EnergyAccount
from energy.lines import Line
from energy.sums import Sums
from energy.units import WIDE
from kernel.quantities import Basis
from kernel.text import Text
from review.domain.subject import Subject


class SheetLine(NamedTuple):
    """One flow, or the part of it that one coefficient converts. kgce and kg are signed as they enter the totals.

    `document` and `first_day` are of `factor`, or of `factor_equivalent` where the carrier has no other. None: not
    told, or for CO2 also not counted (carbon of feedstock).
    """

    flow: EnergyFlow
    amount: Amount
    factor: Decimal | None
    factor_equivalent: Decimal | None
    document: str
    first_day: date | None
    kgce_calorific: Decimal | None
    kgce_equivalent: Decimal | None
    co2_kg: Decimal | None


class SheetProcess(NamedTuple):
    emission: ProcessEmission
    co2_kg: Decimal | None


class SheetSums(NamedTuple):
    """kgce on one basis."""

    inputs: Decimal
    sold: Decimal
    net: Decimal
    feedstock: Decimal
    fossil: Decimal


class SheetPower(NamedTuple):
    """kWh."""

    bought: Decimal
    own_renewable: Decimal
    internal: Decimal
    sold: Decimal


class SheetCo2(NamedTuple):
    """kg."""

    energy: Decimal
    process: Decimal
    feedstock_left_out: bool

    @property
    def total(self) -> Decimal:
        return WIDE.add(self.energy, self.process)


class SheetIndicator(NamedTuple):
    """`unit` names its basis where it has one."""

    title: Text
    value: Decimal
    unit: str


class AccountSheet(NamedTuple):
    """None: a problem leaves it untold; `problems` say which."""

    lines: tuple[SheetLine, ...]
    processes: tuple[SheetProcess, ...]
    calorific: SheetSums | None
    equivalent: SheetSums | None
    coal_t: Decimal | None
    power: SheetPower | None
    green_kwh: Decimal | None
    co2: SheetCo2 | None
    indicators: tuple[SheetIndicator, ...]
    problems: tuple[Text, ...]


def sheet_of(subject: Subject) -> AccountSheet | None:
    """None while no flow or no day is stated."""
    dossier, account = subject.dossier, subject.account if subject.dossier.energy.flows else None
    if account is None:
        return None
    kg = (None if co2 is None else co2.kg for co2 in account.co2_of)
    flows = dossier.energy.flows
    power, co2 = account.electricity, account.co2
    return AccountSheet(
        lines=tuple(_line(line, flows[line.flow], one) for line, one in zip(account.lines, kg, strict=True)),
        processes=tuple(
            SheetProcess(dossier.process_emissions[line.process], line.co2.kg) for line in account.processes
        ),
        calorific=_sums(account.calorific),
        equivalent=_sums(account.equivalent),
        coal_t=None if account.coal is None else account.coal.value,
        power=None
        if power is None
        else SheetPower(power.bought_kwh, power.own_renewable_kwh, power.internal_kwh, power.sold_kwh),
        green_kwh=None if account.green_kwh is None else account.green_kwh.value,
        co2=None if co2 is None else SheetCo2(co2.energy, co2.process, co2.feedstock_left_out),
        indicators=_indicators(account),
        problems=tuple(problem.text for problem in account.problems),
    )


def _line(line: Line, flow: EnergyFlow, co2_kg: Decimal | None) -> SheetLine:
    calorific, equivalent = line.calorific, line.equivalent
    factor = calorific or equivalent
    return SheetLine(
        flow=flow,
        amount=Amount(line.amount.value, line.amount.unit),
        factor=None if calorific is None else calorific.kgce,
        factor_equivalent=None if equivalent is None else equivalent.kgce,
        document="" if factor is None else factor.citation.document,
        first_day=None if factor is None else factor.citation.in_force_from,
        kgce_calorific=line.kgce(Basis.CALORIFIC),
        kgce_equivalent=line.kgce(Basis.EQUIVALENT),
        co2_kg=co2_kg,
    )


def _sums(sums: Sums | None) -> SheetSums | None:
    if sums is None:
        return None
    return SheetSums(sums.inputs_kgce, sums.sold_kgce, sums.net_kgce, sums.feedstock_kgce, sums.fossil_kgce)


def _indicators(account: EnergyAccount) -> tuple[SheetIndicator, ...]:
    return tuple(
        SheetIndicator(one.title, one.value, one.unit if one.basis is None else f"{one.unit} ({one.basis.value})")
        for one in account.indicators
    )
