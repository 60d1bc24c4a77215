"""Field checks of ReadingsService: everything that is wrong with a request, at once."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from dualcontrol.targets.v1 import readings_service_pb2 as pb
from energy.carriers import carrier_in, nearest
from energy.units import CUBIC_METRE, GJ, KG, KGCE, KWH, MJ, MWH, TCE, TEN_THOUSAND_CUBIC_METRES, TONNE
from kernel.regions import RegionCode, region_code
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, Violations
from statute.loader import PolicyBundle
from targets.application.readings.register_unit import RegisterEnergyUnit
from targets.domain.readings.figures import Days, FigurePeriod
from targets.domain.readings.meters import CreditCode, Meter
from targets.domain.readings.taking import StatedReading
from targets.domain.readings.tallies import Key
from targets.wire_readings import quality_from_wire, span_from_wire, span_of

READINGS_ENTRIES_MAX: Final = 1_000
METERS_ENTRIES_MAX: Final = 200
NAME_CHARACTERS_MAX: Final = 100
DAYS_MAX: Final = 366
VERSION_MAX: Final = 1_000_000_000
CREDIT_CODE: Final = "identifiers.credit_code.pattern"
UNITS: Final = (KG, TONNE, CUBIC_METRE, TEN_THOUSAND_CUBIC_METRES, KWH, MWH, MJ, GJ, KGCE, TCE)

_METER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_METER_FORM = Text("1 至 100 个字母、数字和 . _ : -", "1 to 100 letters, digits and . _ : -")
_CODE_FORM = Text(" 18 位统一社会信用代码", "a credit code of 18 characters")
_REGION_FORM = Text("六位行政区划代码", "a GB/T 2260 code of six digits")

Spanned = pb.ListRegionalFiguresRequest | pb.ListCoverageRequest | pb.RebuildReadingsRequest


def region(violations: Violations, code: str) -> RegionCode:
    """An empty code when it is wrong."""
    if not code:
        violations.add("region_code", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return violations.parsed("region_code", code, region_code, _REGION_FORM) or RegionCode("")


def unit(
    violations: Violations, request: pb.RegisterEnergyUnitRequest, policy: PolicyBundle, today: date
) -> RegisterEnergyUnit:
    """Raises InvalidRequest with all that is wrong."""
    code = _credit_code(violations, request.credit_code, policy, today)
    name = violations.text("display_name", request.display_name, NAME_CHARACTERS_MAX, required=True)
    place = region(violations, request.region_code)
    violations.count("meters", len(request.meters), METERS_ENTRIES_MAX)
    if not request.meters:
        violations.add("meters", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    meters = [
        _meter(violations.within(f"meters[{index}]"), meter, policy, today)
        for index, meter in enumerate(request.meters[:METERS_ENTRIES_MAX])
    ]
    _each_once(violations, request.meters)
    violations.done()
    return RegisterEnergyUnit(code, name, place, tuple(meter for meter in meters if meter is not None))


def _credit_code(violations: Violations, code: str, policy: PolicyBundle, today: date) -> CreditCode:
    form = policy.on(CREDIT_CODE, today)
    assert form is not None
    return CreditCode(violations.matching("credit_code", code, re.compile(form.word), _CODE_FORM))


def _each_once(violations: Violations, meters: Sequence[pb.Meter]) -> None:
    seen: set[str] = set()
    for index, meter in enumerate(meters):
        if meter.meter in seen:
            violations.add(f"meters[{index}].meter", "REPEATED", "计量点重复", "is there twice")
        seen.add(meter.meter)


def _meter(violations: Violations, message: pb.Meter, policy: PolicyBundle, today: date) -> Meter | None:
    violations.matching("meter", message.meter, _METER_ID, _METER_FORM)
    _carrier(violations, message.carrier, policy, today)
    violations.enum("span", message.span, pb.ReadingSpan, required=True)
    first = _required_day(violations, message, "from_date")
    until = violations.stated_day(message, "until_date")
    if first is not None and until is not None and until <= first:
        violations.add("until_date", "TOO_EARLY", "须晚于启用日", "must be after from_date")
    if violations.any or first is None:
        return None
    return Meter(message.meter, message.carrier, span_from_wire(message.span), first, until)


def _carrier(violations: Violations, carrier: str, policy: PolicyBundle, today: date) -> None:
    if not carrier:
        violations.add("carrier", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return
    law = policy.at(today)
    if carrier_in(law, carrier) is None:
        like = ", ".join(nearest(law, carrier))
        violations.add(
            "carrier",
            "UNKNOWN_VALUE",
            f"法规数据中没有该能源品种; 相近的有: {like or '无'}",
            f"is no energy that the law's data names; like it: {like or 'none'}",
        )


def _required_day(
    violations: Violations, message: pb.Meter | Spanned, field: str, *, not_after: date | None = None
) -> date | None:
    if not message.HasField(field):  # type: ignore[arg-type]  # one of their common fields
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    return violations.day(field, getattr(message, field), not_after=not_after)


def readings(violations: Violations, messages: Sequence[pb.Reading], now: datetime) -> list[StatedReading]:
    """Raises InvalidRequest with all that is wrong."""
    violations.count("readings", len(messages), READINGS_ENTRIES_MAX)
    if not messages:
        violations.add("readings", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    violations.done()
    stated = [_reading(violations.within(f"readings[{index}]"), message, now) for index, message in enumerate(messages)]
    violations.done()
    return [one for one in stated if one is not None]


def _reading(violations: Violations, message: pb.Reading, now: datetime) -> StatedReading | None:
    code = violations.text("credit_code", message.credit_code, NAME_CHARACTERS_MAX, required=True)
    meter = violations.matching("meter", message.meter, _METER_ID, _METER_FORM)
    start, end = _instant(violations, message, "start_time", None), _instant(violations, message, "end_time", now)
    amount = violations.decimal("amount", message.amount, minimum=0)
    if message.unit not in UNITS:
        known = ", ".join(UNITS)
        violations.add("unit", "UNKNOWN_VALUE", f"计量单位应为 {known} 之一", f"must be one of {known}")
    violations.enum("quality", message.quality, pb.ReadingQuality, required=True)
    if not 1 <= message.version <= VERSION_MAX:
        violations.add("version", "OUT_OF_RANGE", f"应为 1 至 {VERSION_MAX}", f"must lie from 1 to {VERSION_MAX}")
    span = span_of(start, end) if start is not None and end is not None else None
    if start is not None and end is not None and span is None:
        violations.add(
            "end_time",
            "MALFORMED",
            "采集周期应为北京时间的一个整点小时或一个自然日",
            "must end one full hour or one day in China after start_time",
        )
    if violations.any or start is None or span is None or amount is None:
        return None
    quality = quality_from_wire(message.quality)
    return StatedReading(Key(CreditCode(code), meter, start), span, message.version, amount, message.unit, quality)


def _instant(violations: Violations, message: pb.Reading, field: str, not_after: datetime | None) -> datetime | None:
    if not message.HasField(field):  # type: ignore[arg-type]  # start_time or end_time
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return violations.stated_instant(message, field, not_after=not_after)


def days(violations: Violations, request: Spanned, period: FigurePeriod = FigurePeriod.DAY) -> Days | None:
    """The span of days asked for; None when it is wrong."""
    first, until = _required_day(violations, request, "from_date"), _required_day(violations, request, "until_date")
    if first is None or until is None:
        return None
    if not 1 <= (until - first).days <= DAYS_MAX:
        violations.add(
            "until_date",
            "OUT_OF_RANGE",
            f"应在起始日之后 1 至 {DAYS_MAX} 天",
            f"must be 1 to {DAYS_MAX} days after from_date",
        )
    if period is FigurePeriod.MONTH:
        for field, day in (("from_date", first), ("until_date", until)):
            if day.day != 1:
                violations.add(field, "MALFORMED", "按月查询时应为每月 1 日", "must be the first of a month")
    return Days(first, until)
