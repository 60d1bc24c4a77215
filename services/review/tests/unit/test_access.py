"""Access standards: what binds on the day, and how a value stands to its limit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest

from review.domain.access import access_findings
from review.domain.dossier import Dossier, Product, ProjectKind, UnitEnergy
from review.domain.two_high import class_products
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
NEW, REBUILD = ProjectKind.NEW_BUILD, ProjectKind.REBUILD
EXPANSION, RENOVATION = ProjectKind.EXPANSION, ProjectKind.TECHNICAL_RENOVATION
DAY = date(2026, 3, 2)
BENCHMARK, BASELINE, TIER = "access.benchmark", "access.baseline", "access.gb_tier"

MADE = {
    "clinker": ("3011", "clinker", "kgce/t"),
    "ferrosilicon": ("3140", "ferroalloy", "kgce/t"),
    "aluminium_liquid": ("3216", "electrolytic_aluminium", "kWh/t"),
    "calcium_carbide": ("2613", "calcium_carbide", "kgce/t"),
    "refining": ("2511", "refining", "kgoe/(t·能量因数)"),
}


def project(standard: str, value: str | None, day: date | None = DAY, kind: ProjectKind | None = NEW) -> Dossier:
    code, product_id, unit = MADE[standard]
    stated = () if value is None else (UnitEnergy(standard, Decimal(value), unit),)
    return Dossier(kind, day, (code,), (Product(f"产品 {product_id}", product_id, stated),))


def found(dossier: Dossier, policy: PolicyBundle) -> tuple[Finding, ...]:
    return access_findings(dossier, class_products(dossier, policy), policy)


def of_rule(findings: tuple[Finding, ...], rule: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


def binding(finding: Finding) -> bool:
    return any(citation.parameter.startswith("access.rule.") for citation in finding.under)


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
    (finding,) = [
        f for f in of_rule(found(project(standard, value), policy), rule) if "r3a" not in f.under[1].parameter
    ]
    assert finding.verdict is verdict
    assert (finding.leads_to is None) == (verdict is HOLDS)
    assert any(citation.parameter.startswith(f"access.{standard}.") for citation in finding.under)


@pytest.mark.parametrize(
    ("day", "kind", "binds"),
    [
        (date(2024, 1, 31), NEW, False),
        (date(2024, 2, 1), NEW, True),
        (date(2024, 2, 2), NEW, True),
        (DAY, REBUILD, False),
        (DAY, EXPANSION, False),
        (DAY, RENOVATION, False),
    ],
)
def test_the_benchmark_binds_new_builds_from_the_catalogue_of_2024(
    policy: PolicyBundle, day: date, kind: ProjectKind, *, binds: bool
) -> None:
    (finding,) = of_rule(found(project("clinker", "101", day, kind), policy), BENCHMARK)
    assert binding(finding) == binds
    assert finding.verdict is (FAILS if binds else HOLDS)
    assert finding.leads_to is (Disposition.PROHIBIT if binds else None)


@pytest.mark.parametrize(
    ("day", "kind", "leads_to"),
    [
        (date(2024, 5, 22), REBUILD, []),
        (date(2024, 5, 23), REBUILD, [Disposition.NOT_PASS]),
        (date(2024, 5, 23), EXPANSION, [Disposition.NOT_PASS]),
        (date(2024, 5, 23), RENOVATION, []),
        (date(2024, 5, 23), NEW, [Disposition.NOT_PASS, Disposition.PROHIBIT]),
        (date(2025, 12, 31), REBUILD, [Disposition.NOT_PASS]),
        (date(2026, 1, 1), REBUILD, [Disposition.MANUAL]),
    ],
)
def test_electrolytic_aluminium_has_to_reach_the_benchmark_from_the_plan_of_2024(
    policy: PolicyBundle, day: date, kind: ProjectKind, leads_to: list[Disposition]
) -> None:
    findings = of_rule(found(project("aluminium_liquid", "13001", day, kind), policy), BENCHMARK)
    assert [f.leads_to for f in findings if f.leads_to is not None] == leads_to


@pytest.mark.parametrize(
    ("day", "verdict", "binds"),
    [
        (date(2021, 12, 31), HOLDS, False),
        (date(2022, 1, 1), HOLDS, True),
        (date(2023, 7, 3), HOLDS, True),
        (date(2023, 7, 4), FAILS, True),
    ],
)
def test_the_baseline_is_that_of_the_edition_in_force(
    policy: PolicyBundle, day: date, verdict: Verdict, *, binds: bool
) -> None:
    (finding,) = of_rule(found(project("ferrosilicon", "1900", day, EXPANSION), policy), BASELINE)
    assert finding.verdict is verdict
    assert binding(finding) == binds


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


def test_a_missing_indicator_is_asked_for_with_its_standard(policy: PolicyBundle) -> None:
    findings = found(project("clinker", None), policy)
    assert [f.rule for f in findings] == [BENCHMARK, BASELINE, TIER]
    for finding in findings:
        assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.RETURN)
        assert finding.missing == ("dossier.products[0].unit_energy",)
        assert "clinker" in finding.because.zh
        assert "kgce/t" in finding.because.en


def test_another_unit_is_not_compared(policy: PolicyBundle) -> None:
    dossier = project("clinker", "0.0995")
    (product,) = dossier.products
    (indicator,) = product.unit_energy
    other = replace(product, unit_energy=(replace(indicator, unit="tce/t"),))
    for finding in found(replace(dossier, products=(other,)), policy):
        assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.RETURN)
        assert finding.missing == ("dossier.products[0].unit_energy[0].unit",)


def test_two_values_for_one_standard_are_sent_back(policy: PolicyBundle) -> None:
    dossier = project("clinker", "99")
    (product,) = dossier.products
    twice = replace(product, unit_energy=product.unit_energy * 2)
    for finding in found(replace(dossier, products=(twice,)), policy):
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
    for finding in found(project("clinker", "99", day, kind), policy):
        assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, Disposition.RETURN, missing)


def test_each_product_is_judged_by_itself(policy: PolicyBundle) -> None:
    good, bad = project("clinker", "99"), project("calcium_carbide", "941")
    both = replace(good, industry_codes=("3011", "2613"), products=(*good.products, *bad.products))
    findings = found(both, policy)
    assert [f.verdict for f in findings] == [HOLDS] * 3 + [FAILS] * 3
    assert all("dossier.products[1]" in dict(f.inputs) for f in findings[3:])


@pytest.mark.parametrize(
    ("code", "product_id", "verdict", "leads_to"),
    [
        ("3071", "ceramic_tiles", UNKNOWN, Disposition.MANUAL),
        ("3041", "pv_rolled_glass", UNKNOWN, Disposition.MANUAL),
        ("2613", "lithium_salts", HOLDS, None),
        ("3841", "", HOLDS, None),
    ],
)
def test_a_product_without_a_standard_is_for_a_person_unless_it_is_not_two_high(
    policy: PolicyBundle, code: str, product_id: str, verdict: Verdict, leads_to: Disposition | None
) -> None:
    dossier = Dossier(NEW, DAY, (code,), (Product("产品", product_id),))
    (finding,) = found(dossier, policy)
    assert (finding.rule, finding.verdict, finding.leads_to) == (TIER, verdict, leads_to)
    assert "电石" in finding.because.zh


def test_a_product_that_cannot_be_classed_asks_for_what_would_class_it(policy: PolicyBundle) -> None:
    (finding,) = found(Dossier(NEW, None, (), (Product("瓷砖", "ceramic_tiles"),)), policy)
    assert finding.missing == ("dossier.application_date", "dossier.industry_codes")
    assert finding.leads_to is Disposition.RETURN


def test_a_ferroalloy_has_to_say_which_standard_it_answers_to(policy: PolicyBundle) -> None:
    (silent,) = found(project("ferrosilicon", None), policy)
    assert silent.missing == ("dossier.products[0].unit_energy",)
    other = UnitEnergy("ferrochrome", Decimal(900), "kgce/t")
    (unheld,) = found(Dossier(NEW, DAY, ("3140",), (Product("铬铁", "ferroalloy", (other,)),)), policy)
    assert (unheld.verdict, unheld.leads_to, unheld.missing) == (UNKNOWN, Disposition.MANUAL, ())


def test_without_products_every_rule_asks_for_them(policy: PolicyBundle) -> None:
    findings = found(Dossier(NEW, DAY, ("3011",)), policy)
    assert [f.rule for f in findings] == [BENCHMARK, BASELINE, TIER]
    assert {f.missing for f in findings} == {("dossier.products",)}


@pytest.mark.parametrize(("value", "verdict"), [("-31", HOLDS), ("-30", HOLDS), ("-29.9", FAILS), ("30", FAILS)])
def test_a_process_that_gives_energy_back_is_compared_with_its_sign(
    policy: PolicyBundle, value: str, verdict: Verdict
) -> None:
    clinker = policy.access_standards["clinker"]
    limit = clinker.levels["benchmark"]
    negative = replace(limit, versions=tuple(replace(v, value=Decimal(-30)) for v in limit.versions))
    converter = replace(clinker, levels=MappingProxyType({**clinker.levels, "benchmark": negative}))
    law = replace(policy, access_standards=MappingProxyType({**policy.access_standards, "clinker": converter}))
    (finding,) = of_rule(found(project("clinker", value), law), BENCHMARK)
    assert finding.verdict is verdict
