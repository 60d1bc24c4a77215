"""Checks what callers send: names, lots, evidence; every violation at once."""

import re
from datetime import date, datetime
from typing import Final

from capacity.application.ports import LotFilter
from capacity.domain.evidence import EVIDENCE_MAX, AsOf, KnownLot, LotEvidence
from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId
from capacity.domain.tonnage import Unit
from capacity.wire.replacements import evidence_from_wire, known_lot_from_wire, lot_from_name
from dossier.checks import NAME_CHARACTERS_MAX, REMARK_CHARACTERS_MAX, checked_dossier
from dossier.fact_checks import LOT, check_facts
from dossier.fields import (
    CATALOGUE_WORD,
    LOT_FORM,
    LOT_NAME,
    REGION_FORM,
    WORD_FORM,
    check_amount,
    check_unit,
    present,
    stated,
)
from dossier.model import Dossier
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.filing.v1 import filing_events_pb2 as events
from kernel.regions import region_code
from kernel.text import Text
from servicekit.rpc.checks import Violations
from servicekit.wire import instant_to_wire
from statute.loader import PolicyBundle

DOCUMENT_CHARACTERS_MAX: Final = 500
"""As much as a note of the ledger holds."""
EQUIPMENT_MAX: Final = 100
COUNT_MAX: Final = 10_000
SIZE_PLACES_MAX: Final = 3
SIZE_UNITS: Final = ("m3", "t", "m", "t/d", "kA")

_FILING: Final = r"[a-z0-9][a-z0-9-]{2,62}"
FILING_ID: Final = re.compile(_FILING, re.ASCII)
_FILING_NAME = re.compile(rf"filings/{_FILING}", re.ASCII)
_REPLACEMENT_NAME = re.compile(rf"filings/{_FILING}/replacement", re.ASCII)
_FILING_FORM = Text(zh="备案编号", en="the id of a filing")
_FILING_NAME_FORM = Text(zh=" filings/{备案编号}", en="filings/{filing}")
_REPLACEMENT_FORM = Text(zh=" filings/{备案编号}/replacement", en="filings/{filing}/replacement")
EQUIPMENT_FORM: Final = Text(zh="设备种类的标识, 如 blast_furnace", en="a word for the equipment, e.g. blast_furnace")


def filing_id(violations: Violations, id_: str) -> FilingId:
    return FilingId(violations.matching("filing", id_, FILING_ID, _FILING_FORM))


def replacement_name(violations: Violations, name: str) -> FilingId:
    checked = violations.matching("name", name, _REPLACEMENT_NAME, _REPLACEMENT_FORM)
    return FilingId(checked.removeprefix("filings/").removesuffix("/replacement"))


def lot_name(violations: Violations, name: str, field: str = "name") -> LotId:
    return lot_from_name(violations.matching(field, name, LOT_NAME, LOT_FORM))


def revision(violations: Violations, number: int) -> None:
    if number < 1:
        violations.add("revision", "TOO_SMALL", "版本号从 1 开始", "must be at least 1")


def document(violations: Violations, field: str, value: str) -> None:
    violations.text(field, value, DOCUMENT_CHARACTERS_MAX, required=True)


class LotChecks:
    """Checks what is stated of lots, by the facts that the policy asks for, on the day of the request."""

    def __init__(self, violations: Violations, policy: PolicyBundle, at: datetime, today: date) -> None:
        self._violations = violations
        self._policy = policy
        self._at = at
        self._today = today

    def lot(self, request: pb.RegisterLotRequest) -> KnownLot | None:
        """The lot to register; None when anything of the request is wrong."""
        if not present("lot", request, "lot", self._violations):
            return None
        given = pb.Lot.FromString(request.lot.SerializeToString())
        self._identity(given)
        self._equipment(given)
        check_facts("lot", given.facts, self._violations, self._policy, of=LOT)
        self._violations.count("lot.evidence", len(given.evidence), EVIDENCE_MAX)
        for place, evidence in enumerate(given.evidence):
            self._evidence(f"lot.evidence[{place}]", evidence)
        return None if self._violations.any else known_lot_from_wire(given)

    def evidence(self, request: pb.RecordLotEvidenceRequest) -> LotEvidence | None:
        """None when anything of the request is wrong."""
        if not present("evidence", request, "evidence", self._violations):
            return None
        given = pb.LotEvidence.FromString(request.evidence.SerializeToString())
        self._evidence("evidence", given)
        return None if self._violations.any else evidence_from_wire(given)

    def _identity(self, given: pb.Lot) -> None:
        violations = self._violations
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

    def _equipment(self, given: pb.Lot) -> None:
        violations = self._violations
        violations.count("lot.equipment", len(given.equipment), EQUIPMENT_MAX)
        for place, one in enumerate(given.equipment[:EQUIPMENT_MAX]):
            field = f"lot.equipment[{place}]"
            violations.matching(f"{field}.kind", one.kind, CATALOGUE_WORD, EQUIPMENT_FORM)
            check_amount(field, one, "size", violations, places_max=SIZE_PLACES_MAX)
            if one.HasField("size") and not one.size.value.strip("-+0."):
                violations.add(f"{field}.size", "TOO_SMALL", "应大于零", "must be more than zero")
            check_unit(f"{field}.size_unit", one.size_unit, SIZE_UNITS, violations)
            if not 1 <= one.count <= COUNT_MAX:
                violations.add(f"{field}.count", "OUT_OF_RANGE", f"应为 1 至 {COUNT_MAX}", f"must be 1 to {COUNT_MAX}")

    def _evidence(self, field: str, given: pb.LotEvidence) -> None:
        """Also notes when it became known."""
        violations = self._violations
        violations.enum(f"{field}.kind", given.kind, pb.LotEvidenceKind, required=True)
        # An elimination date may lie ahead: it is the last day allowed.
        ahead = given.kind == pb.LOT_EVIDENCE_KIND_ELIMINATION_DUE
        if present(f"{field}.effective_date", given, "effective_date", violations):
            violations.day(f"{field}.effective_date", given.effective_date, not_after=None if ahead else self._today)
        document(violations, f"{field}.document", given.document)
        check_facts(field, given.facts, violations, self._policy, of=LOT)
        if (given.kind == pb.LOT_EVIDENCE_KIND_FACTS_STATED) != bool(given.facts):
            violations.add(
                f"{field}.facts", "MISPLACED", "仅且必须随 FACTS_STATED 填写", "belong to FACTS_STATED, and to it alone"
            )  # fmt: skip
        given.known_time.CopyFrom(instant_to_wire(self._at))


def lot_filter(violations: Violations, request: pb.ListLotsRequest) -> LotFilter:
    violations.matching("product_id", request.product_id, CATALOGUE_WORD, WORD_FORM, required=False)
    region = violations.parsed("region_code", request.region_code, region_code, REGION_FORM)
    recipient = violations.matching("recipient", request.recipient, _FILING_NAME, _FILING_NAME_FORM, required=False)
    return LotFilter(
        product_id=request.product_id,
        region=region,
        available=request.available,
        recipient=FilingId(recipient.removeprefix("filings/")) if recipient else None,
    )


def as_of(violations: Violations, request: pb.GetLotRequest | pb.ListLotsRequest) -> AsOf | None:
    if not request.HasField("as_of"):
        return None
    part = violations.within("as_of")
    return AsOf(part.stated_day(request.as_of, "effective_date"), part.stated_instant(request.as_of, "known_time"))


def dossier(violations: Violations, event: events.FilingAccepted, policy: PolicyBundle) -> Dossier | None:
    """The event's dossier, which says where the project is; None when anything of the event is wrong."""
    if not present("dossier", event, "dossier", violations):
        return None
    stated("dossier.region_code", event.dossier.region_code, violations)
    return checked_dossier(event.dossier, violations, policy)
