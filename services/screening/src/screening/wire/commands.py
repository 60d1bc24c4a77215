"""What is asked of the budget, as its commands."""

from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from screening.domain.case import Reservation
from screening.domain.deciding import Command, Post, Void
from screening.domain.facts import FilingId


def reserve_to_wire(reservation: Reservation) -> commands.ReserveDeduction:
    return commands.ReserveDeduction(
        deduction=reservation.deduction,
        filing=reservation.filing,
        region_code=reservation.region,
        year=reservation.year,
        amount_kgce_calorific=reservation.amount_kgce,
    )


def command_to_wire(filing: FilingId, command: Command) -> Message:
    if isinstance(command, Void):
        return commands.VoidDeduction(deduction=command.reservation.deduction, filing=filing)
    deduction = command.posted.reservation.deduction
    if isinstance(command, Post):
        return commands.PostDeduction(deduction=deduction, filing=filing, document=command.posted.document)
    return commands.ReverseDeduction(
        deduction=deduction, filing=filing, signers=command.posted.signers, reason=command.reason
    )
