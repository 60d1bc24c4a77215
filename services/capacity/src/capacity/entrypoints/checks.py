"""Checks every stated field that is looked at; what is not stated is not wrong."""

import re
from typing import Final

from capacity.domain.lots import Lot, LotId
from capacity.domain.replacement import FilingId
from capacity.domain.tonnage import Unit
from capacity.wire import lot_from_name, lot_from_wire
from dossier.checks import NAME_CHARACTERS_MAX, REMARK_CHARACTERS_MAX, checked_dossier
from dossier.fields import CATALOGUE_WORD, LOT_FORM, LOT_NAME, REGION_FORM, WORD_FORM, present, stated
from dossier.model import Dossier
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.filing.v1 import filing_events_pb2 as events
from kernel.regions import region_code
from kernel.text import Text
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle

_FILING: Final = r"[a-z0-9][a-z0-9-]{2,62}"
_FILING_ID = re.compile(_FILING, re.ASCII)
_REPLACEMENT_NAME = re.compile(rf"filings/{_FILING}/replacement", re.ASCII)

_FILING_FORM = Text(zh="备案编号", en="the id of a filing")
_REPLACEMENT_FORM = Text(zh=" filings/{备案编号}/replacement", en="filings/{filing}/replacement")


def filing_id(violations: Violations, id_: str) -> FilingId:
    return FilingId(violations.matching("filing", id_, _FILING_ID, _FILING_FORM))


def replacement_name(violations: Violations, name: str) -> FilingId:
    checked = violations.matching("name", name, _REPLACEMENT_NAME, _REPLACEMENT_FORM)
    return FilingId(checked.removeprefix("filings/").removesuffix("/replacement"))


def lot_name(violations: Violations, name: str, field: str = "name") -> LotId:
    return lot_from_name(violations.matching(field, name, LOT_NAME, LOT_FORM))


def revision(violations: Violations, number: int) -> None:
    if number < 1:
        violations.add("revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")


def lot(violations: Violations, request: pb.RegisterLotRequest) -> Lot | None:
    """The lot to register; None when anything of the request is wrong."""
    if not present("lot", request, "lot", violations):
        return None
    given = request.lot
    lot_name(violations, given.name, "lot.name")
    violations.matching("lot.product_id", given.product_id, CATALOGUE_WORD, WORD_FORM)
    violations.text("lot.owner", given.owner, NAME_CHARACTERS_MAX, required=True)
    stated("lot.region_code", given.region_code, violations)
    violations.parsed("lot.region_code", given.region_code, region_code, REGION_FORM)
    if present("lot.quantity", given, "quantity", violations):
        # Whole tonnes and more than none: 1 is the least.
        violations.decimal("lot.quantity", given.quantity, minimum=1, places_max=0)
    if given.unit not in {unit.value for unit in Unit}:
        violations.add("lot.unit", "UNKNOWN_UNIT", "单位应为 t/d 或 t/a", "must be t/d or t/a")
    violations.text("lot.remark", given.remark, REMARK_CHARACTERS_MAX)
    return None if violations.any else lot_from_wire(given)


def dossier(violations: Violations, event: events.FilingAccepted, policy: PolicyBundle) -> Dossier | None:
    """The event's dossier, which says where the project is; None when anything of the event is wrong."""
    if not present("dossier", event, "dossier", violations):
        return None
    stated("dossier.region_code", event.dossier.region_code, violations)
    return checked_dossier(event.dossier, violations, policy)
