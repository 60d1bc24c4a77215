"""The limit of a mandatory norm: the row that the facts choose, the tier, the corrections."""

from dataclasses import replace
from datetime import date

import pytest

from dossier.model import Dossier, ProjectKind
from review.domain.access import access_findings
from review.domain.subject import Subject
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, product

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
EXPANSION = ProjectKind.EXPANSION
FACTS = "dossier.products[0].facts"


DAY = date(2026, 8, 3)


def filed(code: str, product_id: str, indicator: tuple[str, str, str], **facts: str) -> Dossier:
    made = product(product_id, "产品", indicator, **facts)
    return dossier(kind=EXPANSION, application_date=DAY, industry_codes=(code,), products=(made,))


def tier(policy: PolicyBundle, dossier: Dossier) -> Finding:
    (part,) = [
        part
        for finding in access_findings(Subject(dossier, policy))
        for part in finding.walk()
        if part.rule == "access.gb_tier"
    ]
    return part


@pytest.mark.parametrize(
    ("absorption", "value", "verdict"),
    [
        ("0.2", "5.5", HOLDS),
        ("0.2", "5.51", UNKNOWN),  # the thickness factor of the norm is not on file
        ("0.21", "4.9", HOLDS),
        ("0.21", "5", UNKNOWN),
        (None, "1", UNKNOWN),
    ],
)
def test_the_row_is_chosen_by_the_fact_and_an_open_correction_is_for_a_person(
    policy: PolicyBundle, absorption: str | None, value: str, verdict: Verdict
) -> None:
    facts = {} if absorption is None else {"water_absorption_pct": absorption}
    finding = tier(policy, filed("3071", "ceramic_tiles", ("tile_le_0_5", value, "kgce/m2"), **facts))

    assert finding.verdict is verdict
    if absorption is None:
        assert finding.missing == (f"{FACTS}[water_absorption_pct]",)
        assert finding.leads_to is Disposition.RETURN
    elif verdict is UNKNOWN:
        assert finding.leads_to is Disposition.MANUAL


@pytest.mark.parametrize(("capacity", "value", "verdict"), [("50", "1", UNKNOWN), ("70", "64", HOLDS)])
def test_a_tier_that_the_norm_prints_as_a_dash_is_unknown(
    policy: PolicyBundle, capacity: str, value: str, verdict: Verdict
) -> None:
    furnace = filed(
        "3120", "steelmaking", ("eaf_ge50", value, "kgce/t"),
        nominal_capacity_t=capacity, hot_metal_ratio_pct="0", stainless_steel="no",
    )  # fmt: skip
    finding = tier(policy, furnace)

    assert finding.verdict is verdict


def test_an_edition_gives_way_to_the_next_on_its_day(policy: PolicyBundle) -> None:
    def limit(day: date) -> str:
        silicon = replace(filed("3985", "polysilicon", ("polysilicon", "99", "kgce/kg")), application_date=day)
        (figure,) = [c for c in tier(policy, silicon).under if c.parameter.startswith("norm.")]
        return f"{figure.document} {figure.value}"

    assert limit(date(2026, 12, 31)).endswith(" 8.5")
    assert limit(date(2027, 1, 1)).endswith(" 5.5")


def test_before_the_edition_on_file_a_person_decides(policy: PolicyBundle) -> None:
    older = replace(
        filed("3140", "ferroalloy", ("ferrosilicon", "1700", "kgce/t")), application_date=date(2023, 12, 31)
    )
    finding = tier(policy, older)

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.MANUAL)


# GB 21341-2022: 40 kWh/t less for each point of ore grade above 98, more below.
@pytest.mark.parametrize(
    ("grade", "value", "verdict"),
    [
        ("98", "8300", HOLDS),
        ("98", "8301", FAILS),
        ("97", "8340", HOLDS),
        ("99", "8260", HOLDS),
        ("99", "8261", FAILS),
        (None, "8000", UNKNOWN),
        (None, "9000", UNKNOWN),
    ],
)
def test_a_correction_that_goes_both_ways_is_asked_for(
    policy: PolicyBundle, grade: str | None, value: str, verdict: Verdict
) -> None:
    facts = {} if grade is None else {"ore_grade_pct": grade}
    finding = tier(policy, filed("3140", "ferroalloy", ("ferrosilicon_electricity", value, "kWh/t"), **facts))

    assert finding.verdict is verdict
    assert finding.missing == ((f"{FACTS}[ore_grade_pct]",) if grade is None else ())


@pytest.mark.parametrize(
    ("salt", "value", "verdict", "leads_to"),
    [
        ("yes", "188.8", HOLDS, None),
        ("yes", "188.81", FAILS, Disposition.NOT_PASS),
        ("no", "160.01", FAILS, Disposition.NOT_PASS),
        (None, "160", HOLDS, None),
        (None, "160.01", UNKNOWN, Disposition.RETURN),
    ],
)
def test_a_correction_that_only_relaxes_is_asked_for_only_above_the_printed_limit(
    policy: PolicyBundle, salt: str | None, value: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    facts = {} if salt is None else {"sun_dried_salt": salt}
    finding = tier(policy, filed("2612", "soda_ash", ("soda_hou_light", value, "kgce/t"), **facts))

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize(
    ("code", "product_id", "indicator", "facts", "zh", "en"),
    [
        (
            "3071",
            "ceramic_tiles",
            ("tile_le_0_5", "4.9", "kgce/m2"),
            {"water_absorption_pct": "0.20"},
            "(限额条目: 吸水率 0.2 % (须不高于 0.2))",
            "(row of the norm: water absorption 0.2 % (must be at most 0.2))",
        ),
        (
            "3071",
            "ceramic_tiles",
            ("tile_le_0_5", "4.9", "kgce/m2"),
            {"water_absorption_pct": "0.21"},
            "(限额条目: 吸水率 0.21 % (须高于 0.2、不高于 0.5))",
            "(row of the norm: water absorption 0.21 % (must be above 0.2 and at most 0.5))",
        ),
        (
            "2643",
            "titanium_dioxide",
            ("tio2", "1", "kgce/t"),
            {"route": "chloride"},
            "(限额条目: 生产工艺路线 为 氯化法)",
            "(row of the norm: production route is chloride process)",
        ),
        (
            "3120",
            "steelmaking",
            ("eaf_ge50", "1", "kgce/t"),
            {"nominal_capacity_t": "50", "hot_metal_ratio_pct": "0", "stainless_steel": "no"},
            "(限额条目: 公称容量 50 t (须不低于 50、低于 70))",
            "(row of the norm: nominal capacity 50 t (must be at least 50 and below 70))",
        ),
    ],
)
def test_the_explanation_says_which_facts_chose_the_row(
    policy: PolicyBundle,
    code: str,
    product_id: str,
    indicator: tuple[str, str, str],
    facts: dict[str, str],
    *,
    zh: str,
    en: str,
) -> None:
    because = tier(policy, filed(code, product_id, indicator, **facts)).because

    assert because.zh.endswith(zh)
    assert because.en.endswith(en)


def test_a_row_that_no_fact_chooses_is_not_explained(policy: PolicyBundle) -> None:
    because = tier(policy, filed("2612", "soda_ash", ("soda_hou_light", "160", "kgce/t"))).because

    assert "限额条目" not in because.zh
    assert "row of the norm" not in because.en


def test_facts_that_no_row_fits_are_for_a_person(policy: PolicyBundle) -> None:
    small = filed("3120", "steelmaking", ("eaf_ge50", "1", "kgce/t"), nominal_capacity_t="49.9")
    finding = tier(policy, small)

    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, Disposition.MANUAL, ())
    assert "no row of the norm fits" in finding.because.en
