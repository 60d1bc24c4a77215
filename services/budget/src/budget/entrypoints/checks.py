"""Field checks that calls and commands share: what is refused by one is refused by the other."""

import re
from typing import Final

from budget.domain.deductions import Asked, DeductionId, Demand
from budget.domain.envelopes import AMOUNT_KGCE_MAX
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from kernel.regions import RegionCode, region_code
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, YEAR_MAX, YEAR_MIN, Violations

FILING_CHARACTERS_MAX: Final = 63

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_DEDUCTION_NAME = re.compile(rf"deductions/({_ID.pattern})", re.ASCII)
_ACCOUNT_NAME = re.compile(r"regions/([1-9][0-9]{5})/accounts/([0-9]{4})", re.ASCII)
_REGION_NAME = re.compile(r"regions/([1-9][0-9]{5})", re.ASCII)

_ID_FORM = Text(zh="1 至 100 个字母、数字和 . _ : -", en="1 to 100 letters, digits and . _ : -")
_DEDUCTION_FORM = Text(
    zh=" deductions/{扣减编号}, 编号为 1 至 100 个字母、数字和 . _ : -",
    en="deductions/{deduction}, its id 1 to 100 letters, digits and . _ : -",
)
_ACCOUNT_FORM = Text(
    zh=" regions/{六位行政区划代码}/accounts/{年份}", en="regions/{GB/T 2260 code of six digits}/accounts/{year}"
)
_PARENT_FORM = Text(zh=" regions/{六位行政区划代码}, 或留空", en="regions/{GB/T 2260 code of six digits}, or empty")
_REGION_FORM = Text(zh="六位行政区划代码 (GB/T 2260)", en="a GB/T 2260 code of six digits")
PAGE_TOKEN_FORM: Final = Text(zh="本服务给出的标记", en="a token that this service gave")


def deduction_name(violations: Violations, name: str) -> DeductionId:
    checked = violations.matching("name", name, _DEDUCTION_NAME, _DEDUCTION_FORM)
    return DeductionId(checked.removeprefix("deductions/"))


def deduction_id(violations: Violations, id_: str) -> DeductionId:
    return DeductionId(violations.matching("deduction", id_, _ID, _ID_FORM))


def filing(violations: Violations, id_: str) -> str:
    return violations.text("filing", id_, FILING_CHARACTERS_MAX, required=True)


def account_name(violations: Violations, name: str) -> tuple[RegionCode, int]:
    checked = violations.matching("name", name, _ACCOUNT_NAME, _ACCOUNT_FORM)
    if not (found := _ACCOUNT_NAME.fullmatch(checked)):
        return RegionCode(""), 0
    return RegionCode(found[1]), year(violations, "name", int(found[2]))


def parent_region(violations: Violations, name: str) -> RegionCode | None:
    """None for the whole tree."""
    checked = violations.matching("parent", name, _REGION_NAME, _PARENT_FORM, required=False)
    return RegionCode(checked.removeprefix("regions/")) if checked else None


def year(violations: Violations, field: str, number: int) -> int:
    if not YEAR_MIN <= number <= YEAR_MAX:
        violations.add(
            field,
            "OUT_OF_RANGE",
            f"年份应在 {YEAR_MIN} 至 {YEAR_MAX} 之间",
            f"must be a year from {YEAR_MIN} to {YEAR_MAX}",
        )
    return number


def amount(violations: Violations, number: int) -> int:
    """kgce on the 当量 basis."""
    if number <= 0:
        violations.add(
            "amount_kgce_calorific", "TOO_SMALL", "须大于 0 (千克标准煤, 当量值)", "must be more than 0 kgce"
        )
    elif number > AMOUNT_KGCE_MAX:
        violations.add("amount_kgce_calorific", "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")
    return number


def asked(violations: Violations, id_: DeductionId, message: pb.ReserveDeductionRequest | ReserveDeduction) -> Asked:
    """A whole reservation. Raises InvalidRequest with all that is wrong, `violations` of the caller included."""
    checked_filing = filing(violations, message.filing)
    if not message.region_code:
        violations.add("region_code", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    region = violations.parsed("region_code", message.region_code, region_code, _REGION_FORM)
    checked_year = year(violations, "year", message.year)
    checked_amount = amount(violations, message.amount_kgce_calorific)
    violations.done()
    assert region is not None
    return Asked(id_, checked_filing, Demand(region, checked_year, checked_amount))
