"""A project's energy and carbon account: what comes in, what goes out, on each basis by itself, and its CO2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from energy.carbon import Emission, Place, emission, places_in
from energy.flow import Flow, Use
from energy.indicators import NO_DIVISOR, Indicator, Yearly, indicators
from energy.lines import Line, line_of
from energy.problems import Figure, Problem
from energy.processes import ProcessAmount, ProcessLine, process_line
from energy.ranges import at_the_lower_end, ranged
from energy.sums import Co2, Electricity, Sums, co2_of, coal_of, electricity_of, sums_of
from energy.units import KWH, TCE, TONNE, WIDE, rounded, times
from kernel.quantities import Basis, Quantity
from kernel.regions import RegionCode
from statute.finding import Citation
from statute.inforce import Law

FIGURES: Final = {Basis.CALORIFIC: Figure.CALORIFIC, Basis.EQUIVALENT: Figure.EQUIVALENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What an account is asked of beside the flows. None: not stated.

    `green_kwh` is bought electricity that green certificates or green power trade prove.
    """

    region: RegionCode
    processes: tuple[ProcessAmount, ...] = ()
    yearly: Yearly = NO_DIVISOR
    green_kwh: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EnergyAccount:
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


def account(flows: Sequence[Flow], project: Project, law: Law) -> EnergyAccount:
    """By GB/T 2589-2020 and order 31 of 2025, article 12, with the coefficients in force on the law's day."""
    told = [line_of(number, flow, law) for number, flow in enumerate(flows)]
    lines = tuple(at_the_lower_end(line for line, _ in told if line is not None))
    problems = [problem for _, problem in told if problem is not None]
    place = Place(project.region, places_in(law))
    emissions = [emission(line, law, place) for line in lines]
    processes = [process_line(number, amount, law, place) for number, amount in enumerate(project.processes)]
    problems += [one for one in (*emissions, *processes) if isinstance(one, Problem)]
    untold = frozenset(figure for problem in problems for figure in problem.untold)
    told_processes = tuple(one for one in processes if isinstance(one, ProcessLine))
    told_co2 = tuple(None if isinstance(one, Problem) else one for one in emissions)
    with localcontext(WIDE):
        sums = {basis: None if FIGURES[basis] in untold else sums_of(lines, basis) for basis in Basis}
        co2 = None if Figure.CO2 in untold else co2_of(told_co2, told_processes)
        return EnergyAccount(
            lines=lines,
            co2_of=told_co2,
            processes=told_processes,
            problems=_distinct(problems),
            calorific=sums[Basis.CALORIFIC],
            equivalent=sums[Basis.EQUIVALENT],
            coal=None if Figure.COAL in untold else coal_of(lines),
            electricity=None if Figure.ELECTRICITY in untold else electricity_of(lines),
            green_kwh=None if project.green_kwh is None else Quantity(project.green_kwh, KWH),
            co2=co2,
            indicators=indicators(project.yearly, sums, co2, law),
            methods=_methods(lines, law),
        )


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By flow; a sale that is told in two parts has its problem once."""
    once = {(problem.flow, problem.process, problem.untold): problem for problem in problems}
    return tuple(once.values())


def _methods(lines: Iterable[Line], law: Law) -> tuple[Citation, ...]:
    used = [None, *dict.fromkeys(line.use for line in lines)]
    versions = [law.on(method) for use in used for method in METHODS.get(use, ())]
    if any(ranged(line) for line in lines):
        versions.append(law.on("energy.counting.range_default"))
    return tuple(version.citation for version in versions if version is not None)


@dataclass(frozen=True, slots=True)
class Totals:
    """A year's totals as a dossier states them. None: not told. A net seller's energy is below zero."""

    tce_calorific: Decimal | None
    tce_equivalent: Decimal | None
    coal_t: Decimal | None
    electricity_kwh: Decimal | None


NOTHING_TOLD: Final = Totals(None, None, None, None)


def totals(made: EnergyAccount, law: Law) -> Totals:
    """Each rounded by energy.counting.total_places."""
    version = law.on("energy.counting.total_places")
    if version is None:
        return NOTHING_TOLD
    places = int(version.number)

    def told(amount: Quantity, unit: str) -> Decimal:
        return rounded(WIDE.multiply(amount.value, times(amount.unit, unit)), places)

    return Totals(
        tce_calorific=None if made.calorific is None else told(made.calorific.net, TCE),
        tce_equivalent=None if made.equivalent is None else told(made.equivalent.net, TCE),
        coal_t=None if made.coal is None else told(made.coal, TONNE),
        electricity_kwh=None if made.electricity is None else told(made.electricity.counted, KWH),
    )
