"""Whether a plan is owed at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.evaluation import Decided
from dossier.model import Amount, Fact, Product, ProjectKind
from statute.finding import Disposition, Finding, Verdict, weighed

GONE = {"replacement": None}


def plan_finding(decided: Decided) -> Finding:
    assert decided.evaluation.findings[0].rule == "capacity.plan"
    return decided.evaluation.findings[0]


@pytest.mark.parametrize(
    "kind", [ProjectKind.NEW_BUILD, ProjectKind.EXPANSION, ProjectKind.REBUILD, ProjectKind.TECHNICAL_RENOVATION]
)
@pytest.mark.parametrize(
    ("product_id", "code", "unit"),
    [("clinker", "3011", "t/d"), ("flat_glass", "3041", "t/d"), ("electrolytic_aluminium", "3216", "10kt/a")],
)
def test_capacity_to_be_built_of_the_three_products_owes_a_plan(
    kind: ProjectKind, product_id: str, code: str, unit: str, invented: Any
) -> None:
    made = invented.decide(
        invented.dossier(
            kind=kind, industry_codes=(code,), products=(invented.product("50", unit, product_id),), replacement=None
        )
    )

    assert made.evaluation.required is Verdict.HOLDS
    finding = plan_finding(made)
    assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.RETURN)
    assert finding.missing == ("dossier.replacement",)
    assert len(made.evaluation.findings) == 1
    assert made.evaluation.owed is None


def test_a_plan_that_is_owed_and_given_holds(invented: Any) -> None:
    finding = plan_finding(invented.decide(invented.dossier()))

    assert (finding.verdict, finding.leads_to) == (Verdict.HOLDS, None)
    assert [c.parameter for c in finding.under] == ["rule.capacity.plan", "capacity.plan.clinker"]


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"kind": None}, "dossier.kind"),
        ({"products": ()}, "dossier.products"),
        ({"application_date": None}, "dossier.application_date"),
        ({"products": (Product("水泥熟料"),), "industry_codes": ()}, "dossier.industry_codes"),
    ],
    ids=["kind", "products", "day", "neither id nor class"],
)
def test_what_is_not_stated_is_asked_for_by_name(missing: dict[str, Any], field: str, invented: Any) -> None:
    made = invented.decide(invented.dossier(**{**GONE, **missing}))

    finding = plan_finding(made)
    assert made.evaluation.required is Verdict.UNKNOWN
    assert (finding.verdict, finding.leads_to, finding.missing) == (Verdict.UNKNOWN, Disposition.RETURN, (field,))
    assert len(made.evaluation.findings) == 1


@pytest.mark.parametrize("product_id", ["lithium_salts", "polysilicon", "steel_rolling", "gas_power", ""])
def test_what_is_not_two_high_owes_nothing_and_one_finding_says_so(product_id: str, invented: Any) -> None:
    made = invented.decide(
        invented.dossier(products=(Product("产品", product_id),), industry_codes=("2613",) if product_id else ("1310",))
    )

    assert made.evaluation.required is Verdict.FAILS
    (finding,) = made.evaluation.findings
    assert (finding.verdict, finding.leads_to) == (Verdict.HOLDS, None)
    assert made.evaluation.holds == ()


@pytest.mark.parametrize(
    ("product_id", "day"),
    [
        ("ferroalloy", date(2025, 1, 1)),
        ("refining", date(2025, 1, 1)),
        ("calcium_carbide", date(2022, 3, 13)),
        ("cement_grinding", date(2025, 1, 1)),
    ],
)
def test_an_industry_without_a_ratio_on_file_is_for_a_person(product_id: str, day: date, invented: Any) -> None:
    made = invented.decide(
        invented.dossier(products=(Product("产品", product_id),), application_date=day, replacement=None)
    )

    finding = plan_finding(made)
    assert made.evaluation.required is Verdict.UNKNOWN
    assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert finding.missing == ()


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2025, 1, 1)])
@pytest.mark.parametrize("product_id", ["", "clinkr"])
def test_a_product_that_no_list_names_under_a_listed_class_is_for_a_person(
    product_id: str, day: date, invented: Any
) -> None:
    unnamed = invented.dossier(products=(Product("水泥熟料", product_id),), application_date=day, replacement=None)

    made = invented.decide(unnamed)

    assert made.evaluation.required is Verdict.UNKNOWN
    assert plan_finding(made).leads_to is Disposition.MANUAL


@pytest.mark.parametrize(
    ("day", "required"), [(date(2022, 3, 12), Verdict.FAILS), (date(2022, 3, 13), Verdict.UNKNOWN)]
)
@pytest.mark.parametrize("product_id", ["lime", "cement_grinding"])
def test_other_two_high_products_of_qinghai_owe_from_the_opinion_of_2022(
    product_id: str, day: date, required: Verdict, invented: Any
) -> None:
    other = invented.dossier(products=(Product("产品", product_id),), application_date=day, replacement=None)

    assert invented.decide(other).evaluation.required is required


def test_a_ratio_that_is_not_on_file_is_said_in_words(invented: Any) -> None:
    finding = plan_finding(invented.decide(invented.dossier(products=(Product("石灰", "lime"),), replacement=None)))

    assert "未载" in finding.because.zh
    assert "ratio of this industry is not on file here" in finding.because.en


@pytest.mark.parametrize(
    ("day", "verdict", "unverified"),
    [
        (date(2021, 7, 31), Verdict.UNKNOWN, False),
        (date(2021, 8, 1), Verdict.HOLDS, False),
        (date(2024, 10, 31), Verdict.HOLDS, False),
        (date(2024, 11, 1), Verdict.HOLDS, True),
    ],
)
@pytest.mark.parametrize(("product_id", "code"), [("clinker", "3011"), ("flat_glass", "3041")])
def test_a_renovation_that_adds_nothing_is_free_where_the_law_of_the_day_frees_it(
    day: date, verdict: Verdict, unverified: bool, product_id: str, code: str, invented: Any
) -> None:
    renovation = invented.dossier(
        kind=ProjectKind.TECHNICAL_RENOVATION,
        application_date=day,
        industry_codes=(code,),
        products=(invented.product("0", "t/d", product_id),),
        replacement=None,
    )

    finding = plan_finding(invented.decide(renovation))

    assert finding.verdict is verdict
    assert finding.basis_unverified is unverified
    assert finding.leads_to is (None if verdict is Verdict.HOLDS else Disposition.MANUAL)


def test_a_renovation_of_aluminium_that_adds_nothing_is_for_a_person(invented: Any) -> None:
    renovation = invented.dossier(
        kind=ProjectKind.TECHNICAL_RENOVATION,
        industry_codes=("3216",),
        products=(invented.product("0", "t/a", "electrolytic_aluminium"),),
        replacement=None,
    )

    assert plan_finding(invented.decide(renovation)).leads_to is Disposition.MANUAL


def test_a_renovation_must_say_how_much_it_builds(invented: Any) -> None:
    renovation = invented.dossier(
        kind=ProjectKind.TECHNICAL_RENOVATION, products=(invented.product(None),), replacement=None
    )

    finding = plan_finding(invented.decide(renovation))

    assert (finding.leads_to, finding.missing) == (Disposition.RETURN, ("dossier.products[0].capacity",))


@pytest.mark.parametrize(
    ("day", "required", "leads_to"),
    [
        (date(2021, 7, 31), Verdict.UNKNOWN, Disposition.MANUAL),
        (date(2021, 8, 1), Verdict.FAILS, None),
        (date(2024, 10, 31), Verdict.FAILS, None),
        (date(2024, 11, 1), Verdict.UNKNOWN, Disposition.MANUAL),
    ],
)
def test_photovoltaic_rolled_glass_follows_the_dated_rule(
    day: date, required: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    made = invented.decide(
        invented.dossier(
            application_date=day,
            industry_codes=("3041",),
            products=(invented.product("1200", "t/d", "pv_rolled_glass"),),
            replacement=None,
        )
    )

    assert made.evaluation.required is required
    assert plan_finding(made).leads_to is leads_to
    assert ("听证" in plan_finding(made).because.zh) is (required is Verdict.FAILS)


def test_a_second_product_without_a_ratio_keeps_the_finding_unknown(invented: Any) -> None:
    made = invented.decide(invented.dossier(products=(invented.product(), Product("石灰", "lime"))))

    assert made.evaluation.required is Verdict.HOLDS
    assert plan_finding(made).leads_to is Disposition.MANUAL
    assert [f.verdict for f in made.evaluation.findings[1:3]] == [Verdict.HOLDS, Verdict.HOLDS]


CLAIMS = [
    ("clinker", "relocation_by_planning_same_prefecture", date(2021, 7, 31), Verdict.HOLDS, None),
    ("clinker", "relocation_by_planning_same_prefecture", date(2021, 8, 1), Verdict.FAILS, None),
    ("clinker", "relocation_by_planning_same_prefecture", date(2024, 10, 31), Verdict.FAILS, None),
    ("clinker", "relocation_by_planning_same_prefecture", date(2024, 11, 1), Verdict.UNKNOWN, Disposition.MANUAL),
    ("flat_glass", "relocation_by_planning", date(2021, 8, 1), Verdict.FAILS, None),
    ("flat_glass", "relocation_by_planning", date(2024, 11, 1), Verdict.HOLDS, None),
    ("flat_glass", "small_industrial_glass", date(2021, 8, 1), Verdict.FAILS, None),
    ("clinker", "relocation_by_planning", date(2021, 8, 1), Verdict.HOLDS, None),
]


@pytest.mark.parametrize(("product_id", "case", "day", "required", "leads_to"), CLAIMS)
def test_a_case_without_a_plan_is_free_when_it_is_claimed_and_the_law_of_the_day_has_it(
    product_id: str, case: str, day: date, required: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    given = Product("产品", product_id, Amount(Decimal(4000), "t/d"), facts=(Fact(case, "yes"),))
    plan = invented.plan(publicity_date=day)

    made = invented.decide(
        invented.dossier(products=(given,), industry_codes=("3011", "3041"), application_date=day, replacement=plan)
    )

    assert made.evaluation.required is required
    assert plan_finding(made).leads_to is leads_to


def test_a_case_that_is_not_claimed_frees_nobody_and_is_not_asked_for(invented: Any) -> None:
    denied = Product(
        "熟料",
        "clinker",
        Amount(Decimal(4000), "t/d"),
        facts=(Fact("relocation_by_planning_same_prefecture", "no"), Fact("industrial_gypsum", "no")),
    )
    plan = invented.plan(publicity_date=date(2023, 1, 4))

    made = invented.decide(invented.dossier(products=(denied,), replacement=plan))

    assert made.evaluation.required is Verdict.HOLDS
    assert [finding for finding in made.evaluation.findings if finding.missing] == []


def test_an_exemption_that_rests_on_an_unverified_figure_waits_for_a_person(invented: Any) -> None:
    glass = Product("玻璃", "flat_glass", facts=(Fact("small_industrial_glass", "yes"),))

    made = invented.decide(
        invented.dossier(
            products=(glass,), industry_codes=("3041",), application_date=date(2022, 1, 4), replacement=None
        )
    )

    finding = plan_finding(made)
    assert (finding.verdict, finding.leads_to) == (Verdict.HOLDS, None)
    assert weighed(finding) is Disposition.MANUAL
