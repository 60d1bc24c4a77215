"""Steel: two products that owe apart, six cases of equal replacement, and the years in which no plan was taken."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.evaluation import Decided
from capacity.domain.ratio import Chosen, Undecided, choose_ratio
from capacity.domain.situation import Situation
from capacity.domain.tonnage import Unit
from dossier.model import Fact, LotUse, Product
from kernel.regions import RegionCode
from statute.finding import Disposition, Finding, Verdict, weighed
from statute.loader import PolicyBundle

QINGHAI, TIBET, HEBEI = RegionCode("630200"), RegionCode("540100"), RegionCode("130100")
BEFORE_2021, FROM_2021 = date(2021, 5, 31), date(2021, 6, 1)
LAST, SUSPENDED, LAST_SUSPENDED, FROM_2026 = date(2024, 8, 22), date(2024, 8, 23), date(2026, 4, 28), date(2026, 4, 29)


def steel_in(region: RegionCode, case: str | None = None, merger: str | None = None) -> Situation:
    product = Product("产品", facts=() if case is None else (Fact("steel_case", case),))
    facts = () if merger is None else (Fact("merger_completed", merger),)
    return Situation(region, products=((0, product),), facts=facts)


@pytest.mark.parametrize(
    ("product", "day", "situation", "ratio"),
    [
        ("ironmaking", FROM_2021, steel_in(QINGHAI), "1.0"),
        ("steelmaking", LAST, steel_in(QINGHAI), "1.0"),
        ("steelmaking", LAST, steel_in(TIBET), "1.0"),
        ("steelmaking", FROM_2021, steel_in(HEBEI, "eaf_for_converter"), "1.0"),
        ("steelmaking", FROM_2021, steel_in(HEBEI, "eaf_both_sides"), "1.0"),
        ("steelmaking", FROM_2021, steel_in(HEBEI, "rkef_aod"), "1.0"),
        ("steelmaking", FROM_2021, steel_in(HEBEI, "in_plant_overhaul"), "1.0"),
        ("ironmaking", FROM_2021, steel_in(HEBEI, "in_plant_overhaul"), "1.0"),
        ("ironmaking", FROM_2021, steel_in(HEBEI, "non_bf_iron"), "1.0"),
        ("steelmaking", FROM_2026, steel_in(HEBEI, "green_project"), "1.0"),
        ("ironmaking", FROM_2026, steel_in(QINGHAI, "green_project"), "1.0"),
        ("ironmaking", FROM_2026, steel_in(HEBEI, "none", "yes"), "1.25"),
        ("ironmaking", FROM_2026, steel_in(HEBEI, "none", "no"), "1.5"),
    ],
)
def test_the_first_case_that_is_met_gives_the_ratio_of_steel(
    product: str, day: date, situation: Situation, ratio: str, policy: PolicyBundle
) -> None:
    choice = choose_ratio(product, day, situation, policy)

    assert isinstance(choice, Chosen), choice
    assert choice.ratio.number == Decimal(ratio)


@pytest.mark.parametrize(
    ("product", "day", "situation", "missing"),
    [
        (
            "steelmaking",
            FROM_2021,
            steel_in(HEBEI),
            ("dossier.products[0].facts[steel_case]", "dossier.facts[merger_completed]"),
        ),
        ("steelmaking", FROM_2021, steel_in(HEBEI, "none"), ("dossier.facts[merger_completed]",)),
        ("steelmaking", FROM_2026, steel_in(HEBEI, None, "no"), ("dossier.products[0].facts[steel_case]",)),
        ("steelmaking", FROM_2026, steel_in(HEBEI, "eaf_both_sides", "no"), ("dossier.products[0].facts[steel_case]",)),
        ("ironmaking", FROM_2021, steel_in(HEBEI, "green_project", "no"), ("dossier.products[0].facts[steel_case]",)),
    ],
    ids=["both", "the merger", "the case", "a case of the older measures", "a case of the newer measures"],
)
def test_the_case_and_the_merger_are_asked_for_where_they_matter(
    product: str, day: date, situation: Situation, missing: tuple[str, ...], policy: PolicyBundle
) -> None:
    choice = choose_ratio(product, day, situation, policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == missing


@pytest.mark.parametrize(
    ("day", "situation"),
    [
        (BEFORE_2021, steel_in(HEBEI)),
        (FROM_2021, steel_in(HEBEI, "none", "yes")),
        (FROM_2021, steel_in(HEBEI, "none", "no")),
    ],
)
def test_whether_another_province_is_a_key_area_is_for_a_person(
    day: date, situation: Situation, policy: PolicyBundle
) -> None:
    choice = choose_ratio("steelmaking", day, situation, policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == ()


def test_before_2021_qinghai_replaced_steel_one_for_one(policy: PolicyBundle) -> None:
    choice = choose_ratio("ironmaking", BEFORE_2021, steel_in(QINGHAI), policy)

    assert isinstance(choice, Chosen)
    assert choice.ratio.number == 1


def test_the_plateau_s_equal_ratio_of_2026_is_never_applied_without_a_person(policy: PolicyBundle) -> None:
    choice = choose_ratio("steelmaking", FROM_2026, steel_in(QINGHAI, "none", "no"), policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == ()
    assert [c.verification for c in choice.under] == ["unverified", "confirmed"]
    assert "青海" in choice.because.zh
    assert "1, 1.5" in choice.because.en


def test_lines_of_one_product_in_different_cases_are_for_a_person(policy: PolicyBundle) -> None:
    lines = [Product("产品", facts=(Fact("steel_case", case),)) for case in ("eaf_both_sides", "none")]
    mixed = Situation(HEBEI, products=tuple(enumerate(lines)), facts=(Fact("merger_completed", "no"),))

    choice = choose_ratio("steelmaking", FROM_2021, mixed, policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == ()


def steelworks(invented: Any, publicity: date | None, *, iron: str = "100", steel: str = "110") -> Decided:
    here = invented.register(
        invented.lot("lot-i", 1_000_000, product="ironmaking", unit=Unit.TONNES_PER_YEAR),
        invented.lot("lot-s", 1_100_000, product="steelmaking", unit=Unit.TONNES_PER_YEAR),
    )
    lots = (LotUse("lot-i", Decimal(100)), LotUse("lot-s", Decimal(110)))
    products = (invented.product(iron, "10kt/a", "ironmaking"), invented.product(steel, "10kt/a", "steelmaking"))
    plan = invented.plan(publicity_date=publicity, lots=lots)
    made: Decided = invented.decide(
        invented.dossier(
            products=products, industry_codes=("3110", "3120"), application_date=date(2025, 3, 3), replacement=plan
        ),
        here,
    )
    return made


def found(decided: Decided, rule: str) -> list[Finding]:
    return [f for f in decided.evaluation.findings if f.rule == rule]


def test_iron_and_steel_owe_apart_in_one_plan(invented: Any) -> None:
    made = steelworks(invented, LAST)
    short = steelworks(invented, LAST, iron="101", steel="100")

    assert [f.verdict for f in found(made, "capacity.ratio")] == [Verdict.HOLDS, Verdict.HOLDS]
    assert [hold.lot for hold in made.evaluation.holds] == ["lot-i", "lot-s"]
    assert [f.verdict for f in found(short, "capacity.ratio")] == [Verdict.FAILS, Verdict.HOLDS]
    assert "10000 t/a" in found(short, "capacity.ratio")[0].remedies[0].text.en


@pytest.mark.parametrize(
    ("publicity", "verdict", "leads_to"),
    [
        (LAST, Verdict.HOLDS, None),
        (SUSPENDED, Verdict.FAILS, Disposition.NOT_PASS),
        (LAST_SUSPENDED, Verdict.FAILS, Disposition.NOT_PASS),
        (FROM_2026, Verdict.HOLDS, None),
        (None, Verdict.UNKNOWN, Disposition.RETURN),
    ],
)
def test_no_new_steel_plan_is_publicised_during_the_suspension(
    publicity: date | None, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    made = steelworks(invented, publicity)

    (suspension,) = found(made, "capacity.suspension")
    assert (suspension.verdict, weighed(suspension)) == (verdict, leads_to)
    assert bool(found(made, "capacity.ratio")) is (verdict is not Verdict.FAILS)
    if verdict is Verdict.FAILS:
        assert "违法违规新增产能" in suspension.because.zh
        assert "327号" in suspension.under[0].document
        assert made.evaluation.holds == ()


@pytest.mark.parametrize(
    ("application", "told"), [(LAST, False), (SUSPENDED, True), (LAST_SUSPENDED, True), (FROM_2026, False)]
)
def test_who_applies_without_a_plan_during_the_suspension_is_told_that_none_can_be_made(
    application: date, told: bool, invented: Any
) -> None:
    iron = invented.product("100", "10kt/a", "ironmaking")

    made = invented.decide(
        invented.dossier(products=(iron,), industry_codes=("3110",), application_date=application, replacement=None)
    )

    assert made.evaluation.findings[0].missing == ("dossier.replacement",)
    assert [f.missing for f in found(made, "capacity.suspension")] == ([("dossier.replacement",)] if told else [])


def test_clinker_knows_no_suspension(invented: Any) -> None:
    assert found(invented.decide(invented.dossier()), "capacity.suspension") == []


@pytest.mark.parametrize(
    ("region", "gypsum", "ratio"), [("420200", "yes", "1.0"), ("520100", "yes", "1.0"), ("630200", "no", "1.5")]
)
def test_clinker_from_industrial_gypsum_was_replaced_one_for_one_in_the_provinces_named(
    region: str, gypsum: str, ratio: str, policy: PolicyBundle
) -> None:
    line = Product("熟料", "clinker", facts=(Fact("industrial_gypsum", gypsum),))
    situation = Situation(RegionCode(region), False, False, products=((0, line),))

    choice = choose_ratio("clinker", date(2023, 1, 4), situation, policy)

    assert isinstance(choice, Chosen), choice
    assert choice.ratio.number == Decimal(ratio)


def test_whether_another_province_is_one_of_the_five_is_for_a_person_once_the_gypsum_is_stated(
    policy: PolicyBundle,
) -> None:
    line = Product("熟料", "clinker", facts=(Fact("industrial_gypsum", "yes"),))
    asked = choose_ratio(
        "clinker", date(2023, 1, 4), Situation(QINGHAI, False, products=((0, Product("熟料", "clinker")),)), policy
    )
    stated = choose_ratio("clinker", date(2023, 1, 4), Situation(QINGHAI, False, products=((0, line),)), policy)

    assert isinstance(asked, Undecided)
    assert isinstance(stated, Undecided)
    assert (asked.missing, stated.missing) == (("dossier.products[0].facts[industrial_gypsum]",), ())
