"""Access duties on facts: environment, equipment, non-fossil energy, advanced level, captive coal."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dossier.model import Dossier, Equipment, ProjectKind
from review.domain.duties import duty_findings
from review.domain.subject import Subject
from statute.finding import Disposition, Finding, Verdict, weighed
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, facts_of, product

NEW, REBUILD, EXPANSION, RENOVATION = ProjectKind
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
NOT_PASS, MANUAL = Disposition.NOT_PASS, Disposition.MANUAL
DAY = date(2025, 6, 2)
CLASSES = {"ironmaking": "3110", "steelmaking": "3120", "refining": "2511", "electrolytic_aluminium": "3216"}


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


def test_an_expansion_of_a_refinery_owes_the_plan_under_the_opinion_only_where_distillation_grows(
    policy: PolicyBundle,
) -> None:
    stated = {"in_national_industry_plan": "yes", "environmental_level": "b"}
    verdicts = {
        grows: only(
            policy,
            "access.environment",
            made(
                "refining",
                EXPANSION,
                date(2024, 3, 1),
                facts=stated,
                of_product={"expands_primary_distillation": grows},
            ),
        ).verdict
        for grows in ("yes", "no")
    }

    assert verdicts == {"yes": FAILS, "no": HOLDS}


@pytest.mark.parametrize(
    ("day", "level", "verdict", "leads_to"),
    [
        (date(2024, 5, 22), "b", HOLDS, None),
        (date(2024, 5, 23), "b", FAILS, NOT_PASS),
        (date(2024, 5, 23), "a", HOLDS, None),
        (date(2025, 12, 31), "b", FAILS, NOT_PASS),
        (date(2028, 1, 1), "b", FAILS, MANUAL),
    ],
)
def test_electrolytic_aluminium_reaches_environmental_level_a(
    policy: PolicyBundle, day: date, level: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    project = made("electrolytic_aluminium", EXPANSION, day, facts={"environmental_level": level})

    finding = only(policy, "access.environment", project)

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


def test_the_aluminium_plan_of_2025_binds_where_the_plan_for_2024_and_2025_is_open(policy: PolicyBundle) -> None:
    project = made("electrolytic_aluminium", EXPANSION, date(2026, 3, 2), facts={"environmental_level": "b"})

    finding = only(policy, "access.environment", project)

    assert finding.leads_to is NOT_PASS
    assert "duty.al2025_environment" in {citation.parameter for citation in finding.under}


def test_a_part_that_was_not_read_does_not_weaken_one_that_was(policy: PolicyBundle) -> None:
    project = made("ironmaking", facts={"environmental_level": "c"})

    finding = only(policy, "access.environment", project)

    assert {part.rests_on_unverified_figure for part in finding.parts} == {True, False}
    assert (finding.leads_to, weighed(finding)) == (NOT_PASS, NOT_PASS)


@pytest.mark.parametrize(
    ("day", "share", "verdict"),
    [
        (date(2024, 5, 22), "0.1999", HOLDS),
        (date(2024, 5, 23), "0.1999", FAILS),
        (date(2024, 5, 23), "0.20", HOLDS),
        (date(2025, 12, 31), "0.1999", FAILS),
        (date(2026, 1, 1), "0.1999", HOLDS),
    ],
)
def test_a_new_two_high_project_takes_a_fifth_of_its_energy_from_non_fossil_sources(
    policy: PolicyBundle, day: date, share: str, verdict: Verdict
) -> None:
    finding = only(policy, "access.non_fossil", made("ironmaking", day=day, facts={"non_fossil_share": share}))

    assert (finding.verdict, finding.leads_to) == (verdict, NOT_PASS if verdict is FAILS else None)


def test_the_non_fossil_share_is_asked_for(policy: PolicyBundle) -> None:
    finding = only(policy, "access.non_fossil", made("ironmaking"))

    assert (finding.verdict, finding.missing) == (UNKNOWN, ("dossier.facts[non_fossil_share]",))


@pytest.mark.parametrize(
    ("product", "code", "verdict", "leads_to"),
    [
        ("sulphuric_acid", "2611", UNKNOWN, MANUAL),
        ("lithium_salts", "2613", HOLDS, None),
    ],
)
def test_whether_it_is_two_high_decides_and_is_not_guessed(
    policy: PolicyBundle, product: str, code: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    project = made(product, facts={"non_fossil_share": "0.1"}, code=code)

    finding = only(policy, "access.non_fossil", project)

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


GOOD, POOR, SILENT = Equipment("风机", 2), Equipment("水泵", 3), Equipment("空压机")


@pytest.mark.parametrize(
    ("equipment", "verdict", "missing", "remedies"),
    [
        ((), UNKNOWN, ("dossier.equipment",), []),
        ((GOOD,), HOLDS, (), []),
        ((GOOD, POOR), FAILS, (), [("dossier.equipment[1].efficiency_grade", "3", "2")]),
        ((POOR, POOR), FAILS, (), []),
        ((GOOD, SILENT), UNKNOWN, ("dossier.equipment[1].efficiency_grade",), []),
        ((POOR, SILENT), FAILS, (), []),
    ],
)
def test_every_piece_of_main_equipment_meets_grade_two(
    policy: PolicyBundle,
    equipment: tuple[Equipment, ...],
    verdict: Verdict,
    missing: tuple[str, ...],
    remedies: list[tuple[str, str, str]],
) -> None:
    finding = only(policy, "access.equipment", made("pta", equipment=equipment))

    assert (finding.verdict, finding.missing) == (verdict, missing)
    assert [(remedy.field, remedy.stated, remedy.needed) for remedy in finding.remedies] == remedies


@pytest.mark.parametrize(
    ("day", "kind", "reviewed", "verdict"),
    [
        (date(2023, 3, 16), NEW, True, HOLDS),
        (date(2023, 3, 17), NEW, True, FAILS),
        (date(2023, 3, 17), NEW, None, FAILS),
        (date(2023, 3, 17), NEW, False, HOLDS),
        (date(2023, 3, 17), RENOVATION, True, HOLDS),
    ],
)
def test_the_grade_is_asked_in_review_alone(
    policy: PolicyBundle, day: date, kind: ProjectKind, reviewed: bool | None, verdict: Verdict
) -> None:
    finding = only(policy, "access.equipment", made("pta", kind, day, equipment=(POOR,)), reviewed=reviewed)

    assert finding.verdict is verdict


def test_steel_asks_the_advanced_level_of_its_equipment_beside_the_grade(policy: PolicyBundle) -> None:
    project = made("ironmaking", equipment=(Equipment("风机", 1, advanced_level=False),))

    grade, advanced = found(policy, "access.equipment", project)

    assert (grade.verdict, advanced.verdict, advanced.leads_to) == (HOLDS, FAILS, NOT_PASS)
    assert [remedy.needed for remedy in advanced.remedies] == ["yes"]


@pytest.mark.parametrize(("captive", "verdict", "leads_to"), [("yes", FAILS, MANUAL), ("no", HOLDS, None)])
def test_a_captive_coal_unit_goes_to_a_person(
    policy: PolicyBundle, captive: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    project = made("electrolytic_aluminium", facts={"captive_coal_unit": captive})

    finding = only(policy, "access.captive_coal", project)

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize("product", ["polysilicon", "graphite_anode_material", "lithium_cathode_material"])
def test_an_advanced_level_without_a_number_goes_to_a_person(policy: PolicyBundle, product: str) -> None:
    finding = only(policy, "access.industry_level", made(product, code="3985"))

    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, MANUAL, ())
    assert "行业先进水平" in finding.because.zh
