"""Bans and the industry catalogue as conditions on facts: who owes what, what is missing, and what would pass."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.model import Amount, Dossier, Product, ProjectKind, ReplacementPlan
from kernel.regions import RegionCode
from review.domain.duties import duty_findings
from review.domain.subject import Subject
from statute.finding import Disposition, Finding, Verdict, weighed
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, facts_of, product

NEW, REBUILD, EXPANSION, RENOVATION = ProjectKind
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
PROHIBIT, NOT_PASS, MANUAL, RETURN = Disposition.PROHIBIT, Disposition.NOT_PASS, Disposition.MANUAL, Disposition.RETURN
DAY = date(2025, 6, 2)
CLASSES = {"ironmaking": "3110", "steelmaking": "3120", "refining": "2511", "electrolytic_aluminium": "3216"}
PRODUCT = "dossier.products[0]"


def made(product_id: str, kind: ProjectKind | None = NEW, day: date | None = DAY, **more: Any) -> Dossier:
    """Of one product; `facts` are the project's, `of_product` the product's, anything else a field of the dossier."""
    one = replace(product(product_id, **more.pop("of_product", {})), capacity=more.pop("capacity", None))
    code = more.pop("code", CLASSES.get(product_id, "2614"))
    stated = facts_of(**more.pop("facts", {}))
    return dossier(kind=kind, application_date=day, industry_codes=(code,), products=(one,), facts=stated, **more)


def found(policy: PolicyBundle, rule: str, project: Dossier, *, reviewed: bool | None = True) -> list[Finding]:
    findings = duty_findings(Subject(project, policy), reviewed=reviewed)
    return [finding for finding in findings if finding.rule == rule]


def only(policy: PolicyBundle, rule: str, project: Dossier, *, reviewed: bool | None = True) -> Finding:
    (finding,) = found(policy, rule, project, reviewed=reviewed)
    return finding


def furnace(volume: str, kind: ProjectKind = NEW, day: date = DAY) -> Dossier:
    stated = {
        "ironmaking_equipment": "blast_furnace",
        "blast_furnace_volume_m3": volume,
        "steel_conditions_met": "yes",
        "for_ferroalloy_or_casting": "no",
    }
    return made("ironmaking", kind, day, of_product=stated)


# bans


@pytest.mark.parametrize(
    ("product", "kind", "day", "planned", "told"),
    [
        ("refining", EXPANSION, date(2021, 9, 21), "no", (HOLDS, None)),
        ("refining", EXPANSION, date(2021, 9, 22), "no", (FAILS, PROHIBIT)),
        ("refining", REBUILD, date(2021, 9, 22), "no", (FAILS, PROHIBIT)),
        ("refining", RENOVATION, date(2021, 9, 22), "no", (HOLDS, None)),
        ("px", NEW, date(2021, 9, 22), "no", (FAILS, PROHIBIT)),
        ("px", NEW, date(2026, 3, 2), "no", (FAILS, PROHIBIT)),
        ("px", NEW, date(2026, 3, 2), "yes", (HOLDS, None)),
        ("ethylene", NEW, date(2026, 3, 2), "no", (FAILS, PROHIBIT)),
        ("ethylene", EXPANSION, date(2026, 3, 2), "no", (UNKNOWN, MANUAL)),
        ("coal_to_olefins", REBUILD, date(2026, 3, 2), "no", (UNKNOWN, MANUAL)),
        ("pta", NEW, date(2026, 3, 2), "no", (HOLDS, None)),
    ],
)
def test_petrochemicals_outside_the_national_plan_are_banned_as_the_texts_say(
    policy: PolicyBundle,
    product: str,
    kind: ProjectKind,
    day: date,
    planned: str,
    told: tuple[Verdict, Disposition | None],
) -> None:
    project = made(product, kind, day, facts={"in_national_industry_plan": planned})

    finding = only(policy, "ban.petrochemical", project)

    assert (finding.verdict, finding.leads_to) == told


def test_a_plan_that_is_not_stated_is_asked_for_by_name(policy: PolicyBundle) -> None:
    finding = only(policy, "ban.petrochemical", made("px"))

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, RETURN)
    assert finding.missing == ("dossier.facts[in_national_industry_plan]",)
    assert "是否列入国家产业规划" in finding.because.zh
    assert finding.under[-1].parameter == "duty.cpc36_new_petrochemicals"


def test_a_ban_says_what_would_lift_it_and_rests_on_both_texts(policy: PolicyBundle) -> None:
    finding = only(policy, "ban.petrochemical", made("ethylene", facts={"in_national_industry_plan": "no"}))

    assert [part.leads_to for part in finding.parts] == [PROHIBIT, PROHIBIT]
    assert [(remedy.field, remedy.stated, remedy.needed) for remedy in finding.remedies] == [
        ("dossier.facts[in_national_industry_plan]", "no", "yes")
    ]
    assert {"duty.cpc36_new_petrochemicals", "duty.seed_3_5_new_petrochemicals"} <= {c.parameter for c in finding.under}


@pytest.mark.parametrize(("size", "verdict"), [("999.999", FAILS), ("1000", HOLDS)])
def test_a_new_refinery_is_held_to_ten_million_tonnes(policy: PolicyBundle, size: str, verdict: Verdict) -> None:
    stated = {"cdu_capacity_10kt_a": size}
    project = made("refining", of_product=stated, facts={"in_national_industry_plan": "yes"})

    finding = only(policy, "ban.petrochemical", project)

    assert (finding.verdict, finding.leads_to) == (verdict, NOT_PASS if verdict is FAILS else None)


def test_two_failing_facts_have_no_single_remedy(policy: PolicyBundle) -> None:
    project = made("refining", of_product={"cdu_capacity_10kt_a": "900"}, facts={"in_national_industry_plan": "no"})

    finding = only(policy, "ban.petrochemical", project)

    assert (finding.verdict, finding.leads_to, finding.remedies) == (FAILS, PROHIBIT, ())


@pytest.mark.parametrize(("region", "verdict", "leads_to"), [("632801", HOLDS, None), ("330100", UNKNOWN, MANUAL)])
def test_no_aluminium_is_added_in_key_areas_and_where_one_lies_is_not_guessed(
    policy: PolicyBundle, region: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    finding = only(policy, "ban.new_capacity", made("electrolytic_aluminium", region=RegionCode(region)))

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize(
    ("day", "plan", "verdict", "missing"),
    [
        (date(2025, 9, 23), None, HOLDS, ()),
        (date(2025, 9, 24), None, UNKNOWN, ("dossier.replacement",)),
        (date(2025, 9, 24), ReplacementPlan(), HOLDS, ()),
        (date(2027, 1, 1), None, HOLDS, ()),
    ],
)
def test_clinker_is_not_added_without_a_replacement_plan(
    policy: PolicyBundle, day: date, plan: ReplacementPlan | None, verdict: Verdict, missing: tuple[str, ...]
) -> None:
    finding = only(policy, "ban.new_capacity", made("clinker", EXPANSION, day, replacement=plan, code="3011"))

    assert (finding.verdict, finding.missing) == (verdict, missing)


# the industry catalogue


@pytest.mark.parametrize(
    ("volume", "restricted", "eliminated"),
    [
        ("399.999", HOLDS, FAILS),
        ("400", FAILS, FAILS),
        ("400.001", FAILS, HOLDS),
        ("1199", FAILS, HOLDS),
        ("1200", HOLDS, HOLDS),
    ],
)
def test_a_new_blast_furnace_by_its_volume(
    policy: PolicyBundle, volume: str, restricted: Verdict, eliminated: Verdict
) -> None:
    project = furnace(volume)

    assert only(policy, "catalogue.restricted", project).verdict is restricted
    assert only(policy, "catalogue.eliminated", project).verdict is eliminated


def test_the_day_before_the_edition_of_2024_no_furnace_size_is_held(policy: PolicyBundle) -> None:
    before, after = (
        only(policy, "catalogue.restricted", furnace("1199", day=date(2024, month, day)))
        for month, day in ((1, 31), (2, 1))
    )

    assert (before.verdict, after.verdict) == (HOLDS, FAILS)


def test_a_size_that_was_never_verified_blocks_nobody_without_a_person(policy: PolicyBundle) -> None:
    finding = only(policy, "catalogue.restricted", furnace("1199"))

    failing = [part for part in finding.parts if part.verdict is FAILS]
    assert [(part.leads_to, weighed(part)) for part in failing] == [(PROHIBIT, MANUAL)]
    assert (finding.leads_to, weighed(finding)) == (MANUAL, MANUAL)
    assert finding.basis_unverified


def test_the_bound_itself_is_the_remedy_and_has_been_evaluated(policy: PolicyBundle) -> None:
    (remedy,) = only(policy, "catalogue.restricted", furnace("1199")).remedies

    assert (remedy.field, remedy.stated, remedy.needed) == (
        f"{PRODUCT}.facts[blast_furnace_volume_m3]",
        "1199 m3",
        "1200 m3",
    )
    assert only(policy, "catalogue.restricted", furnace(remedy.needed.removesuffix(" m3"))).verdict is HOLDS


def test_a_bound_that_is_excluded_is_passed_by_anything_above_it(policy: PolicyBundle) -> None:
    (remedy,) = only(policy, "catalogue.eliminated", furnace("400", RENOVATION)).remedies

    assert remedy.needed == "> 400 m3"


def test_an_eliminated_furnace_is_eliminated_whatever_the_kind_of_project(policy: PolicyBundle) -> None:
    verdicts = {kind: only(policy, "catalogue.eliminated", furnace("300", kind)).verdict for kind in ProjectKind}

    assert set(verdicts.values()) == {FAILS}


def test_what_is_met_in_any_case_asks_for_no_condition(policy: PolicyBundle) -> None:
    stated = {"steelmaking_equipment": "arc_furnace", "nominal_capacity_t": "100", "steel_conditions_met": "yes"}

    finding = only(policy, "catalogue.restricted", made("steelmaking", of_product=stated))

    assert (finding.verdict, finding.missing) == (HOLDS, ())


def test_a_condition_that_decides_is_asked_for(policy: PolicyBundle) -> None:
    stated = {"steelmaking_equipment": "arc_furnace", "nominal_capacity_t": "60", "steel_conditions_met": "yes"}

    finding = only(policy, "catalogue.restricted", made("steelmaking", of_product=stated))

    assert (finding.verdict, finding.missing) == (UNKNOWN, (f"{PRODUCT}.facts[alloy_steel]",))


@pytest.mark.parametrize(
    ("capacity", "verdict", "missing"),
    [
        (Amount(Decimal("99.9999"), "10kt/a"), FAILS, ()),
        (Amount(Decimal(100), "10kt/a"), HOLDS, ()),
        (Amount(Decimal(999999), "t/a"), FAILS, ()),
        (Amount(Decimal(1000000), "t/a"), HOLDS, ()),
        (Amount(Decimal(3000), "t/d"), UNKNOWN, (f"{PRODUCT}.capacity.unit",)),
        (None, UNKNOWN, (f"{PRODUCT}.capacity",)),
    ],
)
def test_capacity_is_compared_exactly_or_asked_for_in_the_unit_of_the_law(
    policy: PolicyBundle, capacity: Amount | None, verdict: Verdict, missing: tuple[str, ...]
) -> None:
    finding = only(policy, "catalogue.restricted", made("coal_methanol", capacity=capacity, code="2523"))

    assert (finding.verdict, finding.missing) == (verdict, missing)
    assert [remedy.needed for remedy in finding.remedies] == (["100 10kt/a"] if verdict is FAILS else [])


def test_a_new_build_without_exception_fails_and_has_no_remedy(policy: PolicyBundle) -> None:
    finding = only(policy, "catalogue.restricted", made("yellow_phosphorus", code="2619"))

    assert (finding.verdict, finding.leads_to, finding.remedies) == (FAILS, PROHIBIT, ())
    assert weighed(finding) is MANUAL


def test_what_no_applicant_can_change_has_no_remedy(policy: PolicyBundle) -> None:
    project = made("ng_methanol", of_product={"natural_gas_co2_pct": "19.9"})

    finding = only(policy, "catalogue.restricted", project)

    assert (finding.verdict, finding.remedies) == (FAILS, ())


def test_each_word_that_passes_is_a_remedy(policy: PolicyBundle) -> None:
    project = made("soda_ash", of_product={"soda_route": "other"}, code="2612")

    finding = only(policy, "catalogue.restricted", project)

    assert [remedy.needed for remedy in finding.remedies] == ["downhole_circulation", "natural_soda"]


# what is not stated, and what does not concern


def test_without_a_day_every_rule_asks_for_it(policy: PolicyBundle) -> None:
    findings = duty_findings(Subject(made("refining", day=None), policy), reviewed=None)

    assert [finding.rule for finding in findings] == list(policy.duty_rules)
    assert {finding.missing for finding in findings} == {("dossier.application_date",)}


def test_without_a_kind_the_rules_that_may_bind_ask_for_it(policy: PolicyBundle) -> None:
    project = made("refining", None)

    assert only(policy, "ban.petrochemical", project).missing == ("dossier.kind",)
    assert only(policy, "access.industry_level", project).verdict is HOLDS


def test_without_products_the_rules_on_products_ask_for_them(policy: PolicyBundle) -> None:
    unnamed = replace(made("refining"), products=())
    non_fossil = only(policy, "access.non_fossil", unnamed)

    assert only(policy, "catalogue.restricted", unnamed).missing == ("dossier.products",)
    assert (non_fossil.verdict, non_fossil.leads_to) == (UNKNOWN, MANUAL)


def test_a_project_that_nothing_concerns_holds_under_every_rule(policy: PolicyBundle) -> None:
    project = made("radial_tyre", RENOVATION, code="2911")

    findings = duty_findings(Subject(project, policy), reviewed=True)

    assert [finding.rule for finding in findings] == list(policy.duty_rules)
    assert {(finding.verdict, weighed(finding)) for finding in findings} == {(HOLDS, None)}


def test_each_product_is_looked_at_by_itself(policy: PolicyBundle) -> None:
    products = (*furnace("1199").products, *furnace("1200").products)

    findings = found(policy, "catalogue.restricted", replace(furnace("1199"), products=products))

    assert [finding.verdict for finding in findings] == [FAILS, HOLDS]


def test_a_product_of_a_whole_class_owes_what_its_entry_owes(policy: PolicyBundle) -> None:
    unnamed = replace(made("ironmaking"), products=(Product(name="生铁"),))

    assert only(policy, "catalogue.eliminated", unnamed).verdict is UNKNOWN


# invariants


@given(volume=st.decimals(min_value=0, max_value=5000, places=3), kind=st.sampled_from(list(ProjectKind)))
def test_every_remedy_passes_when_it_is_stated(policy: PolicyBundle, volume: Decimal, kind: ProjectKind) -> None:
    project = furnace(str(volume), kind)
    for rule in ("catalogue.restricted", "catalogue.eliminated"):
        for remedy in only(policy, rule, project).remedies:
            needed = remedy.needed.removesuffix(" m3")
            mended = (
                needed if not needed.startswith("> ") else str(Decimal(needed.removeprefix("> ")) + Decimal("0.001"))
            )
            assert only(policy, rule, furnace(mended, kind)).verdict is HOLDS


@given(st.sets(st.sampled_from(["ironmaking_equipment", "blast_furnace_volume_m3", "for_ferroalloy_or_casting"])))
def test_a_fact_left_out_never_turns_a_failing_furnace_into_a_holding_one(
    policy: PolicyBundle, left_out: set[str]
) -> None:
    whole = furnace("300", RENOVATION)
    stated = {fact.fact: fact.value for fact in whole.products[0].facts if fact.fact not in left_out}

    finding = only(policy, "catalogue.eliminated", made("ironmaking", RENOVATION, of_product=stated))

    assert finding.verdict is (UNKNOWN if left_out else FAILS)
    assert set(finding.missing) <= {f"{PRODUCT}.facts[{name}]" for name in left_out}
