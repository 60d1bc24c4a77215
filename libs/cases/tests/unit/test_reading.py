"""A case says little and means all of it: short forms, what is filled, and mistakes, each on its line."""

from datetime import date
from decimal import Decimal

import pytest

from cases.filling import APPLICANT, PROJECT_CODE
from cases.model import Case
from cases.reading import CasesWrong, policy_of, read_texts
from dossier.model import Amount, Fact, FlowUse, LotUse, ProcessEmission, ProjectKind, UnitEnergy
from filing.domain.identifiers import identifier_rules

SHORT = """
case: 短
dossier:
  region_code: 632801
  kind: expansion
  application_date: 2026-03-02
  industry_codes: [3011, 4411]
  products:
    - product_id: clinker
      name: 熟料
      capacity: 5000 t/d
      unit_energy: {clinker: 109.5 kgce/t}
      facts: {fuel: coal}
  energy:
    annual_tce_calorific: 120000.5
    flows: [{carrier: raw_coal, use: fuel, amount: 10, unit: t}]
  facts: {site_altitude_m: 2800, state_secret: no}
  process_emissions: {clinker_calcination: 1500000}
  replacement:
    publicity_date: 2026-02-01
    lots: {old-line: 7500}
"""

LONG = """
case: {zh: 长, en: long}
dossier:
  project_name: 【虚构】短
  project_code: "2601-630000-04-01-900008"
  applicant: {name: 虚构示例企业, credit_code: 91632801MA7T0X1K6P}
  region_code: "632801"
  kind: PROJECT_KIND_EXPANSION
  application_date: {year: 2026, month: 3, day: 2}
  industry_codes: ["3011", "4411"]
  products:
    - product_id: clinker
      name: 熟料
      capacity: {value: {value: "5000"}, unit: t/d}
      unit_energy: [{standard: clinker, value: {value: "109.5"}, unit: kgce/t}]
      facts: [{fact: fuel, value: coal}]
  energy:
    annual_tce_calorific: {value: "120000.5"}
    flows: [{carrier: raw_coal, use: FLOW_USE_FUEL, amount: {value: "10"}, unit: t}]
  facts: [{fact: site_altitude_m, value: "2800"}, {fact: state_secret, value: "no"}]
  process_emissions: [{process: clinker_calcination, amount_t: {value: "1500000"}}]
  replacement:
    publicity_date: {year: 2026, month: 2, day: 1}
    lots: [{lot: lots/old-line, quantity: {value: "7500"}}]
"""

BARE = """
case: 只写必填项
date: 2026-03-02
dossier: {region_code: 632801}
"""


def read(text: str) -> Case:
    (case,) = read_texts([("a.yaml", text)])
    return case


def wrong(*texts: str, language: str = "en") -> list[str]:
    with pytest.raises(CasesWrong) as refused:
        read_texts((f"{name}.yaml", text) for name, text in zip("abc", texts, strict=False))
    return [problem.said(language) for problem in refused.value.problems]


def in_dossier(*lines: str) -> str:
    return "\n".join(["case: x", "date: 2026-03-02", "dossier:", '  region_code: "632801"', *(f"  {x}" for x in lines)])


# ---- what is written


def test_the_short_forms_say_what_the_api_says() -> None:
    assert read(SHORT).dossier == read(LONG).dossier


def test_a_number_keeps_every_digit_quoted_or_not() -> None:
    plain = read(in_dossier("energy: {annual_tce_calorific: 2500.100}"))
    quoted = read(in_dossier('energy: {annual_tce_calorific: "2500.100"}'))

    assert plain.dossier == quoted.dossier
    assert str(plain.dossier.energy.tce_calorific) == "2500.100"


def test_every_short_form_arrives_in_the_dossier() -> None:
    dossier = read(SHORT).dossier

    assert dossier.kind is ProjectKind.EXPANSION
    assert dossier.application_date == date(2026, 3, 2)
    assert dossier.products[0].capacity == Amount(Decimal(5000), "t/d")
    assert dossier.products[0].unit_energy == (UnitEnergy("clinker", Decimal("109.5"), "kgce/t"),)
    assert dossier.products[0].facts == (Fact("fuel", "coal"),)
    assert dossier.facts == (Fact("site_altitude_m", "2800"), Fact("state_secret", "no"))
    assert dossier.energy.flows[0].use is FlowUse.FUEL
    assert dossier.process_emissions == (ProcessEmission("clinker_calcination", Decimal(1500000)),)
    assert dossier.replacement is not None
    assert dossier.replacement.lots == (LotUse("old-line", Decimal(7500)),)


def test_true_and_yes_answer_alike() -> None:
    assert read(in_dossier("nationally_planned: yes")).dossier == read(in_dossier("nationally_planned: true")).dossier
    assert (
        read(in_dossier("facts: {state_secret: true}")).dossier
        == read(in_dossier("facts: {state_secret: yes}")).dossier
    )


def test_an_applicant_written_as_a_name_has_no_code_filled_in() -> None:
    applicant = read(in_dossier("applicant: 虚构示例公司")).dossier.applicant

    assert (applicant.name, applicant.credit_code) == ("虚构示例公司", "")


def test_a_file_holds_several_cases_and_a_case_knows_its_line() -> None:
    cases = read_texts([("two.yaml", f"# first\n{BARE.strip()}\n---\n{BARE.strip()}\n---\n")])

    assert [(case.file, case.line) for case in cases] == [("two.yaml", 2), ("two.yaml", 6)]


# ---- what is left out


def test_what_only_identifies_is_filled() -> None:
    dossier = read(BARE).dossier

    assert dossier.project_name == "【虚构】只写必填项"
    assert (dossier.project_code, dossier.applicant.name) == (PROJECT_CODE, APPLICANT["name"])
    assert dossier.application_date is None


def test_a_product_takes_its_name_from_the_catalogue() -> None:
    names = [
        product.name
        for product in read(in_dossier("products: [{product_id: clinker}, {product_id: x}]")).dossier.products
    ]

    assert names == ["水泥熟料", "x"]


def test_what_is_written_with_nothing_behind_it_is_not_stated() -> None:
    assert read(in_dossier("project_code: ~")).dossier.project_code == ""


def test_the_codes_that_are_filled_have_right_check_characters() -> None:
    credit_codes, project_codes = identifier_rules(policy_of("qinghai"), date(2026, 3, 2))

    assert credit_codes.problem(APPLICANT["credit_code"]) is None
    assert project_codes.checks(PROJECT_CODE)


def test_a_case_is_decided_on_its_date_else_on_the_day_of_application() -> None:
    applied = in_dossier("application_date: 2026-03-01")

    assert read(applied).day == date(2026, 3, 2)
    assert read(applied.replace("date: 2026-03-02\n", "", 1)).day == date(2026, 3, 1)


def test_without_any_day_a_case_is_refused() -> None:
    (said,) = wrong("case: x\ndossier: {region_code: 632801}")

    assert said.startswith("a.yaml:1: date: is required while the dossier states no application date")


# ---- what is wrong


def test_a_wrong_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    assert wrong(BARE + "expects: {disposition: approve}\n") == [
        "a.yaml:5: expects: is no field here; did you mean expect?"
    ]
    assert wrong(in_dossier("products:", "  - product_id: clinker", "    capcity: 5 t/d")) == [
        "a.yaml:7: dossier.products[0].capcity: is no field here; did you mean capacity?"
    ]
    assert wrong(BARE + "expect: {findings: {review.exempted: holds}}\n") == [
        "a.yaml:5: expect.findings.review.exempted: has no value review.exempted; did you mean review.exempt?"
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("application_date: 2026-02-30", "dossier.application_date: is not a day of the calendar"),
        (
            "application_date: 2.3.2026",
            "dossier.application_date: must be fields, written {year: 2026, month: 3, day: 2}",
        ),
        ("application_date: 2026-03-03", "dossier.application_date: must not be after 2026-03-02"),
        ("kind: newbuild", "dossier.kind: has no value newbuild; did you mean PROJECT_KIND_NEW_BUILD? There are: "),
        ("energy: {annual_tce_calorific: 12万}", "dossier.energy.annual_tce_calorific: must be a plain decimal number"),
        ("energy: {annual_tce_calorific: [1]}", "dossier.energy.annual_tce_calorific: must be fields, written"),
        ("products: [{product_id: clinker, capacity: 5000}]", "dossier.products[0].capacity.unit: "),
        ("facts: {site_altitude: 2800}", "dossier.facts.site_altitude: is no fact of the law on file"),
        ("facts: {fuel: coal}", "dossier.facts.fuel: (main fuel) is a fact of a product"),
        ("facts: {state_secret: maybe}", "dossier.facts.state_secret: must be one of: yes, no"),
        ("project_code: 12", "dossier.project_code: must be 20 digits"),
        ("applicant: {name: x, credit_code: 91632801MA7T0X1K60}", "dossier.applicant.credit_code: ends with 0"),
        ("industry_codes: 3011", "dossier.industry_codes: must be a list"),
        ("industry_codes: [[3011]]", "dossier.industry_codes[0]: must be one value"),
        ("products: [clinker]", "dossier.products[0]: must be fields, written {product_id"),
        ("replacement: {lots: {OLD: 5}}", "dossier.replacement.lots.OLD: must be lots/{lot}"),
    ],
)
def test_a_wrong_value_is_named_on_its_line(line: str, said: str) -> None:
    (got,) = wrong(in_dossier(line))

    assert got.startswith(f"a.yaml:5: {said}")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("regions: {632800: 4}", "regions.632800: has no value 4; known: 1, 2, 3"),
        ("regions: {632800: {level: 1, scale: heat}}", "regions.632800.scale: has no value heat; known: "),
        ("regions: {632800: {scale: total}}", "regions.632800.level: is required"),
        ("regions: [1]", "regions: must be {region code: level}"),
        ("regions: {海西: 1}", "regions.海西: must be a GB/T 2260 code of six digits"),
        ("budgets: [{region: 632800}]", "budgets[0].tce: is required"),
        ("budgets: [{region: 632800, tce: 0.0001}]", "budgets[0].tce: must be more than zero and whole kilograms"),
        ("budgets: [{region: 632800, tce: 1, held_tce: 2}]", "budgets[0].held_tce: is more than was granted"),
        (
            "lots: [{id: a-lot, product: clinker, quantity: 1.5, unit: t/d}]",
            "lots[0].quantity: has more than 0 decimal",
        ),
        ("lots: [{id: a-lot, product: clinker, quantity: 1, unit: t}]", "lots[0].unit: must be t/d or t/a"),
        ("lots: [{id: A, product: clinker, quantity: 1, unit: t/d}]", "lots[0].id: must be lots/{lot}"),
        (
            "lots: [{id: a-lot, product: clinker, quantity: 1, unit: t/d, held: 2}]",
            "lots[0].held: is more than the lot's",
        ),
        ("other_filings: [{filing: a}]", "other_filings[0].region: is required"),
        ("expect: {disposition: aprove}", "expect.disposition: has no value aprove; did you mean approve?"),
        (
            "expect: {findings: {review.exempt: {verdict: hold}}}",
            "expect.findings.review.exempt.verdict: has no value hold",
        ),
        ("expect: {missing: {include: []}}", "expect.missing.include: is no field here; did you mean includes?"),
        ("withdrawn: perhaps", "withdrawn: has no value perhaps; known: yes, no"),
        ("province: qinhai", "province: has no value qinhai; did you mean qinghai?"),
        ("date: 2026-13-01", "date: stands twice; remove one"),
        ("source: [1]", "source: must be text"),
    ],
)
def test_a_wrong_circumstance_or_expectation_is_named_on_its_line(lines: str, said: str) -> None:
    got = wrong(BARE + lines + "\n")

    assert got[0].startswith(f"a.yaml:5: {said}")


def test_all_that_is_wrong_in_all_files_is_said_at_once() -> None:
    first = in_dossier("kinds: new_build", "energy: {annual_tce_calorific: x}") + "\nregions: {632800: 9}"
    second = "case: [\n"

    said = wrong(first, second, BARE)

    assert [one.split(": ")[0:2] for one in said] == [
        ["a.yaml:5", "dossier.kinds"],
        ["a.yaml:6", "dossier.energy.annual_tce_calorific"],
        ["a.yaml:7", "regions.632800"],
        ["b.yaml:2", "broken YAML"],
    ]


def test_the_mistakes_are_said_in_chinese_too() -> None:
    assert wrong(BARE + "expects: 1\n", language="zh") == ["a.yaml:5: expects: 没有这个字段, 是否应为 expect"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no case"),
        ("- a\n- b\n", "must be fields: case, source, date"),
        ("case: &a x\ndossier: *a\n", "anchors and aliases are not used here"),
        ("case: !!python/name:os.system x\n", "the tag tag:yaml.org,2002:python/name:os.system is not used here"),
        ("case: x\n? [a]\n: b\n", "a key must be a word"),
        ("[" * 3000, "broken YAML"),
        ("case: " + "[" * 100 + "]" * 100, "is nested too deeply"),
    ],
)
def test_what_is_no_case_is_refused_in_words(text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))
