"""Between the energy account of a review and its message."""

from decimal import Decimal
from typing import cast

from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dossier.model import Amount, ProcessEmission
from dossier.wire import flow_from_wire, flow_to_wire
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import energy_account_pb2 as pb
from review.domain.sheet import (
    AccountSheet,
    SheetCo2,
    SheetIndicator,
    SheetLine,
    SheetPower,
    SheetProcess,
    SheetSums,
)
from servicekit.wire import date_from_wire, date_to_wire, decimal_to_wire, text_from_wire, text_to_wire


def account_to_wire(sheet: AccountSheet) -> pb.EnergyAccount:
    return pb.EnergyAccount(
        lines=[_line_to_wire(line) for line in sheet.lines],
        processes=[_process_to_wire(process) for process in sheet.processes],
        calorific=_sums_to_wire(sheet.calorific),
        equivalent=_sums_to_wire(sheet.equivalent),
        coal_t=_decimal(sheet.coal_t),
        electricity=_power_to_wire(sheet.power),
        green_kwh=_decimal(sheet.green_kwh),
        co2=_co2_to_wire(sheet.co2),
        indicators=[
            pb.EnergyIndicator(title=text_to_wire(one.title), value=decimal_to_wire(one.value), unit=one.unit)
            for one in sheet.indicators
        ],
        problems=[text_to_wire(problem) for problem in sheet.problems],
    )


def _decimal(number: Decimal | None) -> ProtoDecimal | None:
    return None if number is None else decimal_to_wire(number)


def _line_to_wire(line: SheetLine) -> pb.EnergyAccountLine:
    return pb.EnergyAccountLine(
        flow=flow_to_wire(line.flow),
        amount=decimal_to_wire(line.amount.value),
        unit=line.amount.unit,
        factor_kgce=_decimal(line.factor),
        factor_kgce_equivalent=_decimal(line.factor_equivalent),
        document=line.document,
        from_date=None if line.first_day is None else date_to_wire(line.first_day),
        kgce_calorific=_decimal(line.kgce_calorific),
        kgce_equivalent=_decimal(line.kgce_equivalent),
        co2_kg=_decimal(line.co2_kg),
    )


def _process_to_wire(process: SheetProcess) -> pb.ProcessEmissionLine:
    emission = filing.ProcessEmission(
        process=process.emission.process, amount_t=decimal_to_wire(process.emission.amount)
    )
    return pb.ProcessEmissionLine(emission=emission, co2_kg=_decimal(process.co2_kg))


def _sums_to_wire(sums: SheetSums | None) -> pb.EnergySums | None:
    if sums is None:
        return None
    return pb.EnergySums(
        inputs_kgce=decimal_to_wire(sums.inputs),
        sold_kgce=decimal_to_wire(sums.sold),
        net_kgce=decimal_to_wire(sums.net),
        feedstock_kgce=decimal_to_wire(sums.feedstock),
        fossil_kgce=decimal_to_wire(sums.fossil),
    )


def _power_to_wire(power: SheetPower | None) -> pb.Electricity | None:
    if power is None:
        return None
    return pb.Electricity(
        bought_kwh=decimal_to_wire(power.bought),
        own_renewable_kwh=decimal_to_wire(power.own_renewable),
        internal_kwh=decimal_to_wire(power.internal),
        sold_kwh=decimal_to_wire(power.sold),
    )


def _co2_to_wire(co2: SheetCo2 | None) -> pb.AccountedCo2 | None:
    if co2 is None:
        return None
    return pb.AccountedCo2(
        energy_kg=decimal_to_wire(co2.energy),
        process_kg=decimal_to_wire(co2.process),
        total_kg=decimal_to_wire(co2.total),
        feedstock_left_out=co2.feedstock_left_out,
    )


def account_from_wire(message: pb.EnergyAccount) -> AccountSheet:
    """Reads what this service wrote itself."""
    return AccountSheet(
        lines=tuple(_line_from_wire(line) for line in message.lines),
        processes=tuple(_process_from_wire(process) for process in message.processes),
        calorific=_sums_from_wire(message.calorific) if message.HasField("calorific") else None,
        equivalent=_sums_from_wire(message.equivalent) if message.HasField("equivalent") else None,
        coal_t=_number(message, "coal_t"),
        power=_power_from_wire(message.electricity) if message.HasField("electricity") else None,
        green_kwh=_number(message, "green_kwh"),
        co2=_co2_from_wire(message.co2) if message.HasField("co2") else None,
        indicators=tuple(
            SheetIndicator(text_from_wire(one.title), _told(one.value), one.unit) for one in message.indicators
        ),
        problems=tuple(text_from_wire(problem) for problem in message.problems),
    )


def _told(number: ProtoDecimal) -> Decimal:
    """Of any width: sums and products of what the API takes are wider than the API takes."""
    return Decimal(cast("str", number.value))


def _number(message: Message, field: str) -> Decimal | None:
    return _told(getattr(message, field)) if message.HasField(field) else None


def _line_from_wire(message: pb.EnergyAccountLine) -> SheetLine:
    return SheetLine(
        flow=flow_from_wire(message.flow),
        amount=Amount(_told(message.amount), message.unit),
        factor=_number(message, "factor_kgce"),
        factor_equivalent=_number(message, "factor_kgce_equivalent"),
        document=message.document,
        first_day=date_from_wire(message.from_date) if message.HasField("from_date") else None,
        kgce_calorific=_number(message, "kgce_calorific"),
        kgce_equivalent=_number(message, "kgce_equivalent"),
        co2_kg=_number(message, "co2_kg"),
    )


def _process_from_wire(message: pb.ProcessEmissionLine) -> SheetProcess:
    emission = ProcessEmission(message.emission.process, _told(message.emission.amount_t))
    return SheetProcess(emission, _number(message, "co2_kg"))


def _sums_from_wire(message: pb.EnergySums) -> SheetSums:
    return SheetSums(
        inputs=_told(message.inputs_kgce),
        sold=_told(message.sold_kgce),
        net=_told(message.net_kgce),
        feedstock=_told(message.feedstock_kgce),
        fossil=_told(message.fossil_kgce),
    )


def _power_from_wire(message: pb.Electricity) -> SheetPower:
    return SheetPower(
        bought=_told(message.bought_kwh),
        own_renewable=_told(message.own_renewable_kwh),
        internal=_told(message.internal_kwh),
        sold=_told(message.sold_kwh),
    )


def _co2_from_wire(message: pb.AccountedCo2) -> SheetCo2:
    return SheetCo2(_told(message.energy_kg), _told(message.process_kg), message.feedstock_left_out)
