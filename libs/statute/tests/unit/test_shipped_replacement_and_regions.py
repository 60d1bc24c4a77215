from datetime import date

import pytest

from kernel.regions import region_code
from statute.finding import Disposition
from statute.loader import load_bundle

LAW = load_bundle()


@pytest.mark.parametrize(
    ("product", "publicity", "ratios"),
    [
        ("clinker", date(2017, 12, 31), None),
        ("clinker", date(2018, 1, 1), {"tibet": "1", "sensitive_area": "1.5", "other": "1.25"}),
        ("clinker", date(2021, 7, 31), {"tibet": "1", "sensitive_area": "1.5", "other": "1.25"}),
        ("clinker", date(2021, 8, 1), {"restricted_or_cross_province": "2", "key_area": "2", "other": "1.5"}),
        ("clinker", date(2024, 10, 31), {"restricted_or_cross_province": "2", "key_area": "2", "other": "1.5"}),
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
        ("steelmaking", date(2022, 1, 1), None),
        ("lime", date(2022, 1, 1), None),
    ],
)
def test_the_first_day_of_publicity_chooses_the_ratios(
    product: str, publicity: date, ratios: dict[str, str] | None
) -> None:
    regime = LAW.ratio_regime(product, publicity)

    found = regime and {case.when: case.ratio.citation.value for case in regime.cases}
    assert found == ratios
    if regime is not None and ratios is not None:
        assert [case.when for case in regime.cases] == list(ratios)


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
