"""Field checks of offsets and savings: everything that is wrong with a request, at once."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from budget.application.offsets.ports import SavingFilter
from budget.domain.offsets.claims import NUMBER_MAX, CertificateRange, Claim
from budget.domain.offsets.savings import SavingSource, Statement
from budget.entrypoints.checks import ID, ID_FORM, required_region, year
from budget.wire.offsets import claim_from_wire, enum_name, month_from_text, range_from_wire, statement_from_wire
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.regions import RegionCode, lineage
from kernel.text import Text
from ledger.accounts import GRANTED_MAX
from servicekit.rpc.checks import REQUIRED, Violations

RANGES_MAX: Final = 200
RECORDS_MAX: Final = 200
DOCUMENTS_MAX: Final = 20
DOCUMENT_CHARACTERS_MAX: Final = 200
LEVELS_MAX: Final = 3
NAME_CHARACTERS_MAX: Final = 50
REASON_CHARACTERS_MAX: Final = 300
SIGNERS: Final = 2

_SERIES = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_REGION_NAME = re.compile(r"regions/([1-9][0-9]{5})", re.ASCII)

_SERIES_FORM = Text(zh="1 至 60 个字母、数字和 . _ -", en="1 to 60 letters, digits and . _ -")
_MONTH_FORM = Text(zh=" YYYY-MM, 例如 2024-05", en="YYYY-MM, for example 2024-05")
_PARENT_FORM = Text(zh=" regions/{六位行政区划代码}", en="regions/{GB/T 2260 code of six digits}")


def parent(violations: Violations, name: str, *, required: bool = False) -> RegionCode | None:
    """None for the whole tree."""
    checked = violations.matching("parent", name, _REGION_NAME, _PARENT_FORM, required=required)
    return RegionCode(checked.removeprefix("regions/")) if checked else None


def named(violations: Violations, field: str, name: str, collection: str) -> str:
    """The id in `{collection}/{id}`."""
    form = Text(zh=f" {collection}/{{编号}}, 编号为{ID_FORM.zh}", en=f"{collection}/{{id}}, its id {ID_FORM.en}")
    pattern = re.compile(rf"{collection}/{ID.pattern}", re.ASCII)
    return violations.matching(field, name, pattern, form).removeprefix(f"{collection}/")


def kgce(violations: Violations, field: str, number: int) -> int:
    if number <= 0:
        violations.add(field, "TOO_SMALL", "须大于 0 (千克标准煤)", "must be more than 0 kgce")
    elif number > GRANTED_MAX:
        violations.add(field, "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")
    return number


def day(violations: Violations, field: str, message: Any, today: date) -> None:
    """A stated day that is not after today."""
    if not message.HasField(field.rpartition(".")[2]):
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    else:
        violations.day(field, getattr(message, field.rpartition(".")[2]), not_after=today)


def certificate_range(violations: Violations, field: str, message: pb.CertificateRange) -> CertificateRange | None:
    """None when it is wrong."""
    series = violations.matching(f"{field}.series", message.series, _SERIES, _SERIES_FORM)
    if not 0 <= message.first_number <= message.last_number <= NUMBER_MAX:
        violations.add(
            f"{field}.last_number", "OUT_OF_ORDER", f"编号应从小到大, 介于 0 和 {NUMBER_MAX}",
            f"numbers must run upward between 0 and {NUMBER_MAX}",
        )  # fmt: skip
        return None
    return range_from_wire(message) if series else None


def no_overlap(violations: Violations, field: str, ranges: Iterable[CertificateRange | None]) -> None:
    """Within one request no certificate stands twice; sorted, so that two hundred ranges are no work."""
    found = sorted(
        ((held, place) for place, held in enumerate(ranges) if held is not None),
        key=lambda pair: (pair[0].series, pair[0].first),
    )
    for (before, first), (held, second) in pairwise(found):
        if before.overlaps(held):
            where = f"{field}[{max(first, second)}]"
            zh, en = f"与 {field}[{min(first, second)}] 重叠", f"overlaps {field}[{min(first, second)}]"
            violations.add(where, "OVERLAP", zh, en)


def ids(violations: Violations, field: str, values: Sequence[str]) -> None:
    violations.count(field, len(values), RECORDS_MAX)
    for index, value in enumerate(values[:RECORDS_MAX]):
        violations.matching(f"{field}[{index}]", value, ID, ID_FORM)
    if len(set(values)) < len(values):
        violations.add(field, "REPEATED", "有重复的编号", "names one id twice")


def signers(violations: Violations, names: Sequence[str]) -> tuple[str, ...]:
    checked = [
        violations.text(f"signers[{index}]", name, NAME_CHARACTERS_MAX, required=True)
        for index, name in enumerate(names[:SIGNERS])
    ]
    if len(names) != SIGNERS or len(set(checked)) != SIGNERS:
        violations.add("signers", "NEEDS_TWO", "须由两名不同人员签字", "needs exactly two different persons")
    return tuple(checked)


def reason(violations: Violations, text: str) -> str:
    return violations.text("reason", text, REASON_CHARACTERS_MAX, required=True)


def claim(violations: Violations, request: pb.RecordDeductibleRequest, today: date) -> Claim:
    """A whole claim. Raises InvalidRequest with all that is wrong, `violations` of the caller included."""
    message = request.claim
    region = required_region(violations, "claim.region_code", message.region_code)
    year(violations, "claim.year", message.year)
    day(violations, "claim.assessed_on", message, today)
    if 0 < message.assessed_on.year < message.year:
        zh, en = "早于消费年度", "is before the year of consumption"
        violations.add("claim.assessed_on", "OUT_OF_ORDER", zh, en)
    violations.enum("claim.heading", message.heading, pb.OffsetHeading, required=True)
    violations.enum("claim.basis", message.basis, pb.OffsetBasis, required=True)
    violations.enum("claim.energy", message.energy, pb.OffsetEnergy, required=True)
    _evidence(violations, message)
    _quantity(violations, message)
    _circumstances(violations, message)
    _consumption(violations, message, region)
    violations.done()
    return claim_from_wire(message)


def _evidence(violations: Violations, message: pb.OffsetClaim) -> None:
    field = "claim.certificates"
    violations.count(field, len(message.certificates), RANGES_MAX)
    ranges = []
    for index, held in enumerate(message.certificates[:RANGES_MAX]):
        where = f"{field}[{index}]"
        ranges.append(certificate_range(violations, f"{where}.range", held.range))
        violations.enum(f"{where}.kind", held.kind, pb.CertificateKind, required=True)
        violations.enum(f"{where}.origin", held.origin, pb.CertificateOrigin, required=True)
        month = violations.matching(f"{where}.generated_in", held.generated_in, _MONTH, _MONTH_FORM)
        if month:
            year(violations, f"{where}.generated_in", month_from_text(month).year if month >= "0001" else 0)
    no_overlap(violations, field, ranges)
    ids(violations, "claim.metering_records", message.metering_records)
    violations.count("claim.documents", len(message.documents), DOCUMENTS_MAX)
    if not message.documents:
        violations.add("claim.documents", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    for index, document in enumerate(message.documents[:DOCUMENTS_MAX]):
        violations.text(f"claim.documents[{index}]", document, DOCUMENT_CHARACTERS_MAX, required=True)


def _quantity(violations: Violations, message: pb.OffsetClaim) -> None:
    stated = message.WhichOneof("quantity")
    if stated in ("tce", "kwh"):
        amount = violations.decimal(f"claim.{stated}", getattr(message, stated))
        if amount is not None and amount <= 0:
            violations.add(f"claim.{stated}", "TOO_SMALL", "须大于 0", "must be more than 0")
    elif stated is None or not message.by_certificates:
        violations.add(
            "claim.quantity", "REQUIRED", "须填写 tce、kwh 或 by_certificates 之一",
            "needs one of tce, kwh and by_certificates",
        )  # fmt: skip
    elif not message.certificates:
        violations.add("claim.certificates", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    if message.HasField("saving_needed_tce"):
        violations.decimal("claim.saving_needed_tce", message.saving_needed_tce, minimum=0)


def _circumstances(violations: Violations, message: pb.OffsetClaim) -> None:
    if message.HasField("feedstock"):
        violations.enum("claim.feedstock.use", message.feedstock.use, pb.FeedstockUse.Use, required=True)
        violations.enum("claim.feedstock.product", message.feedstock.product, pb.FeedstockUse.Product)
        _only_under(violations, message, "feedstock", pb.OFFSET_HEADING_FEEDSTOCK)
    if message.HasField("major_project"):
        code = message.major_project.project_code
        violations.matching("claim.major_project.project_code", code, ID, ID_FORM)
        _only_under(violations, message, "major_project", pb.OFFSET_HEADING_NATIONAL_MAJOR_PROJECT)


def _only_under(violations: Violations, message: pb.OffsetClaim, field: str, heading: int) -> None:
    if message.heading != heading:
        violations.add(f"claim.{field}", "MISPLACED", "不属于该科目", "does not belong to this heading")


def _consumption(violations: Violations, message: pb.OffsetClaim, region: RegionCode) -> None:
    field = "claim.consumption"
    violations.count(field, len(message.consumption), LEVELS_MAX)
    levels = lineage(region) if region else ()
    for index, stated in enumerate(message.consumption[:LEVELS_MAX]):
        where = f"{field}[{index}]"
        level = required_region(violations, f"{where}.region_code", stated.region_code)
        if level and levels and level not in levels:
            zh, en = "不是该地区或其上级", "is neither the region nor above it"
            violations.add(f"{where}.region_code", "NOT_ABOVE", zh, en)
        if not stated.HasField("tce"):
            violations.add(f"{where}.tce", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        else:
            violations.decimal(f"{where}.tce", stated.tce, minimum=0, places_max=3)
        violations.text(f"{where}.document", stated.document, DOCUMENT_CHARACTERS_MAX, required=True)
    if len({stated.region_code for stated in message.consumption}) < len(message.consumption):
        violations.add(field, "REPEATED", "同一地区出现两次", "names one region twice")


def statement(violations: Violations, request: pb.RegisterSavingRequest, today: date) -> Statement:
    """A whole saving. Raises InvalidRequest with all that is wrong, `violations` of the caller included."""
    message = request.saving
    named(violations, "saving.name", message.name, "savings")
    violations.enum("saving.source", message.source, pb.SavingSource, required=True)
    required_region(violations, "saving.region_code", message.region_code)
    day(violations, "saving.made_on", message, today)
    year(violations, "saving.plan_year", message.plan_year)
    violations.enum("saving.basis", message.basis, pb.OffsetBasis, required=True)
    kgce(violations, "saving.amount_kgce", message.amount_kgce)
    for field in ("acceptance", "lot"):
        violations.matching(f"saving.{field}", getattr(message, field), ID, ID_FORM, required=False)
    ids(violations, "saving.metering_records", message.metering_records)
    violations.count("saving.certificates", len(message.certificates), RANGES_MAX)
    ranges = [
        certificate_range(violations, f"saving.certificates[{index}]", held)
        for index, held in enumerate(message.certificates[:RANGES_MAX])
    ]
    no_overlap(violations, "saving.certificates", ranges)
    violations.done()
    return statement_from_wire(message)


def as_of(violations: Violations, request: Any) -> tuple[date | None, datetime | None]:
    """The day and the instant that are asked for; None where there is no bound."""
    part = violations.within("as_of")
    return part.stated_day(request.as_of, "effective_on"), part.stated_instant(request.as_of, "known_at")


def saving_filter(violations: Violations, request: pb.ListSavingsRequest, known_at: datetime | None) -> SavingFilter:
    region = parent(violations, request.parent)
    violations.enum("source", request.source, pb.SavingSource)
    known_source = not violations.any and request.source
    source = SavingSource[enum_name(pb.SavingSource, "SAVING_SOURCE", request.source)] if known_source else None
    return SavingFilter(region, source, known_at)
