"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from capacity.adapters import simulating
from capacity.adapters.postgres import CapacityWork
from capacity.application.close_on_difference import close_on_difference
from capacity.entrypoints.grpc import servicers
from capacity.entrypoints.lapsing import Lapsing
from capacity.entrypoints.opinion_stream import opinion_subscription
from capacity.entrypoints.reevaluating import Reevaluating
from capacity.entrypoints.stream import subscriptions
from servicekit.eventing.topics import CAPACITY_EVENTS, FILING_EVENTS, REVIEW_EVENTS
from servicekit.program import Parts, Service, Wiring
from servicekit.simulation import Simulations
from servicekit.storage.auditor import Auditor

NAME = "capacity"


def build(wiring: Wiring) -> Parts:
    begin = partial(CapacityWork, wiring.database, NAME)
    simulations = Simulations(wiring.database, wiring.dsn, simulating.ranges, simulating.look)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock, simulate=simulations.run),
        subscriptions=(
            *subscriptions(wiring.policy, wiring.clock),
            opinion_subscription(wiring.policy, wiring.clock),
        ),
        background=(
            Auditor(wiring.database, begin, close_on_difference, wiring.clock).run,
            Lapsing(begin, wiring.policy, wiring.clock).run,
            Reevaluating(begin, wiring.policy, wiring.clock).run,
        ),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=(("ledger", files("ledger") / "migrations"), (NAME, files(NAME) / "migrations")),
        publishes=(CAPACITY_EVENTS,),
        consumes=(FILING_EVENTS, REVIEW_EVENTS),
    )
