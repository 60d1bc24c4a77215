"""A decision is explained down to the clause, the decisive findings first."""

import io
from collections.abc import Iterable

import pytest
from google.type.date_pb2 import Date
from rich.console import Console, RenderableType

from client.rendering.explain import decisive_findings, explain
from client.rendering.tables import decision_rows, tce
from client.rendering.words import Language
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb

BENCHMARK = common.Finding(
    rule="access.benchmark",
    title=common.Text(zh="达到能效标杆水平", en="reaches the benchmark"),
    verdict=common.VERDICT_FAILS,
    because=common.Text(zh="105 kgce/t 高于 100 kgce/t", en="105 kgce/t is above 100 kgce/t"),
    inputs=[common.FindingInput(name="dossier.kind", value="new_build"), common.FindingInput(name="x", value="")],
    under=[
        common.Citation(
            parameter="access.clinker.benchmark",
            document="发改产业〔2023〕723号",
            article="8",
            value="100",
            unit="kgce/t",
            from_date=Date(year=2023, month=7, day=4),
            until_date=Date(year=2027, month=1, day=1),
            verification="confirmed",
            kind="figure",
        )
    ],
    leads_to=common.DISPOSITION_PROHIBIT,
)
ENERGY = common.Finding(
    rule="review.energy",
    title=common.Text(zh="能耗已填报", en="the energy is stated"),
    verdict=common.VERDICT_UNKNOWN,
    because=common.Text(zh="未填写", en="it is not stated"),
    under=[
        common.Citation(
            parameter="rule.review.energy",
            document="令2025年第31号",
            from_date=Date(year=2025, month=9, day=1),
            verification="unverified",
            kind="method",
        )
    ],
    leads_to=common.DISPOSITION_RETURN,
    missing=["dossier.energy.annual_tce_calorific"],
    basis_unverified=True,
)
REGION = common.Finding(
    rule="filing.region",
    title=common.Text(zh="地区代码明确", en="the region is known"),
    verdict=common.VERDICT_HOLDS,
    because=common.Text(zh="630106 湟中区", en="630106 Huangzhong"),
)
DECISION = pb.Decision(
    name="filings/a-project/decisions/2",
    outcome=common.OUTCOME_BLOCK,
    disposition=common.DISPOSITION_PROHIBIT,
    findings=[REGION, ENERGY, BENCHMARK],
    basis_unverified=True,
    missing=["dossier.energy.annual_tce_calorific"],
    filing_revision=1,
    facts=[pb.FactVersion(fact="filing", version=1), pb.FactVersion(fact="region/630100", version=2)],
    bundle_hash="391a637f48db0000",
    decide_date=Date(year=2026, month=11, day=24),
    project_name="水泥熟料 [red]项目",
    region_code="630106",
)

ZH = """\
水泥熟料 [red]项目
备案: a-project (630106)
结论: 不通过 · 禁止 · 依据未核验
作出: 第 2 号决定, 2026-11-24, 依申报第 1 版, 政策包 391a637f48db
事实: 备案 1, 地区预警 630100 2

决定性认定 (1)
└── ✘ 不成立  达到能效标杆水平 [access.benchmark] → 禁止
    ├── 理由: 105 kgce/t 高于 100 kgce/t
    ├── 输入: dossier.kind = new_build; x = —
    ├── 依据: 100 kgce/t · 发改产业〔2023〕723号, 条款 8 · 2023-07-04 起施行, 2027-01-01 起失效 · 已核验 [access.clinker.benchmark]
    └── 如何通过: 无单项修改可使其通过

其他意见 (1)
└── ? 不明  能耗已填报 [review.energy] → 补正 · 依据未核验
    ├── 理由: 未填写
    ├── 依据: 令2025年第31号 · 2025-09-01 起施行 · 依据未核验 [rule.review.energy]
    └── 须补: dossier.energy.annual_tce_calorific

无异议 (1)
└── ✔ 成立  地区代码明确 [filing.region]
    └── 理由: 630106 湟中区

须补字段
└── dossier.energy.annual_tce_calorific

下一步: 依法禁止; 如事实有误或方案有变, 用 dualcontrol amend 提交修订。
"""  # noqa: E501  # what is printed is one line

EN_DECISIVE = """\
Decisive findings (1)
└── ✘ fails  reaches the benchmark [access.benchmark] → prohibit
    ├── Because: 105 kgce/t is above 100 kgce/t
    ├── Inputs: dossier.kind = new_build; x = —
    ├── Under: 100 kgce/t · 发改产业〔2023〕723号, art. 8 · in force from 2023-07-04, no longer from 2027-01-01 · confirmed [access.clinker.benchmark]
    └── What would make it pass: no change of one input makes it pass
"""  # noqa: E501  # what is printed is one line


UNIT_ENERGY = "dossier.products[0].unit_energy[0].value"
WHOLE = common.Finding(
    rule="access.benchmark",
    title=BENCHMARK.title,
    verdict=common.VERDICT_FAILS,
    because=common.Text(zh="1 项义务未达到", en="one duty is not met"),
    leads_to=common.DISPOSITION_PROHIBIT,
    missing=["dossier.kind"],
    parts=[
        BENCHMARK,
        common.Finding(
            rule="access.altitude",
            title=common.Text(zh="海拔修正", en="altitude"),
            verdict=common.VERDICT_UNKNOWN,
            because=common.Text(zh="未填海拔", en="the altitude is not stated"),
            leads_to=common.DISPOSITION_RETURN,
            missing=["dossier.kind"],
        ),
    ],
    remedies=[
        common.Remedy(
            field=UNIT_ENERGY,
            stated="105 kgce/t",
            needed="100 kgce/t",
            text=common.Text(zh="降低单位产品能耗", en="use less energy per tonne"),
        ),
        common.Remedy(field="dossier.kind", needed="expansion"),
    ],
)
PARTS_ZH = """\
    ├── 须补: dossier.kind
    ├── 组成 (2)
    │   ├── ✘ 不成立  达到能效标杆水平 [access.benchmark] → 禁止
    │   │   ├── 理由: 105 kgce/t 高于 100 kgce/t
    │   │   ├── 输入: dossier.kind = new_build; x = —
    │   │   └── 依据: 100 kgce/t · 发改产业〔2023〕723号, 条款 8 · 2023-07-04 起施行, 2027-01-01 起失效 · 已核验 [access.clinker.benchmark]
    │   └── ? 不明  海拔修正 [access.altitude] → 补正
    │       ├── 理由: 未填海拔
    │       └── 须补: dossier.kind
    └── 如何通过
        ├── dossier.products[0].unit_energy[0].value: 105 kgce/t → 100 kgce/t · 降低单位产品能耗
        └── dossier.kind: — → expansion
"""  # noqa: E501  # what is printed is one line


def printed(parts: Iterable[RenderableType]) -> str:
    out = Console(file=io.StringIO(), width=10_000, markup=False, highlight=False, emoji=False, color_system=None)
    for part in parts:
        out.print(part)
    assert isinstance(out.file, io.StringIO)
    return "\n".join(line.rstrip() for line in out.file.getvalue().split("\n"))


def test_a_decision_in_chinese() -> None:
    assert printed(explain(DECISION, Language.ZH)) == ZH


def test_a_decision_in_english() -> None:
    assert EN_DECISIVE in printed(explain(DECISION, Language.EN))


def test_a_block_that_a_person_must_confirm_is_decisive_for_manual() -> None:
    unverified = common.Finding()
    unverified.CopyFrom(BENCHMARK)
    unverified.under[0].verification = "unverified"
    manual = pb.Decision(disposition=common.DISPOSITION_MANUAL, findings=[REGION, BENCHMARK, unverified])

    assert decisive_findings(manual) == [unverified]


def test_an_approval_has_no_decisive_finding_and_says_what_to_do() -> None:
    approval = pb.Decision(
        outcome=common.OUTCOME_APPROVE, disposition=common.DISPOSITION_APPROVE, findings=[REGION], project_name="x"
    )
    text = printed(explain(approval, Language.ZH))

    assert decisive_findings(approval) == []
    assert "决定性认定" not in text
    assert "无不利认定" in text


@pytest.mark.parametrize("language", list(Language))
def test_values_of_a_newer_service_are_shown_as_what_needs_a_person(language: Language) -> None:
    newer = pb.Decision(outcome=99, disposition=99, findings=[common.Finding(verdict=99, leads_to=99)])  # type: ignore[arg-type]
    text = printed(explain(newer, language))

    assert ("人工判定" if language is Language.ZH else "manual") in text
    assert ("? 不明" if language is Language.ZH else "? unknown") in text


def test_the_row_of_a_decision_names_the_first_decisive_finding() -> None:
    assert "达到能效标杆水平" in printed([decision_rows([DECISION], Language.ZH)])


@pytest.mark.parametrize(("kgce", "shown"), [(0, "0"), (1, "0.001"), (20_000_000, "20,000"), (2_500_100, "2,500.1")])
def test_energy_is_shown_in_tce_exactly(kgce: int, shown: str) -> None:
    assert tce(kgce) == shown


def blocked_by(*findings: common.Finding) -> pb.Decision:
    return pb.Decision(
        outcome=common.OUTCOME_BLOCK,
        disposition=common.DISPOSITION_PROHIBIT,
        findings=findings,
        missing=[field for finding in findings for field in finding.missing],
    )


def nested(depth: int) -> common.Finding:
    """A finding within findings, `depth` of them above it."""
    finding = common.Finding(rule=f"level.{depth}")
    for number in reversed(range(depth)):
        finding = common.Finding(rule=f"level.{number}", parts=[finding])
    return finding


def test_parts_stand_under_their_whole_and_remedies_under_what_fails() -> None:
    assert PARTS_ZH in printed(explain(blocked_by(WHOLE), Language.ZH))


def test_remedies_in_english_name_field_stated_and_needed() -> None:
    text = printed(explain(blocked_by(WHOLE), Language.EN))

    assert "Made of (2)" in text
    assert f"What would make it pass\n        ├── {UNIT_ENERGY}: 105 kgce/t → 100 kgce/t · use less energy" in text


def test_a_part_is_neither_decisive_nor_counted_and_its_missing_field_stands_once() -> None:
    decision = blocked_by(WHOLE)
    text = printed(explain(decision, Language.ZH))

    assert decisive_findings(decision) == [WHOLE]
    assert "决定性认定 (1)" in text
    assert "其他意见" not in text
    assert text.count("└── dossier.kind\n") == 1


def test_that_nothing_helps_is_said_of_wholes_that_fail_only() -> None:
    part_without_remedy = common.Finding(verdict=common.VERDICT_HOLDS, parts=[BENCHMARK])

    assert "无单项修改可使其通过" not in printed(explain(blocked_by(part_without_remedy), Language.ZH))
    assert "无单项修改可使其通过" in printed(explain(blocked_by(BENCHMARK), Language.ZH))


def test_what_is_returned_asks_to_be_mended_so_nothing_is_said_of_it() -> None:
    wrong_code = common.Finding(verdict=common.VERDICT_FAILS, leads_to=common.DISPOSITION_RETURN)

    assert "如何通过" not in printed(explain(blocked_by(wrong_code), Language.ZH))


@pytest.mark.parametrize(("depth", "shown", "hidden"), [(5, 5, 0), (6, 5, 1), (9, 5, 4)])
def test_findings_within_findings_are_shown_to_a_bounded_depth(depth: int, shown: int, hidden: int) -> None:
    text = printed(explain(blocked_by(nested(depth)), Language.EN))

    assert f"[level.{shown}]" in text
    assert f"[level.{shown + 1}]" not in text
    assert (f"… {hidden} below are not shown" in text) == bool(hidden)


def test_a_pass_on_an_unverified_figure_is_what_a_person_must_look_at() -> None:
    unsure = common.Finding(verdict=common.VERDICT_HOLDS, under=BENCHMARK.under)
    unsure.under[0].verification = "unverified"

    assert decisive_findings(pb.Decision(disposition=common.DISPOSITION_MANUAL, findings=[REGION, unsure])) == [unsure]
    assert decisive_findings(pb.Decision(disposition=common.DISPOSITION_RETURN, findings=[REGION, unsure])) == []
