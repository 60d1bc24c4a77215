"""Checks every stated field of a dossier; what is not stated is not wrong."""

import re
from datetime import date

from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.dossier import Dossier
from filing.domain.identifiers import CreditCodeRule, ProjectCodeRule, identifier_rules
from filing.wire import dossier_from_wire
from kernel.regions import region_code
from kernel.text import Text
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle

NAME_CHARACTERS_MAX = 200
REMARK_CHARACTERS_MAX = 2_000
INDUSTRY_CODES_MAX = 10
PRODUCTS_MAX = 20
INDICATORS_MAX = 20
LOTS_MAX = 50
TCE_PLACES_MAX = 3

INDUSTRY_CODE = re.compile(r"[0-9]{4}", re.ASCII)
CATALOGUE_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
LOT_NAME = re.compile(r"lots/[a-z][a-z0-9-]{2,62}", re.ASCII)

REGION_FORM = Text(zh=" GB/T 2260 六位行政区划代码", en="a GB/T 2260 code of six digits")
INDUSTRY_FORM = Text(zh=" GB/T 4754 四位小类代码", en="a GB/T 4754 class of four digits")
WORD_FORM = Text(zh="目录中的标识, 如 clinker", en="an id of the catalogue, e.g. clinker")
LOT_FORM = Text(zh=" lots/{指标编号}", en="lots/{lot}")
CAPACITY_UNITS = ("t/a", "10kt/a", "t/d", "MW", "GW/a", "m3/h", "m2/a", "pieces/a")


def checked_dossier(
    request: pb.SubmitFilingRequest | pb.AmendFilingRequest,
    violations: Violations,
    policy: PolicyBundle,
    *,
    today: date,
) -> Dossier | None:
    """Collects what is wrong into `violations`; None when anything is."""
    if not request.HasField("dossier"):
        violations.add("dossier", "REQUIRED", "必须填写", "is required")
        return None
    dossier = request.dossier
    credit_codes, project_codes = identifier_rules(policy, today)
    _check_head(dossier, violations, credit_codes, project_codes)
    violations.enum("dossier.kind", dossier.kind, pb.ProjectKind)
    if dossier.HasField("application_date"):
        violations.day("dossier.application_date", dossier.application_date, not_after=today)
    _check_codes(dossier, violations)
    _check_products(dossier, violations)
    if dossier.HasField("energy"):
        _check_energy(dossier.energy, violations)
    if dossier.HasField("replacement"):
        _check_plan(dossier.replacement, violations)
    return None if violations.any else dossier_from_wire(dossier)


def _check_head(
    dossier: pb.Dossier, violations: Violations, credit_codes: CreditCodeRule, project_codes: ProjectCodeRule
) -> None:
    violations.text("dossier.project_name", dossier.project_name, NAME_CHARACTERS_MAX, required=True)
    violations.text("dossier.applicant.name", dossier.applicant.name, NAME_CHARACTERS_MAX, required=True)
    violations.text("dossier.remark", dossier.remark, REMARK_CHARACTERS_MAX)
    if not dossier.region_code:
        violations.add("dossier.region_code", "REQUIRED", "必须填写", "is required")
    violations.parsed("dossier.region_code", dossier.region_code, region_code, REGION_FORM)
    for field, code, problem in (
        ("dossier.applicant.credit_code", dossier.applicant.credit_code, credit_codes.problem),
        ("dossier.project_code", dossier.project_code, project_codes.problem),
    ):
        if code and (text := problem(code)) is not None:
            violations.add(field, "MALFORMED", text.zh, text.en)


def _check_codes(dossier: pb.Dossier, violations: Violations) -> None:
    violations.count("dossier.industry_codes", len(dossier.industry_codes), INDUSTRY_CODES_MAX)
    for index, code in enumerate(dossier.industry_codes[:INDUSTRY_CODES_MAX]):
        violations.matching(f"dossier.industry_codes[{index}]", code, INDUSTRY_CODE, INDUSTRY_FORM)


def _check_products(dossier: pb.Dossier, violations: Violations) -> None:
    violations.count("dossier.products", len(dossier.products), PRODUCTS_MAX)
    for index, product in enumerate(dossier.products[:PRODUCTS_MAX]):
        field = f"dossier.products[{index}]"
        violations.text(f"{field}.name", product.name, NAME_CHARACTERS_MAX, required=True)
        violations.matching(f"{field}.product_id", product.product_id, CATALOGUE_WORD, WORD_FORM, required=False)
        if product.HasField("capacity"):
            _check_decimal(f"{field}.capacity.value", product.capacity, "value", violations, minimum=0)
            if product.capacity.unit not in CAPACITY_UNITS:
                known = ", ".join(CAPACITY_UNITS)
                violations.add(
                    f"{field}.capacity.unit", "UNKNOWN_UNIT", f"单位应为其一: {known}", f"must be one of: {known}"
                )
        violations.count(f"{field}.unit_energy", len(product.unit_energy), INDICATORS_MAX)
        for number, indicator in enumerate(product.unit_energy[:INDICATORS_MAX]):
            inner = f"{field}.unit_energy[{number}]"
            violations.matching(f"{inner}.standard", indicator.standard, CATALOGUE_WORD, WORD_FORM)
            _check_decimal(f"{inner}.value", indicator, "value", violations, minimum=None)
            violations.text(f"{inner}.unit", indicator.unit, 40, required=True)


def _check_decimal(  # each is a different word of one sentence
    field: str,
    holder: pb.Amount | pb.UnitEnergy | pb.LotUse | pb.EnergyUse,
    name: str,
    violations: Violations,
    *,
    minimum: int | None,
    places_max: int = 9,
) -> None:
    if not holder.HasField(name):  # type: ignore[arg-type]  # one name for four messages
        violations.add(field, "REQUIRED", "必须填写", "is required")
        return
    value: ProtoDecimal = getattr(holder, name)
    violations.decimal(field, value, minimum=minimum, places_max=places_max)


def _check_energy(energy: pb.EnergyUse, violations: Violations) -> None:
    for name in ("annual_tce_calorific", "annual_tce_equivalent", "annual_electricity_kwh", "annual_coal_t"):
        if energy.HasField(name):
            _check_decimal(f"dossier.energy.{name}", energy, name, violations, minimum=0, places_max=TCE_PLACES_MAX)


def _check_plan(plan: pb.ReplacementPlan, violations: Violations) -> None:
    if plan.HasField("publicity_date"):
        violations.day("dossier.replacement.publicity_date", plan.publicity_date)
    violations.count("dossier.replacement.lots", len(plan.lots), LOTS_MAX)
    seen: set[str] = set()
    for index, use in enumerate(plan.lots[:LOTS_MAX]):
        field = f"dossier.replacement.lots[{index}]"
        violations.matching(f"{field}.lot", use.lot, LOT_NAME, LOT_FORM)
        if use.lot in seen:
            violations.add(f"{field}.lot", "DUPLICATE", "同一指标只列一次", "is named twice; name each lot once")
        seen.add(use.lot)
        _check_decimal(f"{field}.quantity", use, "quantity", violations, minimum=0)
