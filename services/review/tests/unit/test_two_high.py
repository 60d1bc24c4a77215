"""Whether a project is two-high: class and product, by the catalogue in force."""

from datetime import date

import pytest

from review.domain.subject import Subject
from review.domain.two_high import two_high_finding
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, product

DAY = date(2026, 3, 2)
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN


def found(policy: PolicyBundle, codes: tuple[str, ...], *product_ids: str, day: date | None = DAY) -> Finding:
    products = tuple(product(id_, f"产品 {id_}") for id_ in product_ids)
    return two_high_finding(Subject(dossier(application_date=day, industry_codes=codes, products=products), policy))


@pytest.mark.parametrize(
    ("codes", "product", "verdict", "leads_to"),
    [
        (("3011",), "clinker", HOLDS, None),
        (("3140",), "ferroalloy", HOLDS, None),
        (("2613",), "calcium_carbide", HOLDS, None),
        (("2613",), "lithium_salts", FAILS, None),
        (("3091",), "graphite_anode_material", FAILS, None),
        (("3120",), "steel_rolling", FAILS, None),
        (("3011",), "cement_grinding", UNKNOWN, Disposition.MANUAL),
        (("3041",), "pv_rolled_glass", UNKNOWN, Disposition.MANUAL),
        (("3011",), "something_new", UNKNOWN, Disposition.MANUAL),
        (("3011",), "", UNKNOWN, Disposition.MANUAL),
        (("3841",), "lithium_battery", FAILS, None),
        (("3841",), "", FAILS, None),
        (("4411",), "gas_power", FAILS, None),
    ],
)
def test_a_project_is_classed_by_class_and_product(
    policy: PolicyBundle, codes: tuple[str, ...], product: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    finding = found(policy, codes, product)
    assert (finding.verdict, finding.leads_to, finding.missing) == (verdict, leads_to, ())


def test_a_listed_product_under_another_class_counts(policy: PolicyBundle) -> None:
    assert found(policy, ("3841",), "calcium_carbide").verdict is HOLDS


def test_every_product_of_a_whole_class_counts(policy: PolicyBundle) -> None:
    assert found(policy, ("3140",), "").verdict is HOLDS
    assert found(policy, ("3110", "3120"), "").verdict is HOLDS


def test_a_product_under_a_whole_class_and_another_is_not_taken_in(policy: PolicyBundle) -> None:
    assert found(policy, ("3140", "3841"), "").verdict is UNKNOWN


def test_one_two_high_product_makes_the_project_two_high(policy: PolicyBundle) -> None:
    assert found(policy, ("3011",), "cement_grinding", "clinker").verdict is HOLDS


def test_an_open_product_beside_one_outside_leaves_it_open(policy: PolicyBundle) -> None:
    assert found(policy, ("2613",), "lithium_salts", "potassium_chloride").verdict is UNKNOWN


@pytest.mark.parametrize(
    ("fuel", "verdict", "missing"),
    [
        (None, UNKNOWN, ("dossier.products[0].facts[fuel]",)),
        ("coal", HOLDS, ()),
        ("natural_gas", FAILS, ()),
    ],
)
def test_coal_power_is_told_by_its_fuel(
    policy: PolicyBundle, fuel: str | None, verdict: Verdict, missing: tuple[str, ...]
) -> None:
    plant = product("coal_power_plant", "电厂", **({} if fuel is None else {"fuel": fuel}))
    finding = two_high_finding(Subject(dossier(industry_codes=("4411",), products=(plant,)), policy))

    assert (finding.verdict, finding.missing) == (verdict, missing)
    assert finding.leads_to is (Disposition.RETURN if missing else None)
    assert "燃料为煤" in finding.because.zh
    assert "the fuel is coal" in finding.because.en


def test_the_fuel_of_one_product_is_not_asked_for_when_another_decides(policy: PolicyBundle) -> None:
    plant, line = product("coal_power_plant", "电厂"), product("clinker", "熟料")
    finding = two_high_finding(Subject(dossier(industry_codes=("3011",), products=(plant, line)), policy))

    assert (finding.verdict, finding.missing) == (HOLDS, ())
    assert {part.verdict for part in finding.parts} == {UNKNOWN, HOLDS}


@pytest.mark.parametrize(
    ("codes", "products", "day", "missing"),
    [
        ((), ("clinker",), DAY, ("dossier.industry_codes",)),
        (("3011",), (), DAY, ("dossier.products",)),
        (("3011",), ("clinker",), None, ("dossier.application_date",)),
        ((), (), None, ("dossier.application_date", "dossier.industry_codes", "dossier.products")),
    ],
)
def test_what_is_missing_is_asked_for_by_name(
    policy: PolicyBundle,
    codes: tuple[str, ...],
    products: tuple[str, ...],
    day: date | None,
    missing: tuple[str, ...],
) -> None:
    finding = found(policy, codes, *products, day=day)
    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, Disposition.RETURN, missing)


@pytest.mark.parametrize(
    ("day", "verdict"), [(date(2021, 5, 29), UNKNOWN), (date(2021, 5, 30), HOLDS), (date(2021, 5, 31), HOLDS)]
)
def test_before_the_first_catalogue_a_person_decides(policy: PolicyBundle, day: date, verdict: Verdict) -> None:
    finding = found(policy, ("3011",), "clinker", day=day)
    assert finding.verdict is verdict
    assert finding.leads_to is (Disposition.MANUAL if verdict is UNKNOWN else None)


def test_the_finding_rests_on_the_catalogue_and_the_class_rule(policy: PolicyBundle) -> None:
    parameters = {citation.parameter for citation in found(policy, ("3011",), "clinker").under}
    assert {"rule.review.two_high", "two_high.class_rule", "two_high.national_six.building_materials"} <= parameters
