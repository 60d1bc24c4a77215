from datetime import date, timedelta
from decimal import Decimal

import pytest

from statute.bundle import NotInBundle
from statute.finding import Disposition, Outcome
from statute.law import Standing
from statute.loader import load_bundle

LAW = load_bundle()
DAY = timedelta(days=1)

# Parameter, first day of an edition, value on that day, value on the day before (None: the law here does not say).
EDITIONS = [
    ("review.regime", date(2017, 1, 1), "ord44_2016", None),
    ("review.regime", date(2023, 6, 1), "ord2_2023", "ord44_2016"),
    ("review.regime", date(2025, 9, 1), "ord31_2025", "ord2_2023"),
    ("review.provincial.tce", date(2017, 1, 1), Decimal(5000), None),
    ("review.provincial.tce", date(2023, 6, 1), Decimal(10000), Decimal(5000)),
    ("review.provincial.tce", date(2025, 9, 1), Decimal(10000), Decimal(10000)),
    ("review.provincial.coal", date(2025, 9, 1), Decimal(10000), None),
    ("review.exempt.tce", date(2017, 1, 1), Decimal(1000), None),
    ("review.exempt.coal", date(2025, 9, 1), Decimal(1000), None),
    ("review.exempt.kwh", date(2025, 9, 1), None, Decimal(5000000)),
    ("review.ndrc.tce", date(2025, 9, 1), Decimal(500000), None),
    ("review.county_two_high", date(2023, 6, 1), "never", "not_restricted"),
    ("energy.calorific.electricity", date(2021, 4, 1), Decimal("0.1229"), None),
    ("energy.calorific.raw_coal", date(2021, 4, 1), Decimal("0.7143"), None),
    ("access.clinker.benchmark", date(2022, 1, 1), Decimal(100), None),
    ("access.clinker.baseline", date(2023, 7, 4), Decimal(117), Decimal(117)),
    ("norm.gb_16780_2021.clinker_comprehensive.tier2", date(2022, 11, 1), Decimal(107), None),
    ("access.ferrosilicon.baseline", date(2023, 7, 4), Decimal(1850), Decimal(1900)),
    ("norm.gb_21341_2022.ferrosilicon_comprehensive.tier2", date(2024, 1, 1), Decimal(1770), None),
    ("access.aluminium_liquid.benchmark", date(2023, 7, 4), Decimal(13000), Decimal(13000)),
    ("norm.gb_21346_2022.al_liquid_ac.tier1", date(2024, 1, 1), Decimal(12950), None),
    ("norm.gb_21343_2023.calcium_carbide_comprehensive.tier2", date(2024, 12, 1), Decimal(823), None),
    ("access.refining.baseline", date(2022, 1, 1), Decimal("8.5"), None),
    ("norm.gb_30251_2024.refining_factor.tier1", date(2025, 5, 1), Decimal("6.85"), None),
    ("capacity.plan.clinker", date(2018, 1, 1), "required", None),
    ("capacity.plan.pv_rolled_glass", date(2021, 8, 1), "hearing", None),
    ("capacity.plan.pv_rolled_glass", date(2024, 11, 1), None, "hearing"),
    ("capacity.plan.steelmaking", date(2018, 1, 1), "required", None),
    ("capacity.plan.steelmaking", date(2026, 4, 29), "required", "required"),
    ("capacity.plan.other_two_high", date(2022, 3, 13), "equal_or_reduced", "none"),
    ("region.suspension", date(2021, 8, 12), "restrict", None),
    ("region.suspension", date(2022, 1, 1), None, "restrict"),
]


@pytest.mark.parametrize(("parameter", "first_day", "then", "before"), EDITIONS)
def test_an_edition_binds_from_its_first_day_and_not_before(
    parameter: str, first_day: date, then: Decimal | str | None, before: Decimal | str | None
) -> None:
    on, day_before = LAW.on(parameter, first_day), LAW.on(parameter, first_day - DAY)

    assert (on.value if on else None) == then
    assert (day_before.value if day_before else None) == before
    if on is not None:
        assert on.citation.in_force_from == first_day
        assert on.citation.document


@pytest.mark.parametrize(
    ("day", "provincial", "exempt", "ndrc"),
    [
        (date(2023, 5, 31), ["tce"], ["tce", "kwh"], []),
        (date(2025, 8, 31), ["tce"], ["tce", "kwh"], []),
        (date(2025, 9, 1), ["tce", "coal"], ["tce", "coal"], ["tce", "coal"]),
    ],
)
def test_each_order_has_its_own_lines(day: date, provincial: list[str], exempt: list[str], ndrc: list[str]) -> None:
    found = [LAW.review_lines("provincial", day), LAW.exempt_lines(day), LAW.review_lines("ndrc", day)]

    assert [[line.measure for line in lines or ()] for lines in found] == [provincial, exempt, ndrc]
    assert all(line.version is not None for lines in found for line in lines or ())


def test_an_application_before_the_oldest_order_held_is_unknown() -> None:
    assert LAW.review_lines("provincial", date(2016, 12, 31)) is None
    assert LAW.exempt_lines(date(2016, 12, 31)) is None


def test_the_county_ban_of_order_2_is_unverified_and_that_of_order_31_is_not() -> None:
    under_2, under_31 = (LAW.on("review.county_two_high", day) for day in (date(2024, 1, 1), date(2025, 9, 1)))

    assert under_2 is not None
    assert under_31 is not None
    assert (under_2.citation.verification, under_2.confidence) == ("unverified", "medium")
    assert under_31.citation.verification == "confirmed"


@pytest.mark.parametrize(
    ("product", "standing", "class_code", "industry"),
    [
        ("clinker", Standing.LISTED, "3011", "building_materials"),
        ("cement_grinding", Standing.OPEN, "3011", "building_materials"),
        ("recycled_aluminium", Standing.OUTSIDE, "3216", "nonferrous"),
        ("electrolytic_aluminium", Standing.LISTED, "3216", "nonferrous"),
        ("lithium_salts", Standing.OUTSIDE, "2613", "chemical"),
        ("calcium_carbide", Standing.LISTED, "2613", "chemical"),
        ("ferroalloy", Standing.LISTED, "3140", "steel"),
        ("coal_chp", Standing.LISTED, "4412", "coal_power"),
        ("pta", Standing.LISTED, "2653", "petrochemical"),
    ],
)
def test_class_and_product_together_tell_two_high(
    product: str, standing: Standing, class_code: str, industry: str
) -> None:
    catalogue = LAW.catalogue(date(2024, 1, 1))
    assert catalogue is not None
    found = catalogue.product(product)

    assert found is not None
    assert (found.standing, found.industry) == (standing, industry)
    assert industry in {i.id for i in catalogue.industries_of_class(class_code)}
    assert (class_code in found.classes) is (standing is Standing.LISTED)


def test_the_catalogue_has_six_industries_and_begins_with_its_document() -> None:
    catalogue = LAW.catalogue(date(2021, 5, 30))

    assert catalogue is not None
    assert len(catalogue.industries) == 6
    assert LAW.catalogue(date(2021, 5, 29)) is None
    assert catalogue.product("bread") is None
    assert {i.id for i in catalogue.industries_of_class("2614")} == {"petrochemical", "chemical"}
    whole = catalogue.whole_class("3140")
    assert whole is not None
    assert whole.id == "ferroalloy"
    assert catalogue.whole_class("3011") is None


RULES = [
    "filing.project_code",
    "filing.credit_code",
    "filing.region",
    "filing.industry",
    "filing.application_date",
    "filing.completeness",
    "review.two_high",
    "review.exempt",
    "review.competence",
    "review.energy_stated",
    "review.energy_consistent",
    "access.benchmark",
    "access.baseline",
    "access.gb_tier",
    "capacity.plan",
    "capacity.suspension",
    "capacity.ratio",
    "capacity.lots",
    "region.intensity_level",
    "budget.envelope",
    "budget.available",
]


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_says_what_it_asks_and_what_unknown_leads_to(rule_id: str) -> None:
    rule = LAW.rule(rule_id)

    assert rule.title.zh
    assert rule.title.en
    assert rule.clauses
    for unknown in (rule.on_unknown_input, rule.on_unknown_figure):
        assert unknown is not None
        assert LAW.outcome_of(unknown) is Outcome.DEFER


@pytest.mark.parametrize(
    ("rule_id", "on_fails"),
    [
        ("access.benchmark", Disposition.PROHIBIT),
        ("access.baseline", Disposition.NOT_PASS),
        ("access.gb_tier", Disposition.NOT_PASS),
        ("capacity.suspension", Disposition.NOT_PASS),
        ("capacity.ratio", Disposition.RETURN),
        ("capacity.plan", Disposition.RETURN),
        ("budget.available", Disposition.DEFER),
        ("review.energy_consistent", Disposition.RETURN),
        ("review.two_high", None),
    ],
)
def test_a_failed_rule_leads_to_its_disposition(rule_id: str, on_fails: Disposition | None) -> None:
    assert LAW.rule(rule_id).on_fails is on_fails


def test_the_clause_in_force_on_the_day_is_cited() -> None:
    documents = [LAW.rule("review.exempt").clauses_on(day)[0].document for day in (date(2025, 8, 31), date(2025, 9, 1))]

    assert ["2023年第2号" in documents[0], "2025年第31号" in documents[1]] == [True, True]


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        *((d, Outcome.APPROVE) for d in (Disposition.APPROVE, Disposition.CONDITIONAL, Disposition.EXEMPT)),
        *((d, Outcome.DEFER) for d in (Disposition.DEFER, Disposition.RESTRICT, Disposition.RETURN)),
        *((d, Outcome.DEFER) for d in (Disposition.REFER_UP, Disposition.MANUAL)),
        *((d, Outcome.BLOCK) for d in (Disposition.PROHIBIT, Disposition.NOT_PASS)),
    ],
)
def test_each_disposition_has_its_outcome(disposition: Disposition, outcome: Outcome) -> None:
    assert LAW.outcome_of(disposition) is outcome


def test_an_id_that_the_law_does_not_have_is_a_mistake_of_the_caller() -> None:
    for ask in (LAW.parameter, LAW.rule, lambda standard: LAW.access_duties(standard, "new_build", date(2024, 1, 1))):
        with pytest.raises(NotInBundle, match=r"no\.such"):
            ask("no.such")


def test_every_question_has_an_answer_on_both_sides_of_every_boundary() -> None:
    starts = {v.citation.in_force_from for p in LAW.parameters.values() for v in p.versions}
    for day in sorted(start - gap for start in starts for gap in (timedelta(0), DAY)):
        for authority in ("provincial", "ndrc"):
            LAW.review_lines(authority, day)
        LAW.exempt_lines(day)
        for standard in LAW.access_standards:
            LAW.access_duties(standard, "new_build", day)
        for product in ("clinker", "lime", "no_such_product"):
            LAW.plan_duty(product, two_high=True, day=day)
            LAW.ratio_regime(product, day)
        for level in (1, 2, 3, None):
            for province in (1, 2, 3, None):
                LAW.level_effect(level, province, two_high=True, day=day)
                LAW.level_effect(level, province, two_high=False, day=day)


def test_every_confirmed_figure_names_its_source() -> None:
    for parameter in LAW.parameters.values():
        for version in parameter.versions:
            assert version.citation.document
            assert version.citation.source or version.citation.verification != "confirmed"


@pytest.mark.parametrize(
    ("parameter", "wrong"), [("review.provincial.tce", "word"), ("review.regime", "number"), ("review.regime", "list")]
)
def test_a_value_is_read_only_as_what_it_is(parameter: str, wrong: str) -> None:
    version = LAW.on(parameter, date(2024, 1, 1))
    assert version is not None

    with pytest.raises(TypeError, match=parameter.replace(".", r"\.")):
        getattr(version, {"word": "word", "number": "number", "list": "list_of_words"}[wrong])
