"""Checks every stated field that a review looks at; what is not stated is not wrong."""

import re
from datetime import date
from typing import Final

from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.filing.v1 import filing_service_pb2 as filing
from kernel.text import Text
from review.domain.dossier import Dossier
from review.wire import dossier_from_wire
from servicekit.rpc.checks import REQUIRED, Violations

NAME_CHARACTERS_MAX: Final = 200
UNIT_CHARACTERS_MAX: Final = 40
INDUSTRY_CODES_MAX: Final = 10
PRODUCTS_MAX: Final = 20
INDICATORS_MAX: Final = 20
ENERGY_PLACES_MAX: Final = 3
ENERGY_MAX: Final = 10**15
"""Above all energy that the world uses in a year; in kgce it still fits the contract's int64."""

FILING_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,62}", re.ASCII)
INDUSTRY_CODE = re.compile(r"[0-9]{4}", re.ASCII)
CATALOGUE_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)

FILING_ID_FORM = Text(zh="备案编号", en="the id of a filing")
INDUSTRY_FORM = Text(zh=" GB/T 4754 四位小类代码", en="a GB/T 4754 class of four digits")
WORD_FORM = Text(zh="目录中的标识, 如 clinker", en="an id of the catalogue, e.g. clinker")

_ENERGY_FIELDS: Final = (
    "annual_tce_calorific",
    "annual_tce_equivalent",
    "annual_electricity_kwh",
    "annual_coal_t",
)


def checked_dossier(
    dossier: filing.Dossier, violations: Violations, *, not_after: date | None = None
) -> Dossier | None:
    """Collects what is wrong into `violations`; None when anything is."""
    violations.enum("dossier.kind", dossier.kind, filing.ProjectKind)
    if dossier.HasField("application_date"):
        violations.day("dossier.application_date", dossier.application_date, not_after=not_after)
    violations.count("dossier.industry_codes", len(dossier.industry_codes), INDUSTRY_CODES_MAX)
    for index, code in enumerate(dossier.industry_codes[:INDUSTRY_CODES_MAX]):
        violations.matching(f"dossier.industry_codes[{index}]", code, INDUSTRY_CODE, INDUSTRY_FORM)
    violations.count("dossier.products", len(dossier.products), PRODUCTS_MAX)
    for index, product in enumerate(dossier.products[:PRODUCTS_MAX]):
        _check_product(f"dossier.products[{index}]", product, violations)
    for name in _ENERGY_FIELDS:
        if dossier.energy.HasField(name):
            _check_energy(f"dossier.energy.{name}", getattr(dossier.energy, name), violations)
    return None if violations.any else dossier_from_wire(dossier)


def _check_product(field: str, product: filing.Product, violations: Violations) -> None:
    violations.text(f"{field}.name", product.name, NAME_CHARACTERS_MAX, required=True)
    violations.matching(f"{field}.product_id", product.product_id, CATALOGUE_WORD, WORD_FORM, required=False)
    violations.count(f"{field}.unit_energy", len(product.unit_energy), INDICATORS_MAX)
    for number, indicator in enumerate(product.unit_energy[:INDICATORS_MAX]):
        inner = f"{field}.unit_energy[{number}]"
        violations.matching(f"{inner}.standard", indicator.standard, CATALOGUE_WORD, WORD_FORM)
        violations.text(f"{inner}.unit", indicator.unit, UNIT_CHARACTERS_MAX, required=True)
        if present(f"{inner}.value", indicator, "value", violations):
            violations.decimal(f"{inner}.value", indicator.value)


def _check_energy(field: str, holder: ProtoDecimal, violations: Violations) -> None:
    number = violations.decimal(field, holder, minimum=0, places_max=ENERGY_PLACES_MAX)
    if number is not None and number >= ENERGY_MAX:
        violations.add(field, "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")


def present(field: str, holder: Message, name: str, violations: Violations) -> bool:
    """Whether `holder` has the field `name`; its absence is a violation."""
    if holder.HasField(name):
        return True
    violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return False
