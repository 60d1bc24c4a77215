"""What a law remembers changes no answer: not the order of the questions, not who asked before, not when it is read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.model import Dossier, EnergyFlow, EnergyUse, Fact, FlowUse, PriorOpinion, Product, ProjectKind, UnitEnergy
from review.domain.composition import verdict_of
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation
from review.wire import evaluation_to_wire
from statute.loader import PolicyBundle
from testkit.dossiers import dossier as a_dossier

FIRST_DAY = date(2021, 3, 1)
DAYS = [FIRST_DAY + timedelta(days=97 * number) for number in range(24)]
COMPOSED = ("access.indicator", "ban.", "catalogue.")
"""Rules whose parts, where there are any, are all that they are made of."""

few = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def dossiers(policy: PolicyBundle) -> st.SearchStrategy[Dossier]:
    """Of all that the law names: products with values of their standards, facts, flows."""
    named = {p.id: p for c in policy.catalogues for i in c.industries for p in i.products}
    stated = [
        Fact(fact.id, value)
        for fact in policy.facts.values()
        for value in (("yes", "no") if fact.holds == "yes_no" else tuple(fact.words) or ("0", "0.5", "95"))
    ]
    facts = st.lists(st.sampled_from(stated), max_size=30, unique_by=lambda fact: fact.fact).map(tuple)
    amounts = st.none() | st.integers(0, 10**8).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
    flows = st.builds(
        EnergyFlow,
        carrier=st.sampled_from(["electricity", "raw_coal", "coke", "natural_gas", "heat_mj", "unheard_of"]),
        use=st.sampled_from(FlowUse),
        amount=st.integers(0, 10**6).map(Decimal),
        unit=st.sampled_from(["t", "kWh", "m3"]),
    )
    energy = st.builds(EnergyUse, amounts, amounts, amounts, amounts, st.lists(flows, max_size=3).map(tuple))

    def product(product_id: str) -> st.SearchStrategy[Product]:
        values = [
            UnitEnergy(standard.id, Decimal(value), standard.unit)
            for standard in policy.standards_of(product_id)
            for value in ("1", "100", "900")
        ]
        indicators = st.lists(st.sampled_from(values), max_size=3).map(tuple) if values else st.just(())
        return st.builds(
            Product, name=st.just("甲"), product_id=st.just(product_id), unit_energy=indicators, facts=facts
        )

    return st.builds(
        a_dossier,
        kind=st.none() | st.sampled_from(ProjectKind),
        application_date=st.none() | st.sampled_from(DAYS),
        industry_codes=st.lists(st.sampled_from(["3011", "3140", "3216", "2613", "3841"]), max_size=2).map(tuple),
        products=st.lists(st.sampled_from(["", *named]).flatmap(product), max_size=2).map(tuple),
        energy=energy,
        energy_before=st.none() | energy,
        facts=facts,
        prior_opinion=st.none()
        | st.just(PriorOpinion("虚构〔2024〕1号", date(2024, 1, 2), approved_tce=Decimal(5000))),
    )


def fresh(policy: PolicyBundle, name: str) -> PolicyBundle:
    """The same law, of which nobody has asked anything yet."""
    return replace(policy, bundle_hash=name)


def read(evaluation: Evaluation) -> bytes:
    message = evaluation_to_wire(evaluation)
    message.bundle_hash = ""
    return message.SerializeToString(deterministic=True)


def told(numbered: Iterable[tuple[int, Dossier]], policy: PolicyBundle) -> dict[int, bytes]:
    """Each read before the next is evaluated."""
    return {number: read(evaluate(dossier, policy)) for number, dossier in numbered}


@few
@given(data=st.data())
def test_neither_the_order_of_dossiers_nor_what_was_asked_before_changes_a_byte(
    policy: PolicyBundle, data: st.DataObject
) -> None:
    drawn = list(enumerate(data.draw(st.lists(dossiers(policy), min_size=2, max_size=8))))
    shuffled = data.draw(st.permutations(drawn))
    here, there = fresh(policy, "here"), fresh(policy, "there")

    once = told(drawn, here)

    assert told(shuffled, there) == once
    assert told(reversed(drawn), here) == once
    assert told(shuffled, policy) == once


@few
@given(data=st.data())
def test_a_finding_reads_the_same_at_once_and_after_others_were_evaluated(
    policy: PolicyBundle, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(dossiers(policy), min_size=2, max_size=8))
    at_once = [read(evaluate(dossier, policy)) for dossier in drawn]

    evaluations = [evaluate(dossier, fresh(policy, "later")) for dossier in drawn]
    later = {number: read(evaluations[number]) for number in data.draw(st.permutations(range(len(drawn))))}

    assert [later[number] for number in range(len(drawn))] == at_once
    assert [read(evaluation) for evaluation in evaluations] == at_once


@few
@given(data=st.data())
def test_what_is_told_at_once_is_what_the_parts_come_to(policy: PolicyBundle, data: st.DataObject) -> None:
    evaluation = evaluate(data.draw(dossiers(policy)), policy)
    verdicts = [finding.verdict for finding in evaluation.findings]

    composed = [one for one in evaluation.findings if one.parts and one.rule.startswith(COMPOSED)]

    assert all(one.verdict is verdict_of(one.parts) for one in composed)
    assert all({*one.missing} == {field for part in one.parts for field in part.missing} for one in composed)
    assert [finding.verdict for finding in evaluation.findings] == verdicts
