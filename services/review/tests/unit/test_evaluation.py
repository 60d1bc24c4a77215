"""The whole evaluation: complete, in order, and the same for the same dossier however it is arranged."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.model import Dossier, EnergyUse, Fact, Product, ProjectKind, UnitEnergy
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation, FilingId, Review
from review.wire import review_from_wire, review_to_wire
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier as a_dossier

PRODUCT_IDS = ["", "clinker", "ferroalloy", "electrolytic_aluminium", "calcium_carbide", "lithium_salts", "coke", "x"]
STANDARDS = ["clinker", "ferrosilicon", "aluminium_liquid", "calcium_carbide", "unheard_of"]
HEAD = [
    "review.two_high",
    "review.energy_stated",
    "review.energy_consistent",
    "review.energy_account",
    "review.exempt",
    "review.competence",
]

amounts = st.none() | st.integers(0, 10**12).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
indicators = st.builds(
    UnitEnergy,
    standard=st.sampled_from(STANDARDS),
    value=st.decimals(-1000, 20000, places=3),
    unit=st.sampled_from(["kgce/t", "kWh/t"]),
)
products = st.builds(
    Product,
    name=st.sampled_from(["甲", "乙", "丙"]),
    product_id=st.sampled_from(PRODUCT_IDS),
    unit_energy=st.lists(indicators, max_size=2).map(tuple),
)
facts = st.lists(
    st.sampled_from([Fact("place_process_equipment_unchanged", "yes"), Fact("window_guidance_given", "no")]),
    unique=True,
).map(tuple)
dossiers = st.builds(
    a_dossier,
    kind=st.none() | st.sampled_from(ProjectKind),
    application_date=st.none() | st.dates(date(2016, 1, 1), date(2027, 12, 31)),
    industry_codes=st.lists(st.sampled_from(["3011", "3140", "3216", "2613", "3841"]), max_size=3).map(tuple),
    products=st.lists(products, max_size=3).map(tuple),
    energy=st.builds(EnergyUse, amounts, amounts, amounts, amounts),
    facts=facts,
)
by_law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unplaced(evaluation: Evaluation) -> list[str]:
    """The findings without the places of products in the dossier, in one order."""
    return sorted(re.sub(r"products\[\d+\]", "products[]", repr(finding)) for finding in evaluation.findings)


@by_law
@given(dossier=dossiers, data=st.data())
def test_the_order_of_products_and_classes_does_not_matter(
    policy: PolicyBundle, dossier: Dossier, data: st.DataObject
) -> None:
    shuffled = replace(
        dossier,
        industry_codes=tuple(data.draw(st.permutations(dossier.industry_codes))),
        products=tuple(data.draw(st.permutations(dossier.products))),
        facts=tuple(data.draw(st.permutations(dossier.facts))),
    )
    first, second = evaluate(dossier, policy), evaluate(shuffled, policy)
    assert unplaced(first) == unplaced(second)
    assert (first.two_high, first.competent_level) == (second.two_high, second.competent_level)


@by_law
@given(dossier=dossiers)
def test_the_same_dossier_is_written_in_the_same_bytes_and_read_back_the_same(
    policy: PolicyBundle, dossier: Dossier
) -> None:
    review = Review(FilingId("some-filing"), 1, evaluate(dossier, policy))
    again = Review(FilingId("some-filing"), 1, evaluate(dossier, policy))
    message = review_to_wire(review)
    assert message.SerializeToString(deterministic=True) == review_to_wire(again).SerializeToString(deterministic=True)
    assert review_from_wire(message) == review


def explained(finding: Finding) -> bool:
    return bool(finding.because.zh and finding.because.en)


@by_law
@given(dossier=dossiers)
def test_every_rule_is_looked_at_and_nothing_unknown_passes(policy: PolicyBundle, dossier: Dossier) -> None:
    findings = evaluate(dossier, policy).findings
    assert [f.rule for f in findings[: len(HEAD)]] == HEAD
    assert len(findings) > len(HEAD)
    assert all(map(explained, findings))
    for finding in findings:
        if finding.verdict is Verdict.UNKNOWN and not finding.parts:
            assert finding.leads_to is (Disposition.RETURN if finding.missing else Disposition.MANUAL)
        elif finding.verdict is Verdict.UNKNOWN:
            assert finding.leads_to is not None
        elif finding.verdict is Verdict.HOLDS:
            assert not finding.missing


@by_law
@given(dossier=dossiers)
def test_the_bundle_is_named(policy: PolicyBundle, dossier: Dossier) -> None:
    assert evaluate(dossier, policy).bundle_hash == policy.bundle_hash
