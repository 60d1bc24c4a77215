"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from capacity.adapters.postgres import CapacityWork
from capacity.entrypoints.grpc import servicers
from capacity.entrypoints.stream import subscriptions
from servicekit.eventing.topics import CAPACITY_EVENTS, FILING_EVENTS
from servicekit.program import Parts, Service, Wiring

NAME = "capacity"


def build(wiring: Wiring) -> Parts:
    begin = partial(CapacityWork, wiring.database, NAME)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.clock),
        subscriptions=subscriptions(wiring.policy, wiring.clock),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=(("ledger", files("ledger") / "migrations"), (NAME, files(NAME) / "migrations")),
        publishes=(CAPACITY_EVENTS,),
        consumes=(FILING_EVENTS,),
    )
