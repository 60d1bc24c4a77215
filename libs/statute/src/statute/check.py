"""Looks at a whole set of law as its keeper would: what is wrong, what is worth knowing, how far it is verified."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from statute.assembly import Assembly
from statute.bundle import PolicyBundle
from statute.checks.code import Names
from statute.checks.counts import sizes, tally
from statute.checks.periods import gaps, not_found, without_clause
from statute.checks.reach import unreachable
from statute.checks.report import Observation, Report, refused
from statute.checks.uses import code, facts, seed_clauses, sources, standards, units
from statute.collection import SHIPPED_DATA, Collection, gather
from statute.loader import bundle_of
from statute.reading import BadLawData


def check(province: str = "qinghai", data: Path | None = None, names: Names | None = None) -> Report:
    """`data` is as load_bundle takes it. `names`, from the platform's code, also tells what no code reads.

    All that is wrong with the files is told at once; what shows only when they are put together, when they are mended.
    Raises FileNotFoundError for a province without a folder.
    """
    folder = data or SHIPPED_DATA
    problems: list[BadLawData] = []
    collection = gather(folder, province, problems.append)
    assembly = Assembly(collection, problems.append)
    bundle = None if problems else _bundle(province, collection, assembly, problems)
    seen: Iterable[Observation] = dict.fromkeys(refused(problem) for problem in problems)
    if bundle is not None:
        seen = _observations(bundle, collection, assembly, names)
    return Report(
        data=folder,
        province=province,
        bundle_hash="" if bundle is None else bundle.bundle_hash,
        sections=sizes(collection),
        tally=tally(collection),
        observations=tuple(seen),
    )


def _bundle(
    province: str, collection: Collection, assembly: Assembly, problems: list[BadLawData]
) -> PolicyBundle | None:
    try:
        return bundle_of(province, collection, assembly)
    except BadLawData as error:
        problems.append(error)
        return None


def _observations(
    bundle: PolicyBundle, collection: Collection, assembly: Assembly, names: Names | None
) -> Iterator[Observation]:
    yield from unreachable(bundle, collection, assembly.places)
    yield from units(collection)
    yield from sources(collection)
    yield from gaps(bundle.parameters, assembly.places)
    yield from without_clause(bundle.rules, collection)
    yield from not_found(bundle.parameters, assembly.places)
    yield from facts(collection, names)
    yield from standards(bundle)
    yield from seed_clauses(collection)
    if names is not None:
        yield from code(collection, names)
