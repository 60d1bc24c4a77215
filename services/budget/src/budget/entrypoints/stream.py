"""Commands of other services: translate in, call."""

from functools import partial

from budget.application.ports import Work
from budget.application.reserve_deduction import reserve_deduction
from budget.application.void_deduction import VoidDeduction, take_back_deduction
from budget.entrypoints import checks
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from kernel.clock import Clock, legal_day
from servicekit.eventing.consumer import Route, Subscription
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import BUDGET_COMMANDS
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


async def take_reserve(policy: PolicyBundle, clock: Clock, message: commands.ReserveDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command, DeductionExistsDifferent for an id used before."""
    violations = Violations()
    asked = checks.asked(violations, checks.deduction_id(violations, message.deduction), message)
    await reserve_deduction(asked, work, policy, legal_day(clock()))


async def take_void(clock: Clock, message: commands.VoidDeduction, work: Work) -> None:
    """Raises InvalidRequest for a malformed command, DeductionExistsDifferent for another filing's id."""
    violations = Violations()
    id_ = checks.deduction_id(violations, message.deduction)
    filing = checks.filing(violations, message.filing)
    violations.done()
    await take_back_deduction(VoidDeduction(id_, filing), work, legal_day(clock()))


def subscriptions(policy: PolicyBundle, clock: Clock) -> tuple[Subscription[Work], ...]:
    routes = {
        event_type("budget", commands.ReserveDeduction): Route(
            commands.ReserveDeduction, partial(take_reserve, policy, clock)
        ),
        event_type("budget", commands.VoidDeduction): Route(commands.VoidDeduction, partial(take_void, clock)),
    }
    return (Subscription(BUDGET_COMMANDS, routes),)
