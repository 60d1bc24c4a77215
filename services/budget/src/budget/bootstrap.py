"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from budget.adapters.postgres import BudgetWork
from budget.entrypoints.grpc import servicers
from budget.entrypoints.stream import subscriptions
from servicekit.eventing.topics import BUDGET_COMMANDS, BUDGET_EVENTS
from servicekit.program import Parts, Service, Wiring

NAME = "budget"


def build(wiring: Wiring) -> Parts:
    begin = partial(BudgetWork, wiring.database, NAME)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock),
        subscriptions=subscriptions(wiring.policy, wiring.clock),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=(("ledger", files("ledger") / "migrations"), (NAME, files(NAME) / "migrations")),
        publishes=(BUDGET_EVENTS,),
        consumes=(BUDGET_COMMANDS,),
    )
