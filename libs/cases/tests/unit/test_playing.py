"""A case is decided as the services decide it together: what one finds, the next one weighs."""

from datetime import date

import pytest

from cases.comparing import findings_in
from cases.model import Case
from cases.playing import applied_on, play
from cases.reading import policy_of, read_texts
from cases.running import run_case
from statute.finding import Disposition, Finding, Verdict

PLANT = """
case: 【虚构】肉类加工厂
dossier:
  region_code: 630123
  kind: new_build
  application_date: 2026-03-02
  industry_codes: [1361]
  products: [{name: 冷冻牛羊肉, capacity: 5000 t/a}]
  energy: {annual_tce_calorific: 2400, annual_tce_equivalent: 3000, annual_electricity_kwh: 5000000, annual_coal_t: 0}
  equipment: [{name: 制冷压缩机, efficiency_grade: 1}]
regions: {630100: 3}
"""
BUDGETS = """
budgets:
  - {region: 630123, tce: 20000}
  - {region: 630100, tce: 90000}
  - {region: 630000, tce: 500000}
"""
CLINKER = """
case: 【虚构】熟料线
dossier:
  region_code: 632801
  kind: new_build
  application_date: 2026-03-02
  industry_codes: [3011]
  products: [{product_id: clinker, capacity: 5000 t/d, facts: {fuel: coal}}]
  energy: {annual_tce_calorific: 40000}
  replacement:
    publicity_date: 2026-01-05
    restricted_or_cross_province: no
    lots: {old-kiln: 10000}
"""


def read(text: str) -> Case:
    (case,) = read_texts([("a.yaml", text)])
    return case


def decided(text: str) -> tuple[Disposition, dict[str, Finding]]:
    """The disposition, and the findings by rule."""
    case = read(text)
    content = play(case, policy_of(case.province)).content
    return content.disposition, {finding.rule: finding for finding in findings_in(content)}


def test_a_project_that_nothing_stands_against_takes_its_energy_from_the_budgets() -> None:
    disposition, findings = decided(PLANT + BUDGETS)

    assert disposition is Disposition.APPROVE
    assert findings["budget.available"].verdict is Verdict.HOLDS
    assert "630123" in findings["budget.available"].because.en


def test_a_level_without_a_budget_is_unknown_and_not_zero() -> None:
    disposition, findings = decided(PLANT + BUDGETS.replace("  - {region: 630100, tce: 90000}\n", ""))

    assert disposition is Disposition.MANUAL
    assert findings["budget.envelope"].missing == ("regions/630100/accounts/2026",)


@pytest.mark.parametrize(
    ("budget", "disposition"),
    [
        ("tce: 2400", Disposition.APPROVE),
        ("tce: 2399.999", Disposition.DEFER),
        ("tce: 5000, held_tce: 2600", Disposition.APPROVE),
        ("tce: 5000, held_tce: 2600.001", Disposition.DEFER),
        ("year: 2025, tce: 20000", Disposition.MANUAL),
    ],
)
def test_what_is_left_of_the_budget_of_the_application_year_decides(budget: str, disposition: Disposition) -> None:
    got, _ = decided(PLANT + BUDGETS.replace("630123, tce: 20000", f"630123, {budget}"))

    assert got is disposition


def test_two_grants_of_one_region_add_up() -> None:
    grants = "630123, tce: 2000}\n  - {region: 630123, tce: 400"

    got, _ = decided(PLANT + BUDGETS.replace("630123, tce: 20000", grants))

    assert got is Disposition.APPROVE


def test_no_energy_is_asked_for_while_something_stands_against_the_project() -> None:
    _, findings = decided(PLANT.replace("  kind: new_build\n", "") + BUDGETS)

    assert findings["filing.completeness"].leads_to is Disposition.RETURN
    assert "budget.available" not in findings


def test_the_level_of_the_own_prefecture_counts_and_no_other() -> None:
    _, own = decided(CLINKER + "regions: {632800: 1}\n")
    _, other = decided(CLINKER + "regions: {630100: 1}\n")

    assert own["region.intensity_level"].leads_to is Disposition.RESTRICT
    assert other["region.intensity_level"].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("lots", "verdict"),
    [
        ("", Verdict.FAILS),
        ("lots: [{id: old-kiln, product: clinker, quantity: 10000, unit: t/d}]\n", Verdict.HOLDS),
        ("lots: [{id: old-kiln, product: clinker, quantity: 9999, unit: t/d}]\n", Verdict.FAILS),
        ("lots: [{id: old-kiln, product: clinker, quantity: 12000, unit: t/d, held: 2001}]\n", Verdict.FAILS),
    ],
)
def test_a_lot_serves_with_what_others_left_of_it(lots: str, verdict: Verdict) -> None:
    _, findings = decided(CLINKER + lots)

    assert findings["capacity.lots"].verdict is verdict


def test_a_lot_that_the_plan_does_not_name_weighs_nothing() -> None:
    own = "lots:\n- {id: old-kiln, product: clinker, quantity: 10000, unit: t/d}\n"
    _, alone = decided(CLINKER + own)
    _, beside = decided(CLINKER + own + "- {id: far-kiln, product: clinker, region: 420100, quantity: 1, unit: t/d}\n")

    assert beside["capacity.ratio"] == alone["capacity.ratio"]


def test_the_owners_other_filings_are_held_beside_it() -> None:
    product = PLANT.replace("{name: 冷冻牛羊肉,", "{product_id: frozen_meat,").replace("2400", "900")
    sibling = "other_filings: [{filing: a, region: 630123, products: [frozen_meat], tce: 900}]\n"

    alone, together = decided(product)[1], decided(product + sibling)[1]

    assert alone["review.splitting"].verdict is Verdict.HOLDS
    assert together["review.splitting"].verdict is Verdict.FAILS


def test_a_withdrawn_filing_is_decided_as_such() -> None:
    disposition, findings = decided(PLANT + BUDGETS + "withdrawn: yes\n")

    assert disposition is Disposition.RETURN
    assert set(findings) == {"screening.withdrawal"}


def test_another_day_of_application_takes_the_law_of_that_day_and_expects_nothing() -> None:
    case = read(PLANT + "expect: {disposition: approve}\n")

    earlier = applied_on(case, date(2023, 5, 31))
    later = applied_on(case, date(2027, 1, 1))

    assert (earlier.dossier.application_date, earlier.day, earlier.expect) == (date(2023, 5, 31), case.day, None)
    assert later.day == date(2027, 1, 1)
    content = play(earlier, policy_of("qinghai")).content
    documents = {citation.document for finding in findings_in(content) for citation in finding.under}
    assert any("2016年第44号" in document for document in documents)


def test_a_case_passes_when_its_decision_is_the_one_expected() -> None:
    right, wrong = "expect: {disposition: approve}\n", "expect: {disposition: defer}\n"

    assert run_case(read(PLANT + BUDGETS + right)).passed
    assert not run_case(read(PLANT + BUDGETS + wrong)).passed
    assert run_case(read(PLANT)).passed


def test_playing_twice_gives_the_same_decision() -> None:
    case = read(CLINKER)

    assert play(case, policy_of("qinghai")) == play(case, policy_of("qinghai"))
