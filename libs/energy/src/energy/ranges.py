"""Which end of a range counts where the standard prints a range of coefficients (energy.counting.range_default)."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from energy.flow import SIGN, Use
from energy.lines import Line
from energy.units import WIDE
from kernel.quantities import Basis, Quantity


def at_the_lower_end(lines: Sequence[Line]) -> Sequence[Line]:
    """Of a carrier with a range, what is only sold is subtracted at the lower end.

    What is bought of the same carrier comes off the sold amount first, at the end that counts: buying and selling the
    same is nothing. The smallest sale is covered first, so that the order of the flows makes no difference.
    """
    for line in lines:
        if line.carrier.low is not None:
            return [part for parts in _covered(lines) for part in parts]
    return lines


def _covered(held: Sequence[Line]) -> Iterator[Iterable[Line]]:
    bought: dict[str, Decimal] = {}
    for line in held:
        if line.use is Use.FUEL and ranged(line):
            bought[line.carrier.id] = WIDE.add(bought.get(line.carrier.id, Decimal(0)), line.amount.value)
    covered: dict[int, Decimal] = {}
    sold = [line for line in held if line.use is Use.SOLD and ranged(line)]
    for line in sorted(sold, key=lambda one: (one.amount.value, one.flow)):
        left = bought.get(line.carrier.id, Decimal(0))
        covered[line.flow] = min(left, line.amount.value)
        bought[line.carrier.id] = WIDE.subtract(left, covered[line.flow])
    for line in held:
        yield _parts(line, covered[line.flow]) if line.flow in covered else (line,)


def ranged(line: Line) -> bool:
    """Whether a range decides its coefficient: none does where a calorific value is measured."""
    return line.carrier.low is not None and line.calorific is not None and line.calorific.measured_ncv_kj is None


def slack(lines: Iterable[Line], basis: Basis) -> Decimal:
    """kgce that the net on `basis` would be lower by, were every ranged input counted at the lower end of its range."""
    total = Decimal(0)
    for line in lines:
        low = line.carrier.low
        if low is None:
            continue
        factor = line.factor(basis)
        if SIGN[line.use] > 0 and factor is not None and ranged(line):
            total = WIDE.add(total, WIDE.multiply(line.amount.value, WIDE.subtract(factor.kgce, low.kgce)))
    return total


def _parts(line: Line, covered: Decimal) -> Iterator[Line]:
    low, whole = line.carrier.low, line.amount
    assert low is not None
    if covered > 0:
        yield line.converted(Quantity(covered, whole.unit), line.calorific, line.equivalent)
    rest = WIDE.subtract(whole.value, covered)
    if rest > 0 or covered == 0:
        amount = Quantity(rest, whole.unit)
        yield line.converted(amount, low, low.on(Basis.EQUIVALENT))
