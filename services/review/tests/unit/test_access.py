"""Access standards: what binds on the day, and how a value stands to its limit."""

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
NEW, REBUILD = ProjectKind.NEW_BUILD, ProjectKind.REBUILD
EXPANSION, RENOVATION = ProjectKind.EXPANSION, ProjectKind.TECHNICAL_RENOVATION
DAY = date(2026, 3, 2)
INDICATOR = "access.indicator"
BENCHMARK, BASELINE, TIER = "access.benchmark", "access.baseline", "access.gb_tier"

MADE = {
    "clinker": ("3011", "clinker", "kgce/t"),
    "ferrosilicon": ("3140", "ferroalloy", "kgce/t"),
    "aluminium_liquid": ("3216", "electrolytic_aluminium", "kWh/t"),
    "calcium_carbide": ("2613", "calcium_carbide", "kgce/t"),
    "refining": ("2511", "refining", "kgoe/(t·能量因数)"),
}


def project(
    standard: str, value: str | None, day: date | None = DAY, kind: ProjectKind | None = NEW, **facts: str
) -> Dossier:
    code, product_id, unit = MADE[standard]
    stated = () if value is None else ((standard, value, unit),)
    made = product(product_id, f"产品 {product_id}", *stated, **facts)
    return dossier(kind=kind, application_date=day, industry_codes=(code,), products=(made,))


def found(dossier: Dossier, policy: PolicyBundle) -> tuple[Finding, ...]:
    return access_findings(Subject(dossier, policy))


def of_rule(findings: tuple[Finding, ...], rule: str) -> list[Finding]:
    return [part for finding in findings for part in finding.walk() if part.rule == rule]


def the_only(findings: tuple[Finding, ...]) -> Finding:
    (finding,) = findings
    assert finding.rule == INDICATOR
    return finding


@pytest.mark.parametrize(
    ("standard", "value", "rule", "verdict"),
    [
        ("clinker", "99.999", BENCHMARK, HOLDS),
        ("clinker", "100", BENCHMARK, HOLDS),
        ("clinker", "100.001", BENCHMARK, FAILS),
        ("clinker", "107", TIER, HOLDS),
        ("clinker", "107.001", TIER, FAILS),
        ("clinker", "117", BASELINE, HOLDS),
        ("clinker", "117.001", BASELINE, FAILS),
        ("ferrosilicon", "1770", BENCHMARK, HOLDS),
        ("ferrosilicon", "1771", BENCHMARK, FAILS),
        ("ferrosilicon", "1770", TIER, HOLDS),
        ("ferrosilicon", "1771", TIER, FAILS),
        ("ferrosilicon", "1850", BASELINE, HOLDS),
        ("ferrosilicon", "1851", BASELINE, FAILS),
        ("aluminium_liquid", "13000", TIER, HOLDS),
        ("aluminium_liquid", "13001", TIER, FAILS),
        ("aluminium_liquid", "13350", BASELINE, HOLDS),
        ("aluminium_liquid", "13351", BASELINE, FAILS),
        ("calcium_carbide", "805", BENCHMARK, HOLDS),
        ("calcium_carbide", "806", BENCHMARK, FAILS),
        ("calcium_carbide", "823", TIER, HOLDS),
        ("calcium_carbide", "824", TIER, FAILS),
        ("refining", "7.5", TIER, HOLDS),
        ("refining", "7.51", TIER, FAILS),
        ("refining", "8.5", BASELINE, HOLDS),
        ("refining", "8.51", BASELINE, FAILS),
    ],
)
def test_a_value_passes_at_its_limit_and_not_above(
    policy: PolicyBundle, standard: str, value: str, rule: str, verdict: Verdict
) -> None:
    findings = of_rule(found(project(standard, value), policy), rule)

    assert {finding.verdict for finding in findings} == {verdict}
    assert {finding.leads_to is None for finding in findings} == {verdict is HOLDS}
    figures = f"access.{standard}." if rule != TIER else "norm."
    assert all(any(c.parameter.startswith(figures) for c in finding.under) for finding in findings)


@pytest.mark.parametrize(
    ("day", "kind", "binds"),
    [
        (date(2024, 1, 31), NEW, False),
        (date(2024, 2, 1), NEW, True),
        (date(2024, 2, 2), NEW, True),
        (DAY, REBUILD, False),
        (DAY, RENOVATION, False),
    ],
)
def test_the_benchmark_binds_new_builds_from_the_catalogue_of_2024(
    policy: PolicyBundle, day: date, kind: ProjectKind, *, binds: bool
) -> None:
    findings = of_rule(found(project("calcium_carbide", "806", day, kind), policy), BENCHMARK)
    by_catalogue = [f for f in findings if "access.rule.r7" in {c.parameter for c in f.under}]
    assert [(f.verdict, f.leads_to) for f in by_catalogue] == [(FAILS, Disposition.PROHIBIT)] * binds


@pytest.mark.parametrize(
    ("day", "kind", "leads_to"),
    [
        (date(2024, 5, 22), REBUILD, set()),
        (date(2024, 5, 23), REBUILD, {Disposition.NOT_PASS}),
        (date(2024, 5, 23), EXPANSION, {Disposition.NOT_PASS}),
        (date(2024, 5, 23), RENOVATION, set()),
        (date(2024, 5, 23), NEW, {Disposition.NOT_PASS, Disposition.PROHIBIT}),
        (date(2024, 12, 31), REBUILD, {Disposition.NOT_PASS}),
        (date(2026, 1, 1), REBUILD, {Disposition.MANUAL}),
    ],
)
def test_electrolytic_aluminium_has_to_reach_the_benchmark_from_the_plan_of_2024(
    policy: PolicyBundle, day: date, kind: ProjectKind, leads_to: set[Disposition]
) -> None:
    findings = of_rule(found(project("aluminium_liquid", "13001", day, kind), policy), BENCHMARK)
    assert {f.leads_to for f in findings if f.leads_to is not None} == leads_to


@pytest.mark.parametrize(
    ("day", "verdicts"),
    [
        (date(2021, 12, 31), []),
        (date(2022, 1, 1), [HOLDS]),
        (date(2023, 7, 3), [HOLDS]),
        (date(2023, 7, 4), [FAILS]),
    ],
)
def test_the_baseline_is_that_of_the_edition_in_force(policy: PolicyBundle, day: date, verdicts: list[Verdict]) -> None:
    findings = of_rule(found(project("ferrosilicon", "1900", day, EXPANSION), policy), BASELINE)
    assert [finding.verdict for finding in findings] == verdicts


@pytest.mark.parametrize("kind", [NEW, REBUILD, EXPANSION])
@pytest.mark.parametrize(
    ("day", "verdict", "leads_to"),
    [
        (date(2022, 10, 31), UNKNOWN, Disposition.MANUAL),
        (date(2022, 11, 1), FAILS, Disposition.NOT_PASS),
        (date(2022, 11, 2), FAILS, Disposition.NOT_PASS),
    ],
)
def test_the_mandatory_norm_binds_from_its_day_and_what_stood_before_is_for_a_person(
    policy: PolicyBundle, day: date, kind: ProjectKind, verdict: Verdict, leads_to: Disposition
) -> None:
    (finding,) = of_rule(found(project("clinker", "108", day, kind), policy), TIER)
    assert (finding.verdict, finding.leads_to, finding.missing) == (verdict, leads_to, ())


def test_which_tier_binds_a_technical_renovation_is_for_a_person(policy: PolicyBundle) -> None:
    (above,) = of_rule(found(project("clinker", "108", kind=RENOVATION), policy), TIER)
    (within,) = of_rule(found(project("clinker", "107", kind=RENOVATION), policy), TIER)
    assert above.leads_to is Disposition.MANUAL
    assert within.leads_to is None


def test_the_strictest_duty_decides_and_every_one_is_shown(policy: PolicyBundle) -> None:
    finding = the_only(found(project("clinker", "108"), policy))

    assert finding.leads_to is Disposition.PROHIBIT
    assert {part.rule for part in finding.parts} == {BENCHMARK, BASELINE, TIER}
    assert {part.verdict for part in finding.parts if part.rule == BASELINE} == {HOLDS}
    assert {part.leads_to for part in finding.parts if part.rule == TIER} == {Disposition.NOT_PASS}


@pytest.mark.parametrize(
    ("standard", "value", "needed"),
    [
        ("clinker", "108", "100 kgce/t"),
        ("ferrosilicon", "1800", "1770 kgce/t"),
        ("calcium_carbide", "830", "805 kgce/t"),
    ],
)
def test_the_remedy_is_the_strictest_limit_and_passes_when_it_is_stated(
    policy: PolicyBundle, standard: str, value: str, needed: str
) -> None:
    (remedy,) = the_only(found(project(standard, value), policy)).remedies

    assert remedy.field == "dossier.products[0].unit_energy[0].value"
    assert remedy.needed == needed
    again = the_only(found(project(standard, needed.split(maxsplit=1)[0]), policy))
    assert again.verdict is HOLDS


def test_a_missing_indicator_is_asked_for_with_its_standard(policy: PolicyBundle) -> None:
    finding = the_only(found(project("clinker", None), policy))

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.RETURN)
    assert finding.missing == ("dossier.products[0].unit_energy",)
    assert "clinker" in finding.because.zh
    assert "kgce/t" in finding.because.en


def test_another_unit_is_not_compared(policy: PolicyBundle) -> None:
    tonnes = product("clinker", "熟料", ("clinker", "0.0995", "tce/t"))
    finding = the_only(found(dossier(products=(tonnes,)), policy))

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.RETURN)
    assert finding.missing == ("dossier.products[0].unit_energy[0].unit",)


def test_two_values_for_one_standard_are_sent_back(policy: PolicyBundle) -> None:
    twice = product("clinker", "熟料", ("clinker", "99", "kgce/t"), ("clinker", "98", "kgce/t"))
    finding = the_only(found(dossier(products=(twice,)), policy))

    assert finding.leads_to is Disposition.RETURN
    assert finding.missing == ("dossier.products[0].unit_energy[0]", "dossier.products[0].unit_energy[1]")


@pytest.mark.parametrize(
    ("day", "kind", "missing"),
    [
        (DAY, None, ("dossier.kind",)),
        (None, NEW, ("dossier.application_date",)),
        (None, None, ("dossier.kind", "dossier.application_date")),
    ],
)
def test_without_kind_or_day_nobody_knows_what_binds(
    policy: PolicyBundle, day: date | None, kind: ProjectKind | None, missing: tuple[str, ...]
) -> None:
    finding = the_only(found(project("clinker", "99", day, kind), policy))

    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, Disposition.RETURN, missing)


def test_each_product_is_judged_by_itself(policy: PolicyBundle) -> None:
    good, bad = project("clinker", "99"), project("calcium_carbide", "941")
    both = replace(good, industry_codes=("3011", "2613"), products=(*good.products, *bad.products))
    findings = found(both, policy)

    assert [f.verdict for f in findings] == [HOLDS, FAILS]
    assert "dossier.products[1]" in dict(findings[1].inputs)


@pytest.mark.parametrize(
    ("code", "product_id", "verdict", "leads_to"),
    [
        ("2522", "coal_to_gas", UNKNOWN, Disposition.RETURN),
        ("3012", "lime", UNKNOWN, Disposition.MANUAL),
        ("2613", "lithium_salts", HOLDS, None),
        ("3841", "", HOLDS, None),
    ],
)
def test_a_product_without_a_standard_is_for_a_person_unless_it_is_not_two_high(
    policy: PolicyBundle, code: str, product_id: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    finding = the_only(found(dossier(industry_codes=(code,), products=(product(product_id),)), policy))

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


def test_a_product_that_cannot_be_classed_asks_for_what_would_class_it(policy: PolicyBundle) -> None:
    unclassed = dossier(application_date=None, industry_codes=(), products=(product("lime", "石灰"),))
    finding = the_only(found(unclassed, policy))

    assert finding.missing == ("dossier.application_date", "dossier.industry_codes")
    assert finding.leads_to is Disposition.RETURN


def test_a_ferroalloy_has_to_say_which_standard_it_answers_to(policy: PolicyBundle) -> None:
    silent = the_only(found(project("ferrosilicon", None), policy))

    assert silent.missing == ("dossier.products[0].unit_energy",)
    assert "ferrosilicon" in silent.because.en


def test_an_unknown_standard_is_sent_back(policy: PolicyBundle) -> None:
    chrome = product("ferroalloy", "铬铁", ("ferrochrome", "900", "kgce/t"))
    findings = found(dossier(industry_codes=("3140",), products=(chrome,)), policy)

    assert findings[0].missing == ("dossier.products[0].unit_energy[0].standard",)


def test_without_products_they_are_asked_for(policy: PolicyBundle) -> None:
    assert the_only(found(dossier(products=()), policy)).missing == ("dossier.products",)


@pytest.mark.parametrize(("value", "verdict"), [("-31", HOLDS), ("-30", HOLDS), ("-29.9", FAILS), ("30", FAILS)])
def test_a_process_that_gives_energy_back_is_compared_with_its_sign(
    policy: PolicyBundle, value: str, verdict: Verdict
) -> None:
    steel = product("steelmaking", "转炉钢", ("converter", value, "kgce/t"))
    findings = of_rule(found(dossier(industry_codes=("3120",), products=(steel,)), policy), BENCHMARK)

    assert {finding.verdict for finding in findings} == {verdict}
