"""Field checks that calls and commands share: what is refused by one is refused by the other."""

import re
from collections.abc import Sequence
from typing import Final, Literal, Protocol

from budget.domain.deductions import PHASES_MAX, Asked, DeductionId, Demand, Phase
from budget.domain.envelopes import AMOUNT_MAX
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from kernel.persons import SIGNERS
from kernel.regions import RegionCode, region_code
from kernel.text import Text
from ledger.audit import PERSON_CHARACTERS_MAX
from servicekit.rpc.checks import REQUIRED, YEAR_MAX, YEAR_MIN, Violations

FILING_CHARACTERS_MAX: Final = 63
DOCUMENT_CHARACTERS_MAX: Final = 500

ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_DEDUCTION_NAME = re.compile(rf"deductions/({ID.pattern})", re.ASCII)
_ACCOUNT_NAME = re.compile(r"regions/([1-9][0-9]{5})/accounts/([0-9]{4})", re.ASCII)
_REGION_NAME = re.compile(r"regions/([1-9][0-9]{5})", re.ASCII)

ID_FORM: Final = Text(zh="1 至 100 个字母、数字和 . _ : -", en="1 to 100 letters, digits and . _ : -")
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


class HasCarbon(Protocol):
    @property
    def amount_kgco2(self) -> int: ...

    def HasField(self, field: Literal["amount_kgco2"], /) -> bool: ...


def deduction_name(violations: Violations, name: str) -> DeductionId:
    checked = violations.matching("name", name, _DEDUCTION_NAME, _DEDUCTION_FORM)
    return DeductionId(checked.removeprefix("deductions/"))


def deduction_id(violations: Violations, id_: str) -> DeductionId:
    return DeductionId(violations.matching("deduction", id_, ID, ID_FORM))


def filing(violations: Violations, id_: str) -> str:
    return violations.text("filing", id_, FILING_CHARACTERS_MAX, required=True)


def signers(violations: Violations, names: Sequence[str]) -> tuple[str, ...]:
    """Two names; that they are of two persons is for the domain to say."""
    checked = tuple(
        violations.text(f"signers[{place}]", name, PERSON_CHARACTERS_MAX, required=True)
        for place, name in enumerate(names[: SIGNERS + 1])
    )
    if len(checked) != SIGNERS:
        violations.add("signers", "WRONG_COUNT", "须为两人", "must be two persons")
    return checked


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


def amount(violations: Violations, number: int, field: str = "amount_kgce_calorific") -> int:
    """kgce on the 当量 basis."""
    return _amount(violations, field, number, Text(zh="须大于 0 (千克标准煤, 当量值)", en="must be more than 0 kgce"))


def carbon(violations: Violations, message: HasCarbon, field: str = "amount_kgco2") -> int | None:
    """kgCO2; None when it is not stated."""
    if not message.HasField("amount_kgco2"):
        return None
    return _amount(
        violations, field, message.amount_kgco2, Text(zh="须大于 0 (千克二氧化碳)", en="must be more than 0 kgCO2")
    )


def _amount(violations: Violations, field: str, number: int, too_small: Text) -> int:
    if number <= 0:
        violations.add(field, "TOO_SMALL", too_small.zh, too_small.en)
    elif number > AMOUNT_MAX:
        violations.add(field, "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")
    return number


def phases(
    violations: Violations, field: str, messages: Sequence[pb.Phase], *, least: int, most: int = PHASES_MAX
) -> tuple[Phase, ...]:
    """In the order of their years; empty when anything of them is wrong."""
    before = violations.so_far
    if not least <= len(messages) <= most:
        violations.add(field, "WRONG_COUNT", f"应为 {least} 至 {most} 个阶段", f"must be {least} to {most} phases")
        return ()
    if len({message.year for message in messages}) < len(messages):
        violations.add(field, "REPEATED", "每一年份只能出现一次", "must have each year once")
    read = [_phase(violations, f"{field}[{place}]", message) for place, message in enumerate(messages)]
    return tuple(Phase(*one) for one in sorted(read)) if violations.so_far == before else ()


def _phase(violations: Violations, field: str, message: pb.Phase) -> tuple[int, int, int | None]:
    return (
        year(violations, f"{field}.year", message.year),
        amount(violations, message.amount_kgce_calorific, f"{field}.amount_kgce_calorific"),
        carbon(violations, message, f"{field}.amount_kgco2"),
    )


def required_region(violations: Violations, field: str, code: str) -> RegionCode:
    """An empty code when it is wrong."""
    if not code:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return violations.parsed(field, code, region_code, _REGION_FORM) or RegionCode("")


def region(violations: Violations, code: str) -> RegionCode | None:
    return required_region(violations, "region_code", code) or None


def asked(violations: Violations, id_: DeductionId, message: pb.ReserveDeductionRequest | ReserveDeduction) -> Asked:
    """A whole reservation. Raises InvalidRequest with all that is wrong, `violations` of the caller included."""
    read = reservation(violations, id_, message)
    violations.done()
    assert read is not None
    return read


def reservation(
    violations: Violations, id_: DeductionId, message: pb.ReserveDeductionRequest | ReserveDeduction
) -> Asked | None:
    """None when anything of it is wrong."""
    before = violations.so_far
    checked_filing = filing(violations, message.filing)
    place = region(violations, message.region_code)
    first = (
        year(violations, "year", message.year),
        amount(violations, message.amount_kgce_calorific),
        carbon(violations, message),
    )
    later = phases(violations, "later_phases", message.later_phases, least=0, most=PHASES_MAX - 1)
    if later and later[0].year <= first[0]:
        violations.add("later_phases", "TOO_EARLY", "后续阶段须晚于首个年份", "must be of years after `year`")
    expires_on = violations.stated_day(message, "expire_date")
    replaced = _replaced(violations, id_, message.replaces)
    if violations.so_far > before or place is None:
        return None
    return Asked(id_, checked_filing, Demand(place, (Phase(*first), *later), expires_on, replaced))


def _replaced(violations: Violations, id_: DeductionId, name: str) -> DeductionId | None:
    checked = violations.matching("replaces", name, _DEDUCTION_NAME, _DEDUCTION_FORM, required=False)
    replaced = DeductionId(checked.removeprefix("deductions/"))
    if replaced and replaced == id_:
        violations.add("replaces", "SAME", "不能替换自身", "must be another deduction")
    return replaced or None
