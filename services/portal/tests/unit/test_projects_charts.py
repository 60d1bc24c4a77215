"""A project's charts: its energy beside every level of its standard, and what each budget has left after it."""

from decimal import Decimal

import pytest

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.application.parts import Part
from portal.application.projects_charts import held_effects, preview_effects, standards
from portal.application.projects_file import Held, Level
from portal.application.projects_words import law

STATED = "dossier.products[0].unit_energy[0]"
TONNE = 1_000


def held_against(parameter: str, value: str, *, stated: str = "105 kgce/t", unit: str = "kgce/t") -> common.Finding:
    inputs = [
        common.FindingInput(name="dossier.products[0]", value="clinker 水泥熟料"),
        common.FindingInput(name=STATED, value=stated),
    ]
    cited = common.Citation(parameter=parameter, value=value, unit=unit, kind="figure")
    return common.Finding(rule="access.benchmark", inputs=inputs, under=[cited])


def decided(*parts: common.Finding, bundle_hash: str = "", day: str = "2026-05-25") -> screening.Decision:
    whole = common.Finding(
        rule="access.indicator",
        inputs=[common.FindingInput(name="dossier.application_date", value=day)],
        parts=parts,
    )
    return screening.Decision(findings=[whole], bundle_hash=bundle_hash)


def test_a_products_energy_stands_beside_every_level_of_its_table_under_the_decisions_own_law() -> None:
    decision = decided(held_against("access.clinker.benchmark", "100"), bundle_hash=law().bundle_hash)

    (chart,) = standards(decision)

    assert (chart.value, chart.unit) == (Decimal(105), "kgce/t")
    assert chart.name.zh == "水泥熟料单位产品能耗"
    assert {mark.name.zh: mark.value for mark in chart.marks} == {"标杆水平": Decimal(100), "基准水平": Decimal(117)}


@pytest.mark.parametrize("day", ["2026-05-25", ""])
def test_under_another_law_only_the_figures_that_the_decision_cites_are_shown(day: str) -> None:
    decision = decided(
        held_against("access.clinker.benchmark", "99"),
        held_against("norm.gb_16780_2021.clinker_comprehensive.tier2", "106"),
        bundle_hash="another" if day else law().bundle_hash,
        day=day,
    )

    (chart,) = standards(decision)

    assert [(mark.name.zh, mark.value) for mark in chart.marks] == [
        ("标杆水平", Decimal(99)),
        ("限额 2 级", Decimal(106)),
    ]


@pytest.mark.parametrize(
    "finding",
    [
        held_against("access.clinker.benchmark", "100", unit="kgce/t (当量)"),
        held_against("access.clinker.benchmark", "100", stated=""),
        held_against("access.rule.r7", "benchmark"),
        common.Finding(rule="access.benchmark"),
    ],
)
def test_figures_of_another_unit_and_what_was_not_stated_make_no_chart(finding: common.Finding) -> None:
    assert standards(decided(finding, bundle_hash=law().bundle_hash)) == ()


@pytest.mark.parametrize(
    ("state", "others", "own"),
    [
        (budget.DEDUCTION_STATE_RESERVED, 300, 100),
        (budget.DEDUCTION_STATE_POSTED, 300, 100),
        (budget.DEDUCTION_STATE_VOIDED, 400, 0),
    ],
)
def test_what_is_held_is_told_apart_from_what_others_hold(
    state: budget.DeductionState.ValueType, others: int, own: int
) -> None:
    account = budget.Account(granted_kgce_calorific=1_000 * TONNE, available_kgce_calorific=600 * TONNE)
    levels = [Level("632800", Part(account)), Level("630000", Part(problem=Text("不可读", "unread")))]

    (effect,) = held_effects(Held(budget.Deduction(amount_kgce_calorific=100 * TONNE, state=state), levels))

    assert str(effect.title.zh).endswith("632800 能耗")
    assert effect.unit.zh == "tce, 当量"
    assert [step.amount for step in effect.steps] == [1_000, others, own, 600]


def test_a_preview_that_is_short_ends_below_zero_and_what_was_not_granted_has_no_chart() -> None:
    short = budget.LevelPreview(
        name="regions/632800/accounts/2026", granted=1_000, available_before=400, available_after=-100
    )
    absent = budget.LevelPreview(name="regions/630000/accounts/2026")

    (effect,) = preview_effects(budget.PreviewDeductionResponse(levels=[short, absent]))

    assert [step.amount for step in effect.steps] == [Decimal(1), Decimal("0.6"), Decimal("0.5"), Decimal("-0.1")]
