"""Field checks of PeriodsService: everything that is wrong with a request, at once."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from budget.application.periods.ports import Scope
from budget.domain.periods.derivation import Asked
from budget.domain.periods.statistics import MONTHS, MONTHS_OF_QUARTER, Kind, Period, Series, Statistic
from budget.domain.periods.trades import Terms
from budget.entrypoints import checks
from budget.wire.periods import (
    KINDS_FROM_WIRE,
    asked_from_wire,
    period_from_wire,
    series_from_wire,
    stage_from_wire,
)
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.text import Text
from ledger.accounts import GRANTED_MAX
from ledger.store import LATEST
from servicekit.rpc.checks import REQUIRED, YEAR_MAX, YEAR_MIN, Violations

PERSON_CHARACTERS_MAX: Final = 100
REASON_CHARACTERS_MAX: Final = 200
DOCUMENT_CHARACTERS_MAX: Final = 300
SIGNERS_ENTRIES_MAX: Final = 10
TARGET_PLACES_MAX: Final = 4
FALL_PER_CENT_MAX: Final = 100
"""Nothing falls by more than all of itself, and by all of it nothing would be left to compute with."""

_PROPOSAL_NAME = re.compile(rf"envelopeProposals/({checks.ID.pattern})", re.ASCII)
_TRADE_NAME = re.compile(rf"trades/({checks.ID.pattern})", re.ASCII)
_PROPOSAL_FORM = Text(zh=" envelopeProposals/{方案编号}", en="envelopeProposals/{proposal}")
_TRADE_FORM = Text(zh=" trades/{交易编号}", en="trades/{trade}")


def proposal(violations: Violations, field: str, name: str) -> str:
    return violations.matching(field, name, _PROPOSAL_NAME, _PROPOSAL_FORM).removeprefix("envelopeProposals/")


def trade(violations: Violations, name: str) -> str:
    return violations.matching("name", name, _TRADE_NAME, _TRADE_FORM).removeprefix("trades/")


def person(violations: Violations, field: str, name: str) -> str:
    return violations.text(field, name, PERSON_CHARACTERS_MAX, required=True)


def document(violations: Violations, field: str, text: str) -> str:
    return violations.text(field, text, DOCUMENT_CHARACTERS_MAX, required=True)


def reason(violations: Violations, text: str, *, required: bool) -> str:
    return violations.text("reason", text, REASON_CHARACTERS_MAX, required=required)


def signers(violations: Violations, names: Sequence[str]) -> tuple[str, ...]:
    """That they are two different persons is for the domain to say."""
    violations.count("signers", len(names), SIGNERS_ENTRIES_MAX)
    if not names:
        violations.add("signers", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return tuple(
        person(violations, f"signers[{index}]", name) for index, name in enumerate(names[:SIGNERS_ENTRIES_MAX])
    )


def amount(violations: Violations, field: str, number: int, *, least: int) -> int:
    if number < least:
        violations.add(field, "TOO_SMALL", f"不得小于 {least}", f"must be at least {least}")
    elif number > GRANTED_MAX:
        violations.add(field, "TOO_LARGE", "数值过大, 请核对单位", "is too large; check its unit")
    return number


def scope(violations: Violations, parent: str, year: int, known_at: datetime | None) -> Scope:
    """Year 0 is any."""
    if year:
        checks.year(violations, "year", year)
    return Scope(checks.parent_region(violations, parent), year or None, known_at or LATEST)


def period(violations: Violations, field: str, holder: pb.StatisticPeriod | None) -> Period | None:
    if holder is None:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    checks.year(violations, f"{field}.year", holder.year)
    quarters = MONTHS // MONTHS_OF_QUARTER
    sound = YEAR_MIN <= holder.year <= YEAR_MAX
    for name, number, most in (("quarter", holder.quarter, quarters), ("month", holder.month, MONTHS)):
        if not 0 <= number <= most:
            violations.add(
                f"{field}.{name}", "OUT_OF_RANGE", f"应为 1 至 {most}, 或留空", f"must be 1 to {most}, or empty"
            )
            sound = False
    if holder.month and holder.quarter:
        violations.add(f"{field}.month", "EXCLUDES", "不能与 quarter 同时填写", "cannot stand beside a quarter")
        sound = False
    return period_from_wire(holder) if sound else None


def series(violations: Violations, prefix: str, message: pb.Statistic | pb.GetStatisticRequest) -> Series | None:
    """The basis belongs to energy and the prices to GDP: without them figures cannot be compared."""
    code = checks.required_region(violations, f"{prefix}region_code", message.region_code)
    violations.enum(f"{prefix}kind", message.kind, pb.StatisticKind, required=True)
    kind = KINDS_FROM_WIRE.get(message.kind)
    _belongs(violations, f"{prefix}basis", stated=message.basis != 0, wanted=kind is Kind.ENERGY, kind=kind)
    violations.enum(f"{prefix}basis", message.basis, pb.StatisticBasis)
    _belongs(violations, f"{prefix}price_year", stated=message.price_year != 0, wanted=kind is Kind.GDP, kind=kind)
    if message.price_year:
        checks.year(violations, f"{prefix}price_year", message.price_year)
    if violations.any or not code:
        return None
    return series_from_wire(message)


def _belongs(violations: Violations, field: str, *, stated: bool, wanted: bool, kind: Kind | None) -> None:
    if kind is None or stated == wanted:
        return
    if wanted:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    else:
        violations.add(
            field, "DOES_NOT_APPLY", "不适用于该类数据, 请留空", "does not apply to this kind; leave it empty"
        )


def statistic(violations: Violations, message: pb.Statistic, now: datetime, today: date) -> Statistic:
    """A figure of a period that is over in China. Raises InvalidRequest with all that is wrong."""
    holder = message.period if message.HasField("period") else None
    when = period(violations, "statistic.period", holder)
    if when is not None and when.until > today:
        violations.add(
            "statistic.period", "IN_THE_FUTURE", f"{when} 尚未结束", f"{when} is not over: it cannot be measured yet"
        )
    violations.enum("statistic.stage", message.stage, pb.StatisticStage, required=True)
    value = amount(violations, "statistic.value", message.value, least=0)
    source = document(violations, "statistic.document", message.document)
    which = series(violations, "statistic.", message)
    violations.done()
    assert which is not None
    assert when is not None
    return Statistic(which, when, stage_from_wire(message.stage), value, source, version=1, known_at=now)


def derivation(violations: Violations, request: pb.DeriveEnvelopeRequest) -> Asked:
    """Raises InvalidRequest with all that is wrong."""
    checks.required_region(violations, "region_code", request.region_code)
    checks.year(violations, "year", request.year)
    violations.enum("instrument", request.instrument, pb.BudgetInstrument, required=True)
    violations.enum("measure", request.measure, pb.EnvelopeMeasure, required=True)
    violations.enum("pace", request.pace, pb.TargetPace)
    _expected_gdp(violations, request)
    _stated_target(violations, request)
    violations.done()
    return asked_from_wire(request)


def _expected_gdp(violations: Violations, request: pb.DeriveEnvelopeRequest) -> None:
    """All of it or nothing: a sum without its prices or its document says nothing."""
    if not (request.expected_gdp_cny or request.price_year or request.gdp_document):
        return
    amount(violations, "expected_gdp_cny", request.expected_gdp_cny, least=1)
    checks.year(violations, "price_year", request.price_year)
    document(violations, "gdp_document", request.gdp_document)


def _stated_target(violations: Violations, request: pb.DeriveEnvelopeRequest) -> None:
    if not (request.HasField("stated_target") or request.target_document):
        return
    document(violations, "target_document", request.target_document)
    if not request.HasField("stated_target"):
        violations.add("stated_target", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return
    pct = violations.decimal("stated_target", request.stated_target, places_max=TARGET_PLACES_MAX)
    if pct is not None and not -FALL_PER_CENT_MAX < pct <= FALL_PER_CENT_MAX:
        violations.add(
            "stated_target",
            "OUT_OF_RANGE",
            f"应大于 -{FALL_PER_CENT_MAX} 且不超过 {FALL_PER_CENT_MAX} (百分数, 下降为负)",
            f"must be above -{FALL_PER_CENT_MAX} and at most {FALL_PER_CENT_MAX} (per cent; a fall is negative)",
        )


def terms(violations: Violations, request: pb.ProposeTradeRequest, today: date) -> Terms:
    """Raises InvalidRequest with all that is wrong."""
    seller = checks.required_region(violations, "seller_region_code", request.seller_region_code)
    buyer = checks.required_region(violations, "buyer_region_code", request.buyer_region_code)
    year = checks.year(violations, "year", request.year)
    kgce = amount(violations, "amount_kgce_calorific", request.amount_kgce_calorific, least=1)
    price = document(violations, "price_document", request.price_document)
    expire_date = None
    if not request.HasField("expire_date"):
        violations.add("expire_date", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    else:
        expire_date = violations.day("expire_date", request.expire_date)
    if expire_date is not None and expire_date <= today:
        violations.add("expire_date", "IN_THE_PAST", f"须晚于 {today}", f"must be after {today}")
    violations.done()
    assert expire_date is not None
    return Terms(seller, buyer, year, kgce, price, expire_date)
