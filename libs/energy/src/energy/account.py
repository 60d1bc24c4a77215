"""A project's energy and carbon account: what comes in, what goes out, on each basis by itself, and its CO2."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from energy.carbon import Emission, Place, emission, places_in
from energy.flow import Flow, Use
from energy.indicators import NO_DIVISOR, Indicator, Yearly, indicators
from energy.lines import Line, line_of
from energy.problems import Figure, Problem
from energy.processes import ProcessAmount, ProcessLine, process_line
from energy.ranges import at_the_lower_end, ranged
from energy.sums import TCE_PER_KGCE, Co2, Electricity, Sums, co2_of, coal_of, electricity_of, sums_of, total
from energy.units import KWH, WIDE, rounded
from kernel.quantities import Basis, Quantity
from kernel.regions import RegionCode
from statute.finding import Citation
from statute.inforce import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What an account is asked of beside the flows. None: not stated.

    `green_kwh` is bought electricity that green certificates or green power trade prove.
    """

    region: RegionCode
    processes: tuple[ProcessAmount, ...] = ()
    yearly: Yearly = NO_DIVISOR
    green_kwh: Decimal | None = None


class EnergyAccount(NamedTuple):
    """Every figure is None where a problem leaves it untold. `co2_of` stands beside `lines`, one for each.

    Invariants: a basis's net is the exact sum of its lines; the order of the flows makes no difference; the two bases
    differ by the electricity bought less sold, times the difference of its two factors.
    """

    lines: tuple[Line, ...]
    co2_of: tuple[Emission | None, ...]
    processes: tuple[ProcessLine, ...]
    problems: tuple[Problem, ...]
    calorific: Sums | None
    equivalent: Sums | None
    coal: Quantity | None
    """Physical tonnes, as fuel and as feedstock."""
    electricity: Electricity | None
    green_kwh: Quantity | None
    co2: Co2 | None
    indicators: tuple[Indicator, ...]
    methods: tuple[Citation, ...]

    @property
    def untold(self) -> frozenset[Figure]:
        """Of energy."""
        figures = (Figure.CALORIFIC, Figure.EQUIVALENT, Figure.COAL, Figure.ELECTRICITY)
        told = (self.calorific, self.equivalent, self.coal, self.electricity)
        return frozenset(figure for figure, one in zip(figures, told, strict=True) if one is None)

    def sums(self, basis: Basis) -> Sums | None:
        return self.calorific if basis is Basis.CALORIFIC else self.equivalent


METHODS: Final = {
    None: ("energy.counting.boundary",),
    Use.FEEDSTOCK: ("energy.counting.feedstock",),
    Use.OWN_RENEWABLE: ("energy.counting.own_renewable",),
    Use.INTERNAL: ("energy.counting.own_power", "energy.counting.by_product_gas", "energy.counting.working_media"),
    Use.SOLD: ("energy.counting.sold_energy",),
}
"""What the law says of each use; None: of every account."""
METHODS_KEPT_MAX: Final = 4_096
"""The uses as they may come together, in each span of the law's days."""


class Balance(NamedTuple):
    """The lines of energy alone, and what problems leave untold; then the figure is None."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    untold: frozenset[Figure]

    @property
    def calorific(self) -> Sums | None:
        return None if Figure.CALORIFIC in self.untold else sums_of(self.lines, Basis.CALORIFIC)

    @property
    def equivalent(self) -> Sums | None:
        return None if Figure.EQUIVALENT in self.untold else sums_of(self.lines, Basis.EQUIVALENT)

    @property
    def coal(self) -> Quantity | None:
        return None if Figure.COAL in self.untold else coal_of(self.lines)

    @property
    def electricity(self) -> Electricity | None:
        return None if Figure.ELECTRICITY in self.untold else electricity_of(self.lines)


NONE_UNTOLD: Final[frozenset[Figure]] = frozenset()


def balanced(flows: Sequence[Flow], law: Law) -> Balance:
    """By GB/T 2589-2020, with the coefficients in force on the law's day."""
    lines: list[Line] = []
    problems: list[Problem] = []
    untold = NONE_UNTOLD
    for number, flow in enumerate(flows):
        line, problem = line_of(number, flow, law)
        if line is not None:
            lines.append(line)
        if problem is not None:
            problems.append(problem)
            untold |= problem.untold
    return Balance(tuple(at_the_lower_end(lines)), tuple(problems), untold)


def account(flows: Sequence[Flow], project: Project, law: Law) -> EnergyAccount:
    """By GB/T 2589-2020 and order 31 of 2025, article 12, with the coefficients in force on the law's day."""
    return completed(balanced(flows, law), project, law)


def completed(balance: Balance, project: Project, law: Law) -> EnergyAccount:
    """The balance with its CO2 and its indicators (order 31 of 2025, article 12)."""
    lines, problems, _ = balance
    calorific, equivalent = balance.calorific, balance.equivalent
    place = Place(project.region, places_in(law))
    emissions = [emission(line, law, place) for line in lines]
    processes = [process_line(number, amount, law, place) for number, amount in enumerate(project.processes)]
    problems += tuple([one for one in (*emissions, *processes) if isinstance(one, Problem)])
    told_processes = tuple([one for one in processes if isinstance(one, ProcessLine)])
    told_co2 = tuple([None if isinstance(one, Problem) else one for one in emissions])
    untold = any(Figure.CO2 in problem.untold for problem in problems)
    co2 = None if untold else co2_of(told_co2, told_processes)
    return EnergyAccount(
        lines=lines,
        co2_of=told_co2,
        processes=told_processes,
        problems=_distinct(problems),
        calorific=calorific,
        equivalent=equivalent,
        coal=balance.coal,
        electricity=balance.electricity,
        green_kwh=None if project.green_kwh is None else Quantity(project.green_kwh, KWH),
        co2=co2,
        indicators=indicators(project.yearly, (calorific, equivalent), co2, law),
        methods=methods_of(balance, law),
    )


def _distinct(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """By flow; a sale that is told in two parts has its problem once."""
    if len(problems) < 2:
        return tuple(problems)
    once = {(problem.flow, problem.process, problem.untold): problem for problem in problems}
    return tuple(once.values())


def methods_of(balance: Balance, law: Law) -> tuple[Citation, ...]:
    """How the balance is counted, without the rest of its account."""
    lines = balance.lines
    return _methods(tuple(dict.fromkeys([line.use for line in lines])), any(map(ranged, lines)), law)


@lru_cache(METHODS_KEPT_MAX)
def _methods(uses: tuple[Use, ...], by_range: bool, law: Law) -> tuple[Citation, ...]:  # a key of the cache
    named = [method for use in (None, *uses) for method in METHODS.get(use, ())]
    versions = [law.on(method) for method in (*named, *(("energy.counting.range_default",) if by_range else ()))]
    return tuple(version.citation for version in versions if version is not None)


class Totals(NamedTuple):
    """A year's totals as a dossier states them. None: not told. A net seller's energy is below zero."""

    tce_calorific: Decimal | None
    tce_equivalent: Decimal | None
    coal_t: Decimal | None
    electricity_kwh: Decimal | None


NOTHING_TOLD: Final = Totals(None, None, None, None)


def totals(made: Balance | EnergyAccount, law: Law) -> Totals:
    """Each rounded by energy.counting.total_places."""
    version = law.on("energy.counting.total_places")
    if version is None:
        return NOTHING_TOLD
    places, lines, untold = int(version.number), made.lines, made.untold
    return Totals(
        None if Figure.CALORIFIC in untold else _net([line.kgce_calorific for line in lines], places),
        None if Figure.EQUIVALENT in untold else _net([line.kgce_equivalent for line in lines], places),
        None if Figure.COAL in untold else rounded(coal_of(lines).value, places),
        None if Figure.ELECTRICITY in untold else rounded(electricity_of(lines).counted_kwh, places),
    )


def _net(kgce: Sequence[Decimal | None], places: int) -> Decimal:
    """In tce. What is sold stands below zero in its line already."""
    return rounded(WIDE.multiply(total([one for one in kgce if one is not None]), TCE_PER_KGCE), places)
