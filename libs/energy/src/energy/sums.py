"""The sums of an account's lines: standard coal on one basis, electricity, coal, CO2. All are exact."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Final, NamedTuple

from energy.carbon import Emission
from energy.flow import Use
from energy.lines import NOTHING, Line
from energy.processes import ProcessLine
from energy.units import KGCE, KWH, TCE, TONNE, WIDE, in_unit, times
from kernel.quantities import Basis, Quantity

TCE_PER_KGCE: Final = times(KGCE, TCE)
NO_COAL: Final = Quantity(NOTHING, TONNE)


class Sums(NamedTuple):
    """kgce on one basis, exact. `net` is `inputs` less `sold`; `feedstock` and `fossil` are parts of it."""

    basis: Basis
    inputs_kgce: Decimal
    sold_kgce: Decimal
    net_kgce: Decimal
    feedstock_kgce: Decimal
    """Kept in the project's own total; only a region's view deducts it."""
    fossil_kgce: Decimal

    @property
    def inputs(self) -> Quantity:
        return Quantity(self.inputs_kgce, KGCE, self.basis)

    @property
    def sold(self) -> Quantity:
        return Quantity(self.sold_kgce, KGCE, self.basis)

    @property
    def net(self) -> Quantity:
        return Quantity(self.net_kgce, KGCE, self.basis)

    @property
    def feedstock(self) -> Quantity:
        return Quantity(self.feedstock_kgce, KGCE, self.basis)

    @property
    def fossil(self) -> Quantity:
        return Quantity(self.fossil_kgce, KGCE, self.basis)


class Electricity(NamedTuple):
    """By where it comes from and goes to. `counted_kwh` enters the account: bought, and own renewable power."""

    bought_kwh: Decimal
    own_renewable_kwh: Decimal
    internal_kwh: Decimal
    sold_kwh: Decimal
    counted_kwh: Decimal

    @property
    def bought(self) -> Quantity:
        return Quantity(self.bought_kwh, KWH)

    @property
    def own_renewable(self) -> Quantity:
        return Quantity(self.own_renewable_kwh, KWH)

    @property
    def internal(self) -> Quantity:
        return Quantity(self.internal_kwh, KWH)

    @property
    def sold(self) -> Quantity:
        return Quantity(self.sold_kwh, KWH)

    @property
    def counted(self) -> Quantity:
        return Quantity(self.counted_kwh, KWH)


NO_POWER: Final = Electricity(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)


class Co2(NamedTuple):
    """kg. `feedstock_left_out`: some carbon goes into a product and is not counted as burnt."""

    energy: Decimal
    process: Decimal
    feedstock_left_out: bool

    @property
    def total(self) -> Decimal:
        return WIDE.add(self.energy, self.process)


def sums_of(lines: Sequence[Line], basis: Basis) -> Sums:
    """Each of the lines is told on the basis."""
    add, calorific = WIDE.add, basis is Basis.CALORIFIC
    inputs = sold = feedstock = fossil = NOTHING
    for line in lines:
        kgce, use = line.kgce_calorific if calorific else line.kgce_equivalent, line.use
        assert kgce is not None
        if use is Use.SOLD:
            sold = WIDE.subtract(sold, kgce)
        else:
            inputs = add(inputs, kgce)
        if use is Use.FEEDSTOCK:
            feedstock = add(feedstock, kgce)
        if line.carrier.fossil:
            fossil = add(fossil, kgce)
    return Sums(basis, inputs, sold, WIDE.subtract(inputs, sold), feedstock, fossil)


def coal_of(lines: Iterable[Line]) -> Quantity:
    burnt = [line for line in lines if line.carrier.coal and line.use in (Use.FUEL, Use.FEEDSTOCK)]
    if not burnt:
        return NO_COAL
    return Quantity(total([in_unit(line.amount, TONNE).value for line in burnt]), TONNE)


def electricity_of(lines: Iterable[Line]) -> Electricity:
    used = [line for line in lines if line.carrier.electricity]
    if not used:
        return NO_POWER
    kwh = dict.fromkeys(Use, NOTHING)
    for line in used:
        kwh[line.use] = WIDE.add(kwh[line.use], line.amount.value)
    bought, own = WIDE.add(kwh[Use.FUEL], kwh[Use.FEEDSTOCK]), kwh[Use.OWN_RENEWABLE]
    return Electricity(bought, own, kwh[Use.INTERNAL], kwh[Use.SOLD], WIDE.add(bought, own))


def co2_of(emissions: Iterable[Emission | None], processes: Iterable[ProcessLine]) -> Co2:
    told = [one.kg for one in emissions if one is not None]
    known = [kg for kg in told if kg is not None]
    process = [line.co2.kg for line in processes if line.co2.kg is not None]
    return Co2(total(known), total(process), feedstock_left_out=len(known) < len(told))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Exact."""
    return reduce(WIDE.add, amounts, NOTHING)
