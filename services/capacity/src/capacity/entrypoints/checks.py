"""Checks every stated field that is looked at; what is not stated is not wrong."""

import re
from typing import Final

from google.protobuf.message import Message

from capacity.domain.dossier import Dossier
from capacity.domain.lots import Lot, LotId
from capacity.domain.replacement import FilingId
from capacity.domain.tonnage import Unit
from capacity.wire import dossier_from_wire, lot_from_name, lot_from_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from kernel.regions import region_code
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, Violations

NAME_CHARACTERS_MAX: Final = 200
UNIT_CHARACTERS_MAX: Final = 40
REMARK_CHARACTERS_MAX: Final = 2_000
INDUSTRY_CODES_MAX: Final = 10
PRODUCTS_MAX: Final = 20
LOTS_MAX: Final = 50

_FILING: Final = r"[a-z0-9][a-z0-9-]{2,62}"
_FILING_ID = re.compile(_FILING, re.ASCII)
_REPLACEMENT_NAME = re.compile(rf"filings/{_FILING}/replacement", re.ASCII)
_LOT_NAME = re.compile(r"lots/[a-z][a-z0-9-]{2,62}", re.ASCII)
_INDUSTRY_CODE = re.compile(r"[0-9]{4}", re.ASCII)
_CATALOGUE_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)

_FILING_FORM = Text(zh="备案编号", en="the id of a filing")
_REPLACEMENT_FORM = Text(zh=" filings/{备案编号}/replacement", en="filings/{filing}/replacement")
_LOT_FORM = Text(
    zh=" lots/{指标编号}, 编号为小写字母开头、由小写字母、数字和连字符组成的 3 至 63 个字符",
    en="lots/{lot}, its id 3 to 63 lower-case letters, digits and hyphens, starting with a letter",
)
_REGION_FORM = Text(zh=" GB/T 2260 六位行政区划代码", en="a GB/T 2260 code of six digits")
_INDUSTRY_FORM = Text(zh=" GB/T 4754 四位小类代码", en="a GB/T 4754 class of four digits")
_WORD_FORM = Text(zh="目录中的标识, 如 clinker", en="an id of the catalogue, e.g. clinker")


def filing_id(violations: Violations, id_: str) -> FilingId:
    return FilingId(violations.matching("filing", id_, _FILING_ID, _FILING_FORM))


def replacement_name(violations: Violations, name: str) -> FilingId:
    checked = violations.matching("name", name, _REPLACEMENT_NAME, _REPLACEMENT_FORM)
    return FilingId(checked.removeprefix("filings/").removesuffix("/replacement"))


def lot_name(violations: Violations, name: str, field: str = "name") -> LotId:
    return lot_from_name(violations.matching(field, name, _LOT_NAME, _LOT_FORM))


def revision(violations: Violations, number: int) -> None:
    if number < 1:
        violations.add("revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")


def lot(violations: Violations, request: pb.RegisterLotRequest) -> Lot | None:
    """The lot to register; None when anything of the request is wrong."""
    if not _present("lot", request, "lot", violations):
        return None
    given = request.lot
    lot_name(violations, given.name, "lot.name")
    violations.matching("lot.product_id", given.product_id, _CATALOGUE_WORD, _WORD_FORM)
    violations.text("lot.owner", given.owner, NAME_CHARACTERS_MAX, required=True)
    _region("lot.region_code", given.region_code, violations)
    if _present("lot.quantity", given, "quantity", violations):
        # Whole tonnes and more than none: 1 is the least.
        violations.decimal("lot.quantity", given.quantity, minimum=1, places_max=0)
    if given.unit not in {unit.value for unit in Unit}:
        violations.add("lot.unit", "UNKNOWN_UNIT", "单位应为 t/d 或 t/a", "must be t/d or t/a")
    violations.text("lot.remark", given.remark, REMARK_CHARACTERS_MAX)
    return None if violations.any else lot_from_wire(given)


def dossier(violations: Violations, event: events.FilingAccepted) -> Dossier | None:
    """What is looked at of the event's dossier; None when anything of the event is wrong."""
    if not _present("dossier", event, "dossier", violations):
        return None
    given = event.dossier
    _region("dossier.region_code", given.region_code, violations)
    violations.enum("dossier.kind", given.kind, filing.ProjectKind)
    if given.HasField("application_date"):
        violations.day("dossier.application_date", given.application_date)
    violations.count("dossier.industry_codes", len(given.industry_codes), INDUSTRY_CODES_MAX)
    for index, code in enumerate(given.industry_codes[:INDUSTRY_CODES_MAX]):
        violations.matching(f"dossier.industry_codes[{index}]", code, _INDUSTRY_CODE, _INDUSTRY_FORM)
    violations.count("dossier.products", len(given.products), PRODUCTS_MAX)
    for index, product in enumerate(given.products[:PRODUCTS_MAX]):
        _check_product(f"dossier.products[{index}]", product, violations)
    if given.HasField("replacement"):
        _check_plan(given.replacement, violations)
    return None if violations.any else dossier_from_wire(given)


def _region(field: str, code: str, violations: Violations) -> None:
    if not code:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    violations.parsed(field, code, region_code, _REGION_FORM)


def _check_product(field: str, product: filing.Product, violations: Violations) -> None:
    violations.text(f"{field}.name", product.name, NAME_CHARACTERS_MAX, required=True)
    violations.matching(f"{field}.product_id", product.product_id, _CATALOGUE_WORD, _WORD_FORM, required=False)
    if product.HasField("capacity"):
        if _present(f"{field}.capacity.value", product.capacity, "value", violations):
            violations.decimal(f"{field}.capacity.value", product.capacity.value, minimum=0)
        violations.text(f"{field}.capacity.unit", product.capacity.unit, UNIT_CHARACTERS_MAX, required=True)


def _check_plan(plan: filing.ReplacementPlan, violations: Violations) -> None:
    if plan.HasField("publicity_date"):
        violations.day("dossier.replacement.publicity_date", plan.publicity_date)
    violations.count("dossier.replacement.lots", len(plan.lots), LOTS_MAX)
    seen: set[str] = set()
    for index, use in enumerate(plan.lots[:LOTS_MAX]):
        field = f"dossier.replacement.lots[{index}]"
        lot_name(violations, use.lot, f"{field}.lot")
        if use.lot in seen:
            violations.add(f"{field}.lot", "DUPLICATE", "同一指标只列一次", "is named twice; name each lot once")
        seen.add(use.lot)
        if _present(f"{field}.quantity", use, "quantity", violations):
            violations.decimal(f"{field}.quantity", use.quantity, minimum=0)


def _present(field: str, holder: Message, name: str, violations: Violations) -> bool:
    """Whether `holder` has the field `name`; its absence is a violation."""
    if holder.HasField(name):
        return True
    violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return False
