"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from servicekit.eventing.topics import BUDGET_EVENTS, TARGETS_EVENTS
from servicekit.program import Parts, Service, Wiring
from targets.adapters.postgres import TargetsWork
from targets.entrypoints.grpc import servicers
from targets.entrypoints.stream import subscriptions

NAME = "targets"


def build(wiring: Wiring) -> Parts:
    begin = partial(TargetsWork, wiring.database, NAME)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock),
        subscriptions=subscriptions(),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(TARGETS_EVENTS,),
        consumes=(BUDGET_EVENTS,),
    )
