"""Commands of other services: translate in, and let them be decided together when the batch is committed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from google.protobuf.message import Message

from budget.application.commands import Post, Reserve, Reverse, Void
from budget.application.desk import Ticket
from budget.application.ports import Work
from budget.entrypoints import checks
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import BUDGET_COMMANDS
from servicekit.rpc.checks import Violations
from servicekit.telemetry.tracing import traceparent


async def take_reserve(message: commands.ReserveDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command."""
    violations = Violations()
    asked = checks.asked(violations, checks.deduction_id(violations, message.deduction), message)
    work.submit(Ticket(Reserve(asked), traceparent()))


async def take_void(message: commands.VoidDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command."""
    violations = Violations()
    id_ = checks.deduction_id(violations, message.deduction)
    filing = checks.filing(violations, message.filing)
    violations.done()
    work.submit(Ticket(Void(id_, filing), traceparent()))


async def take_post(message: commands.PostDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command."""
    violations = Violations()
    id_ = checks.deduction_id(violations, message.deduction)
    filing = checks.filing(violations, message.filing)
    document = violations.text("document", message.document, checks.DOCUMENT_CHARACTERS_MAX, required=True)
    used = checks.phases(violations, "used", message.used, least=0)
    violations.done()
    work.submit(Ticket(Post(id_, document, used, filing), traceparent()))


async def take_reverse(message: commands.ReverseDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command."""
    violations = Violations()
    id_ = checks.deduction_id(violations, message.deduction)
    filing = checks.filing(violations, message.filing)
    signers = checks.signers(violations, message.signers)
    reason = violations.text("reason", message.reason, checks.DOCUMENT_CHARACTERS_MAX, required=True)
    violations.done()
    work.submit(Ticket(Reverse(id_, signers, reason, filing), traceparent()))


HANDLERS: Final[Mapping[type[Message], Callable[[Any, Work], Awaitable[None]]]] = {
    commands.ReserveDeduction: take_reserve,
    commands.VoidDeduction: take_void,
    commands.PostDeduction: take_post,
    commands.ReverseDeduction: take_reverse,
}


def subscriptions() -> tuple[Subscription[Work], ...]:
    return (Subscription.of(BUDGET_COMMANDS, HANDLERS),)
