"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from budget.adapters.offsets import OffsetsWork
from budget.adapters.periods import PeriodsWork
from budget.adapters.postgres import BudgetWork, PostgresRecords
from budget.application.close_on_difference import close_on_difference
from budget.application.desk import DeductionDesk
from budget.entrypoints import offsets, periods
from budget.entrypoints.expiry import Expiry
from budget.entrypoints.grpc import servicers
from budget.entrypoints.stream import subscriptions
from ledger.group import GroupCommit
from servicekit.eventing.topics import BUDGET_COMMANDS, BUDGET_EVENTS
from servicekit.program import Parts, Service, Wiring
from servicekit.rpc.server import AddServicers
from servicekit.storage.auditor import Auditor

NAME = "budget"


def build(wiring: Wiring) -> Parts:
    begin = partial(BudgetWork, wiring.database, NAME, wiring.policy, wiring.clock)
    begin_periods = partial(PeriodsWork, wiring.database, NAME)
    desk = DeductionDesk(PostgresRecords(NAME), wiring.policy, wiring.clock)
    group = GroupCommit(desk, wiring.database.acquire, wiring.clock)
    return Parts(
        begin=begin,
        add_servicers=together(
            servicers(begin, group.submit, wiring.policy, wiring.clock),
            offsets.servicers(partial(OffsetsWork, wiring.database, NAME), wiring.policy, wiring.clock),
            periods.servicers(begin_periods, wiring.policy, wiring.clock),
        ),
        subscriptions=subscriptions(),
        background=(
            Auditor(wiring.database, begin, close_on_difference, wiring.clock).run,
            Expiry(begin, begin_periods, wiring.clock).run,
        ),
    )


def together(*added: AddServicers) -> AddServicers:
    return lambda server: tuple(name for add in added for name in add(server))


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=(("ledger", files("ledger") / "migrations"), (NAME, files(NAME) / "migrations")),
        publishes=(BUDGET_EVENTS,),
        consumes=(BUDGET_COMMANDS,),
    )
