from datetime import date

import pytest

from kernel.regions import region_code
from statute.finding import Disposition
from statute.loader import load_bundle

LAW = load_bundle()

CLINKER_2021 = {
    "industrial_gypsum_and_gypsum_five_provinces": "1",
    "restricted_or_cross_province": "2",
    "key_area": "2",
    "other": "1.5",
}
MERGERS_AND_AREAS = {"merger_and_key_area": "1.25", "merger": "1.1", "key_area": "1.5", "other": "1.25"}
IRON_2021 = {"in_plant_overhaul": "1", "non_bf_iron": "1", "plateau": "1", **MERGERS_AND_AREAS}
STEEL_2021 = {
    "eaf_for_converter": "1",
    "eaf_both_sides": "1",
    "in_plant_overhaul": "1",
    "rkef_aod": "1",
    "plateau": "1",
    **MERGERS_AND_AREAS,
}
STEEL_2026 = {"green_project": "1", "plateau": "1", "merger": "1.25", "other": "1.5"}


@pytest.mark.parametrize(
    ("product", "publicity", "ratios"),
    [
        ("clinker", date(2017, 12, 31), None),
        ("clinker", date(2018, 1, 1), {"tibet": "1", "sensitive_area": "1.5", "other": "1.25"}),
        ("clinker", date(2021, 7, 31), {"tibet": "1", "sensitive_area": "1.5", "other": "1.25"}),
        ("clinker", date(2021, 8, 1), CLINKER_2021),
        ("clinker", date(2024, 10, 31), CLINKER_2021),
        (
            "clinker",
            date(2024, 11, 1),
            {
                "same_entity_same_site": "1",
                "tibet": "1",
                "restricted_or_cross_province": "2",
                "key_area": "2",
                "other": "1.5",
            },
        ),
        ("flat_glass", date(2021, 7, 31), {"sensitive_area": "1.25", "other": "1"}),
        ("flat_glass", date(2021, 8, 1), {"key_area": "1.25", "other": "1"}),
        ("flat_glass", date(2024, 11, 1), {"key_area": "1.25", "other": "1"}),
        ("electrolytic_aluminium", date(2018, 1, 1), {"other": "1"}),
        ("ironmaking", date(2017, 12, 31), None),
        ("ironmaking", date(2018, 1, 1), {"key_area": "1.25", "other": "1"}),
        ("steelmaking", date(2021, 5, 31), {"key_area": "1.25", "other": "1"}),
        ("ironmaking", date(2021, 6, 1), IRON_2021),
        ("steelmaking", date(2021, 6, 1), STEEL_2021),
        ("steelmaking", date(2024, 8, 22), STEEL_2021),
        ("steelmaking", date(2024, 8, 23), {}),
        ("ironmaking", date(2026, 4, 28), {}),
        ("ironmaking", date(2026, 4, 29), STEEL_2026),
        ("steelmaking", date(2026, 4, 29), STEEL_2026),
        ("lime", date(2022, 1, 1), None),
    ],
)
def test_the_first_day_of_publicity_chooses_the_ratios(
    product: str, publicity: date, ratios: dict[str, str] | None
) -> None:
    regime = LAW.ratio_regime(product, publicity)

    found = regime and {case.name: case.ratio.citation.value for case in regime.cases}
    assert found == ratios
    if regime is not None and ratios is not None:
        assert [case.name for case in regime.cases] == list(ratios)


@pytest.mark.parametrize(
    ("product", "two_high", "day", "owed"),
    [
        ("clinker", True, date(2024, 11, 1), "required"),
        ("electrolytic_aluminium", True, date(2020, 1, 1), "required"),
        ("pv_rolled_glass", False, date(2024, 10, 31), "hearing"),
        ("pv_rolled_glass", False, date(2024, 11, 1), None),
        ("lime", True, date(2022, 3, 12), "none"),
        ("lime", True, date(2022, 3, 13), "equal_or_reduced"),
        ("lithium_salts", False, date(2024, 1, 1), "none"),
    ],
)
def test_what_a_product_owes_in_retired_capacity(product: str, two_high: bool, day: date, owed: str | None) -> None:
    duty = LAW.plan_duty(product, two_high=two_high, day=day)

    assert (duty.word if duty else None) == owed


def test_photovoltaic_glass_since_the_newest_rule_cites_what_was_not_found() -> None:
    noted = LAW.replacements["pv_rolled_glass"].plan.noted_on(date(2024, 11, 1))

    assert noted is not None
    assert noted.citation.verification == "not_found"
    assert "206号" in noted.citation.document


def test_qinghai_is_no_key_area_and_not_tibet_and_elsewhere_is_told_only_as_known() -> None:
    golmud, lhasa, shanghai = region_code("632801"), region_code("540102"), region_code("310101")

    assert [LAW.in_area("tibet", r) for r in (golmud, lhasa, shanghai)] == [False, True, False]
    assert [LAW.in_area("key_area", r) for r in (golmud, lhasa, shanghai)] == [False, None, None]
    assert LAW.in_area("sensitive_area", golmud) is None
    assert [LAW.in_area("plateau", r) for r in (golmud, lhasa, shanghai)] == [True, True, False]
    wuhan, guiyang = region_code("420100"), region_code("520100")
    assert [LAW.in_area("gypsum_five_provinces", r) for r in (wuhan, guiyang, golmud)] == [True, True, None]


def test_the_suspension_of_steel_is_a_period_with_its_notice_and_the_draft_is_no_law() -> None:
    suspended = LAW.ratio_regime("ironmaking", date(2025, 10, 24))

    assert suspended is not None
    assert suspended.suspended is not None
    assert "327号" in suspended.suspended.citation.document
    assert (suspended.in_force_from, suspended.until) == (date(2024, 8, 23), date(2026, 4, 29))
    documents = {c.ratio.citation.document for p in LAW.replacements.values() for r in p.regimes for c in r.cases}
    assert not any("征求意见稿" in document for document in documents)


def test_only_the_plateau_case_of_the_newest_steel_measures_is_unverified() -> None:
    unverified = [
        case.ratio.citation.parameter
        for product in LAW.replacements.values()
        for regime in product.regimes
        for case in regime.cases
        if not case.ratio.citation.verified
    ]

    assert unverified == [f"capacity.ratio.{p}.steel_2026.plateau" for p in ("ironmaking", "steelmaking")]


@pytest.mark.parametrize(
    ("parameter", "day", "value"),
    [
        ("capacity.publicity_days.steel_2021", date(2021, 6, 1), "20"),
        ("capacity.publicity_days.steel_2026", date(2026, 4, 29), "20"),
        ("capacity.publicity_days.cement_2021", date(2024, 10, 31), "10"),
        ("capacity.publicity_days.cement_2024", date(2024, 11, 1), "10"),
        ("capacity.publicity_days.al_2018", date(2018, 1, 1), "10"),
        ("capacity.steel.start_construction_months", date(2026, 4, 29), "24"),
        ("capacity.steel.split_recipients_max", date(2026, 4, 29), "2"),
        ("capacity.clinker.filing_and_eia_years", date(2024, 11, 1), "2"),
        ("capacity.clinker.ignition_years", date(2024, 11, 1), "3"),
        ("capacity.clinker.import_limit.utilisation", date(2024, 11, 1), "0.5"),
        ("capacity.aluminium.national_cap", date(2018, 1, 1), "45000000"),
        ("capacity.steel.point.eaf_105t", date(2021, 1, 1), "78.75"),
        ("capacity.steel.point_2015.blast_furnace_1080m3", date(2017, 12, 31), "104"),
        ("capacity.steel.trading", date(2028, 5, 17), "allowed"),
        ("capacity.steel.trading", date(2028, 5, 18), None),
        ("capacity.steel.trading", date(2028, 5, 19), "merger_only"),
        ("capacity.clinker.transition", date(2026, 12, 31), "may_be_ignited"),
        ("capacity.clinker.transition", date(2027, 1, 1), "void"),
        ("capacity.steel.conversion_table", date(2026, 5, 1), None),
    ],
)
def test_the_measures_of_replacement_say_how_long_and_how_much(parameter: str, day: date, value: str | None) -> None:
    version = LAW.on(parameter, day)

    assert (version.citation.value if version else None) == value


def test_the_steel_case_of_a_filing_names_every_condition_that_only_a_filing_answers() -> None:
    conditions = {
        condition
        for product in ("ironmaking", "steelmaking")
        for regime in LAW.replacements[product].regimes
        for case in regime.cases
        for condition in case.conditions
    }

    assert conditions - set(LAW.facts["steel_case"].words) == {"plateau", "merger", "key_area", "other"}


@pytest.mark.parametrize(
    ("level", "province", "two_high", "disposition"),
    [
        (1, 3, True, Disposition.RESTRICT),
        (1, 3, False, Disposition.CONDITIONAL),
        (2, None, True, Disposition.DEFER),
        (2, None, False, Disposition.APPROVE),
        (3, 1, True, Disposition.APPROVE),
        (None, 1, True, Disposition.MANUAL),
        (None, 2, True, Disposition.MANUAL),
        (None, 3, True, Disposition.APPROVE),
        (None, None, True, Disposition.MANUAL),
        (None, 1, False, Disposition.APPROVE),
    ],
)
def test_the_prefecture_s_level_decides_and_the_province_s_never_stands_in(
    level: int | None, province: int | None, two_high: bool, disposition: Disposition
) -> None:
    effect = LAW.level_effect(level, province, two_high=two_high, day=date(2024, 1, 1))

    assert effect is not None
    assert effect.disposition is disposition


def test_regions_answer_to_their_former_codes_too() -> None:
    huangzhong, tongren = LAW.region("630122"), LAW.region("632321")

    assert huangzhong is not None
    assert huangzhong.code == "630106"
    assert tongren is not None
    assert tongren.name.zh == "同仁市"
    assert LAW.region("999999") is None
    name = LAW.region_name("632500")
    assert name is not None
    assert name.en == "Hainan Tibetan Autonomous Prefecture"
    assert len(LAW.regions) == 1 + 8 + 45
