"""The sums of an account's lines: standard coal on one basis, electricity, coal, CO2. Call them under WIDE."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from energy.carbon import Emission
from energy.flow import Use
from energy.lines import Line
from energy.processes import ProcessLine
from energy.units import KGCE, KWH, TONNE, WIDE, in_unit
from kernel.quantities import Basis, Quantity


@dataclass(frozen=True, slots=True)
class Sums:
    """kgce on one basis, exact. `net` is `inputs` less `sold`; `feedstock` and `fossil` are parts of it."""

    inputs: Quantity
    sold: Quantity
    net: Quantity
    feedstock: Quantity
    """Kept in the project's own total; only a region's view deducts it."""
    fossil: Quantity


@dataclass(frozen=True, slots=True)
class Electricity:
    """kWh by where they come from and go to."""

    bought: Quantity
    own_renewable: Quantity
    internal: Quantity
    sold: Quantity

    @property
    def counted(self) -> Quantity:
        """What enters the account: bought, and made inside from wind, sun or water."""
        with localcontext(WIDE):
            return self.bought + self.own_renewable


@dataclass(frozen=True, slots=True)
class Co2:
    """kg. `feedstock_left_out`: some carbon goes into a product and is not counted as burnt."""

    energy: Decimal
    process: Decimal
    feedstock_left_out: bool

    @property
    def total(self) -> Decimal:
        return WIDE.add(self.energy, self.process)


def sums_of(lines: Sequence[Line], basis: Basis) -> Sums:
    inputs = sold = feedstock = fossil = Decimal(0)
    for line in lines:
        kgce = line.kgce(basis)
        assert kgce is not None
        if line.use is Use.SOLD:
            sold -= kgce
        else:
            inputs += kgce
        if line.use is Use.FEEDSTOCK:
            feedstock += kgce
        if line.carrier.fossil:
            fossil += kgce
    amounts = (inputs, sold, inputs - sold, feedstock, fossil)
    return Sums(*(Quantity(amount, KGCE, basis) for amount in amounts))


def coal_of(lines: Iterable[Line]) -> Quantity:
    burnt = (line for line in lines if line.carrier.coal and line.use in (Use.FUEL, Use.FEEDSTOCK))
    return sum((in_unit(line.amount, TONNE) for line in burnt), Quantity(Decimal(0), TONNE))


def electricity_of(lines: Iterable[Line]) -> Electricity:
    by = dict.fromkeys(Use, Decimal(0))
    for line in lines:
        if line.carrier.electricity:
            by[line.use] += line.amount.value
    bought = by[Use.FUEL] + by[Use.FEEDSTOCK]
    amounts = (bought, by[Use.OWN_RENEWABLE], by[Use.INTERNAL], by[Use.SOLD])
    return Electricity(*(Quantity(amount, KWH) for amount in amounts))


def co2_of(emissions: Iterable[Emission | None], processes: Iterable[ProcessLine]) -> Co2:
    told = [one for one in emissions if one is not None]
    return Co2(
        energy=sum((one.kg for one in told if one.kg is not None), Decimal(0)),
        process=sum((line.co2.kg for line in processes if line.co2.kg is not None), Decimal(0)),
        feedstock_left_out=any(one.kg is None for one in told),
    )
