"""Checks every stated field of a dossier; what is not stated is not wrong.

Which fields must be stated, and whether the identifiers are genuine, is asked by the service that needs it.
"""

from datetime import date
from typing import Final

from dossier.energy_checks import check_emissions, check_energy
from dossier.fact_checks import PRODUCT, PROJECT, check_facts
from dossier.fields import (
    CATALOGUE_WORD,
    INDUSTRY_CODE,
    INDUSTRY_FORM,
    LOT_FORM,
    LOT_NAME,
    REGION_FORM,
    WORD_FORM,
    check_amount,
    check_unit,
    check_yearly,
)
from dossier.model import Dossier
from dossier.wire import dossier_from_wire
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.regions import region_code
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle

NAME_CHARACTERS_MAX: Final = 200
UNIT_CHARACTERS_MAX: Final = 40
REMARK_CHARACTERS_MAX: Final = 2_000
INDUSTRY_CODES_MAX: Final = 10
PRODUCTS_MAX: Final = 20
INDICATORS_MAX: Final = 20
LOTS_MAX: Final = 50
EQUIPMENT_MAX: Final = 50
GRADE_BEST, GRADE_WORST = 1, 5
CAPACITY_UNITS: Final = ("t/a", "10kt/a", "t/d", "MW", "GW/a", "m3/h", "m2/a", "pieces/a")


def checked_dossier(
    dossier: pb.Dossier, violations: Violations, policy: PolicyBundle, *, not_after: date | None = None
) -> Dossier | None:
    """Collects what is wrong into `violations`; None when anything is. No day of application lies after `not_after`."""
    _check_head(dossier, violations)
    if dossier.HasField("application_date"):
        violations.day("dossier.application_date", dossier.application_date, not_after=not_after)
    _check_codes(dossier, violations)
    _check_products(dossier, violations, policy)
    check_energy("dossier.energy", dossier.energy, violations)
    check_energy("dossier.energy_before", dossier.energy_before, violations)
    check_emissions(dossier, violations)
    _check_equipment(dossier, violations)
    check_facts("dossier", dossier.facts, violations, policy, of=PROJECT)
    if dossier.HasField("prior_opinion"):
        _check_opinion(dossier.prior_opinion, violations, not_after=not_after)
    _check_plan(dossier.replacement, violations)
    return None if violations.any else dossier_from_wire(dossier)


def _check_head(dossier: pb.Dossier, violations: Violations) -> None:
    violations.text("dossier.project_name", dossier.project_name, NAME_CHARACTERS_MAX)
    violations.text("dossier.applicant.name", dossier.applicant.name, NAME_CHARACTERS_MAX)
    violations.text("dossier.remark", dossier.remark, REMARK_CHARACTERS_MAX)
    violations.parsed("dossier.region_code", dossier.region_code, region_code, REGION_FORM)
    violations.enum("dossier.kind", dossier.kind, pb.ProjectKind)


def _check_codes(dossier: pb.Dossier, violations: Violations) -> None:
    violations.count("dossier.industry_codes", len(dossier.industry_codes), INDUSTRY_CODES_MAX)
    for index, code in enumerate(dossier.industry_codes[:INDUSTRY_CODES_MAX]):
        violations.matching(f"dossier.industry_codes[{index}]", code, INDUSTRY_CODE, INDUSTRY_FORM)


def _check_products(dossier: pb.Dossier, violations: Violations, policy: PolicyBundle) -> None:
    violations.count("dossier.products", len(dossier.products), PRODUCTS_MAX)
    for index, product in enumerate(dossier.products[:PRODUCTS_MAX]):
        place = f"dossier.products[{index}]"
        _check_product(place, product, violations)
        check_facts(place, product.facts, violations, policy, of=PRODUCT)


def _check_product(place: str, product: pb.Product, violations: Violations) -> None:
    violations.text(f"{place}.name", product.name, NAME_CHARACTERS_MAX, required=True)
    violations.matching(f"{place}.product_id", product.product_id, CATALOGUE_WORD, WORD_FORM, required=False)
    if product.HasField("capacity"):
        check_amount(f"{place}.capacity", product.capacity, "value", violations)
        check_unit(f"{place}.capacity.unit", product.capacity.unit, CAPACITY_UNITS, violations)
    violations.count(f"{place}.unit_energy", len(product.unit_energy), INDICATORS_MAX)
    for number, indicator in enumerate(product.unit_energy[:INDICATORS_MAX]):
        inner = f"{place}.unit_energy[{number}]"
        violations.matching(f"{inner}.standard", indicator.standard, CATALOGUE_WORD, WORD_FORM)
        check_amount(inner, indicator, "value", violations, minimum=None)
        violations.text(f"{inner}.unit", indicator.unit, UNIT_CHARACTERS_MAX, required=True)


def _check_equipment(dossier: pb.Dossier, violations: Violations) -> None:
    violations.count("dossier.equipment", len(dossier.equipment), EQUIPMENT_MAX)
    for index, piece in enumerate(dossier.equipment[:EQUIPMENT_MAX]):
        place = f"dossier.equipment[{index}]"
        violations.text(f"{place}.name", piece.name, NAME_CHARACTERS_MAX, required=True)
        if piece.HasField("efficiency_grade") and not GRADE_BEST <= piece.efficiency_grade <= GRADE_WORST:
            violations.add(
                f"{place}.efficiency_grade", "OUT_OF_RANGE", f"能效等级应为 {GRADE_BEST} 至 {GRADE_WORST}",
                f"must lie between {GRADE_BEST} and {GRADE_WORST}",
            )  # fmt: skip


def _check_opinion(opinion: pb.PriorOpinion, violations: Violations, *, not_after: date | None) -> None:
    place = "dossier.prior_opinion"

    def day(name: str) -> date | None:
        field = f"{place}.{name}"
        stated = opinion.HasField(name)  # type: ignore[arg-type]  # one name for three fields
        return violations.day(field, getattr(opinion, name), not_after=not_after) if stated else None

    violations.text(f"{place}.document_number", opinion.document_number, NAME_CHARACTERS_MAX, required=True)
    # A start before the opinion (未批先建) is a fact to be judged, no slip of form.
    for name in ("issue_date", "change_consent_date", "construction_start_date"):
        day(name)
    check_yearly(place, opinion, "approved_tce_calorific", violations)


def _check_plan(plan: pb.ReplacementPlan, violations: Violations) -> None:
    place = "dossier.replacement"
    if plan.HasField("publicity_date"):
        violations.day(f"{place}.publicity_date", plan.publicity_date)
    violations.count(f"{place}.lots", len(plan.lots), LOTS_MAX)
    seen: set[str] = set()
    for index, use in enumerate(plan.lots[:LOTS_MAX]):
        inner = f"{place}.lots[{index}]"
        violations.matching(f"{inner}.lot", use.lot, LOT_NAME, LOT_FORM)
        if use.lot in seen:
            violations.add(f"{inner}.lot", "DUPLICATE", "同一指标只列一次", "is named twice; name each lot once")
        seen.add(use.lot)
        check_amount(inner, use, "quantity", violations)
