"""Which ratio applies, by the day, the place and what the plan states."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.lots import Lot, LotId
from capacity.domain.ratio import Chosen, Undecided, choose_ratio
from capacity.domain.situation import Situation, situation_of
from capacity.domain.tonnage import Tonnage, Unit
from dossier.model import Fact, Product
from kernel.regions import RegionCode
from statute.loader import PolicyBundle

QINGHAI, TIBET, HEBEI = RegionCode("630200"), RegionCode("540100"), RegionCode("130100")
BEFORE_2021, FROM_2021 = date(2021, 7, 31), date(2021, 8, 1)
BEFORE_2024, FROM_2024 = date(2024, 10, 31), date(2024, 11, 1)


def plan_in(region: RegionCode, restricted: bool | None = None, same: bool | None = None, **facts: str) -> Situation:
    """A plan for one line; `facts` are those of its product."""
    product = Product("产品", facts=tuple(Fact(name, value) for name, value in facts.items()))
    return Situation(region, restricted, same, products=((0, product),))


def ratio_of(choice: Chosen | Undecided) -> Decimal:
    assert isinstance(choice, Chosen), choice
    return choice.ratio.number


@pytest.mark.parametrize(
    ("day", "situation", "ratio", "document"),
    [
        (date(2018, 1, 1), plan_in(TIBET, False, False), "1.0", "2017〕337号"),
        (BEFORE_2021, plan_in(TIBET, False, False), "1.0", "2017〕337号"),
        (FROM_2021, plan_in(QINGHAI, False, False, industrial_gypsum="no"), "1.5", "2021〕80号"),
        (FROM_2021, plan_in(QINGHAI, True, False, industrial_gypsum="no"), "2.0", "2021〕80号"),
        (FROM_2021, plan_in(HEBEI, True, False, industrial_gypsum="no"), "2.0", "2021〕80号"),
        (BEFORE_2024, plan_in(QINGHAI, False, True, industrial_gypsum="no"), "1.5", "2021〕80号"),
        (FROM_2024, plan_in(QINGHAI, False, True), "1.0", "2024〕206号"),
        (FROM_2024, plan_in(QINGHAI, True, True), "1.0", "2024〕206号"),
        (FROM_2024, plan_in(QINGHAI, True, False), "2.0", "2024〕206号"),
        (FROM_2024, plan_in(QINGHAI, False, False), "1.5", "2024〕206号"),
        (FROM_2024, plan_in(TIBET, True, False), "1.0", "2024〕206号"),
        (FROM_2024, plan_in(HEBEI, True, False), "2.0", "2024〕206号"),
        (FROM_2024, plan_in(HEBEI, False, True), "1.0", "2024〕206号"),
    ],
)
def test_the_first_case_that_is_met_gives_the_ratio_of_clinker(
    day: date, situation: Situation, ratio: str, document: str, policy: PolicyBundle
) -> None:
    choice = choose_ratio("clinker", day, situation, policy)

    assert ratio_of(choice) == Decimal(ratio)
    assert isinstance(choice, Chosen)
    assert document in choice.ratio.citation.document


@pytest.mark.parametrize("day", [FROM_2021, BEFORE_2024, FROM_2024])
def test_glass_in_qinghai_is_replaced_one_for_one(day: date, policy: PolicyBundle) -> None:
    assert ratio_of(choose_ratio("flat_glass", day, plan_in(QINGHAI), policy)) == 1


@pytest.mark.parametrize("region", [QINGHAI, TIBET, HEBEI])
def test_aluminium_is_replaced_one_for_one_everywhere(region: RegionCode, policy: PolicyBundle) -> None:
    assert ratio_of(choose_ratio("electrolytic_aluminium", date(2018, 1, 1), plan_in(region), policy)) == 1


@pytest.mark.parametrize(
    ("day", "region", "restricted", "same", "missing"),
    [
        (FROM_2021, QINGHAI, None, None, ("restricted_or_cross_province",)),
        (BEFORE_2024, QINGHAI, None, False, ("restricted_or_cross_province",)),
        (FROM_2024, QINGHAI, None, None, ("same_entity_same_site", "restricted_or_cross_province")),
        (FROM_2024, QINGHAI, True, None, ("same_entity_same_site",)),
        (FROM_2024, QINGHAI, None, False, ("restricted_or_cross_province",)),
        (FROM_2024, HEBEI, None, False, ("restricted_or_cross_province",)),
    ],
)
def test_a_flag_that_would_matter_is_asked_for(
    day: date,
    region: RegionCode,
    restricted: bool | None,
    same: bool | None,
    missing: tuple[str, ...],
    policy: PolicyBundle,
) -> None:
    choice = choose_ratio("clinker", day, plan_in(region, restricted, same, industrial_gypsum="no"), policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == tuple(f"dossier.replacement.{name}" for name in missing)


@pytest.mark.parametrize(
    ("day", "region", "restricted", "same", "ratio"),
    [
        (FROM_2021, QINGHAI, False, None, "1.5"),
        (FROM_2024, TIBET, None, None, "1.0"),
        (FROM_2024, QINGHAI, None, True, "1.0"),
    ],
)
def test_a_flag_that_changes_nothing_is_not_asked_for(
    day: date, region: RegionCode, restricted: bool | None, same: bool | None, ratio: str, policy: PolicyBundle
) -> None:
    assert ratio_of(
        choose_ratio("clinker", day, plan_in(region, restricted, same, industrial_gypsum="no"), policy)
    ) == Decimal(ratio)


@pytest.mark.parametrize(
    ("product", "day", "region"),
    [
        ("clinker", BEFORE_2021, QINGHAI),  # an environmentally sensitive area?
        ("clinker", FROM_2021, HEBEI),  # a key area?
        ("clinker", FROM_2024, HEBEI),
        ("flat_glass", BEFORE_2021, QINGHAI),
        ("flat_glass", FROM_2024, TIBET),
        ("clinker", date(2017, 12, 31), QINGHAI),  # before every regime on file
        ("electrolytic_aluminium", date(2017, 12, 31), QINGHAI),
    ],
)
def test_what_the_law_on_file_does_not_answer_is_for_a_person(
    product: str, day: date, region: RegionCode, policy: PolicyBundle
) -> None:
    situation = plan_in(region, restricted=False, same=False, industrial_gypsum="no")

    choice = choose_ratio(product, day, situation, policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == ()
    assert "人工" in choice.because.zh


def test_without_the_first_day_of_publicity_no_ratio_is_chosen(policy: PolicyBundle) -> None:
    choice = choose_ratio("electrolytic_aluminium", None, plan_in(QINGHAI), policy)

    assert isinstance(choice, Undecided)
    assert choice.missing == ("dossier.replacement.publicity_date",)


@pytest.mark.parametrize("stated", [None, False, True])
def test_a_lot_registered_in_another_province_is_from_there_whatever_the_plan_states(
    stated: bool | None, policy: PolicyBundle, invented: Any
) -> None:
    here = Lot(LotId("lot-a"), "clinker", "甲", RegionCode("632800"), Tonnage(1, Unit.TONNES_PER_DAY))
    away = Lot(LotId("lot-b"), "clinker", "乙", RegionCode("620100"), Tonnage(1, Unit.TONNES_PER_DAY))
    given = invented.plan(restricted_or_cross_province=stated)

    within = situation_of(invented.dossier(replacement=given), given, (), [here])
    across = situation_of(invented.dossier(replacement=given), given, (), [here, away])

    assert within.answers["restricted_or_cross_province"] is stated
    assert ratio_of(choose_ratio("clinker", FROM_2024, across, policy)) == 2
    assert ("lots/lot-b.region_code", "620100") in across.inputs
