"""What holds of every dossier: the order in which it lists things is no matter, and more energy is never better."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.model import (
    Applicant,
    Dossier,
    EnergyFlow,
    EnergyUse,
    Equipment,
    Fact,
    FlowUse,
    Product,
    ProjectKind,
    UnitEnergy,
)
from kernel.regions import RegionCode
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation
from statute.access.law import AccessStandard
from statute.finding import Finding, Verdict
from statute.law import FactDefinition
from statute.loader import PolicyBundle

Item = TypeVar("Item")

PRODUCTS = ["clinker", "ferroalloy", "electrolytic_aluminium", "calcium_carbide", "coke", "lime", "polysilicon", ""]
CLASSES = ["3011", "3140", "3216", "2613", "2521", "3012", "3841"]
by_law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

amounts = st.none() | st.integers(0, 10**9).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
flows = st.builds(
    EnergyFlow,
    carrier=st.sampled_from(["raw_coal", "electricity", "coke", "unheard_of"]),
    use=st.sampled_from(FlowUse),
    amount=st.integers(1, 10**6).map(Decimal),
    unit=st.sampled_from(["t", "kWh", "MWh"]),
)
energies = st.builds(EnergyUse, amounts, amounts, amounts, amounts, st.lists(flows, max_size=3).map(tuple))
equipment = st.builds(
    Equipment, st.sampled_from(["锅炉", "电机", "变压器"]), st.sampled_from([None, 1, 2, 3]), st.none() | st.booleans()
)


def facts(policy: PolicyBundle, of: str) -> st.SearchStrategy[tuple[Fact, ...]]:
    defined = [fact for fact in policy.facts.values() if fact.of == of]
    chosen = st.lists(st.sampled_from(defined).flatmap(fact), max_size=12, unique_by=lambda one: one.fact)
    return chosen.map(tuple)


def fact(defined: FactDefinition) -> st.SearchStrategy[Fact]:
    if defined.holds == "word":
        values = st.sampled_from(sorted(defined.words))
    else:
        values = st.sampled_from(["yes", "no"]) if defined.holds == "yes_no" else st.integers(0, 3_000).map(str)
    return values.map(lambda value: Fact(defined.id, value))


def products(policy: PolicyBundle) -> st.SearchStrategy[Product]:
    return st.sampled_from(PRODUCTS).flatmap(
        lambda product_id: st.builds(
            Product,
            name=st.sampled_from(["甲", "乙", "丙"]),
            product_id=st.just(product_id),
            unit_energy=st.tuples(*(unit_energy(standard) for standard in policy.standards_of(product_id)[:4])),
            facts=facts(policy, "product"),
        )
    )


def unit_energy(standard: AccessStandard) -> st.SearchStrategy[UnitEnergy]:
    """On both sides of the levels, and far above them."""
    levels = [v.number for level in standard.levels.values() for v in level.versions if v.value is not None]
    steps = st.sampled_from([Decimal(-1), Decimal(0), Decimal("0.001"), Decimal(500)])
    return st.builds(
        UnitEnergy,
        standard=st.just(standard.id),
        value=st.builds(Decimal.__add__, st.sampled_from(levels or [Decimal(100)]), steps),
        unit=st.just(standard.unit),
    )


def dossiers(policy: PolicyBundle) -> st.SearchStrategy[Dossier]:
    return st.builds(
        Dossier,
        project_name=st.just("虚构项目"),
        applicant=st.just(Applicant("虚构企业")),
        region=st.sampled_from([RegionCode("630121"), RegionCode("632801")]),
        kind=st.none() | st.sampled_from(ProjectKind),
        application_date=st.none() | st.dates(date(2021, 1, 1), date(2026, 12, 31)),
        industry_codes=st.lists(st.sampled_from(CLASSES), max_size=3, unique=True).map(tuple),
        products=st.lists(products(policy), max_size=3).map(tuple),
        energy=energies,
        energy_before=st.none() | energies,
        equipment=st.lists(equipment, max_size=3).map(tuple),
        facts=facts(policy, "project"),
        nationally_planned=st.none() | st.booleans(),
    )


def verdicts(evaluation: Evaluation, policy: PolicyBundle) -> tuple[object, ...]:
    """All that decides, without words and places."""
    return (
        Counter((finding.rule, finding.verdict, finding.leads_to) for finding in evaluation.findings),
        policy.headline(evaluation.findings),
        evaluation.two_high,
        evaluation.competent_level,
        evaluation.annual_kgce,
        evaluation.counted_kgce,
    )


@by_law
@given(data=st.data())
def test_the_order_in_which_a_dossier_lists_things_changes_no_verdict(
    policy: PolicyBundle, data: st.DataObject
) -> None:
    def mixed(items: Iterable[Item]) -> tuple[Item, ...]:
        return tuple(data.draw(st.permutations(list(items))))

    dossier = data.draw(dossiers(policy))
    shuffled = replace(
        dossier,
        products=mixed(replace(p, facts=mixed(p.facts), unit_energy=mixed(p.unit_energy)) for p in dossier.products),
        facts=mixed(dossier.facts),
        industry_codes=mixed(dossier.industry_codes),
        equipment=mixed(dossier.equipment),
        energy=replace(dossier.energy, flows=mixed(dossier.energy.flows)),
    )

    assert verdicts(evaluate(shuffled, policy), policy) == verdicts(evaluate(dossier, policy), policy)


@by_law
@given(data=st.data())
def test_more_energy_never_makes_hold_what_failed(policy: PolicyBundle, data: st.DataObject) -> None:
    dossier = data.draw(dossiers(policy))
    # Whole times: a filing states at most three decimals.
    times = data.draw(st.sampled_from([2, 10, 1000]))

    failing = failed(evaluate(dossier, policy).findings)
    more = evaluate(replace(dossier, energy=raised(dossier.energy, times)), policy).findings

    assert mended(failing, more) == []


@by_law
@given(data=st.data())
def test_more_energy_per_unit_never_makes_hold_what_failed(policy: PolicyBundle, data: st.DataObject) -> None:
    dossier = data.draw(dossiers(policy))
    by = Decimal(data.draw(st.integers(1, 10**6))).scaleb(-3)
    raised_products = tuple(
        replace(p, unit_energy=tuple(replace(one, value=one.value + by) for one in p.unit_energy))
        for p in dossier.products
    )

    failing = failed(evaluate(dossier, policy).findings)
    worse = evaluate(replace(dossier, products=raised_products), policy).findings

    assert mended(failing, worse) == []


def raised(energy: EnergyUse, times: int) -> EnergyUse:
    def more(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else amount * times

    return EnergyUse(
        more(energy.tce_calorific),
        more(energy.tce_equivalent),
        more(energy.electricity_kwh),
        more(energy.coal_t),
        tuple(replace(flow, amount=flow.amount * times) for flow in energy.flows),
    )


Place = tuple[str, int]


def placed(findings: Iterable[Finding]) -> dict[Place, Finding]:
    """By rule, and by which of the rule's findings it is."""
    seen: Counter[str] = Counter()
    by_place = {}
    for finding in findings:
        by_place[finding.rule, seen[finding.rule]] = finding
        seen[finding.rule] += 1
    return by_place


def failed(findings: Iterable[Finding]) -> set[Place]:
    return {place for place, finding in placed(findings).items() if finding.verdict is Verdict.FAILS}


def mended(failing: set[Place], findings: Iterable[Finding]) -> list[str]:
    """The rules that failed before and hold now; a finding that is gone counts as holding."""
    now = placed(findings)
    return sorted(place[0] for place in failing if place not in now or now[place].verdict is Verdict.HOLDS)
