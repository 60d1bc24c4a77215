"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from servicekit.eventing.topics import BUDGET_EVENTS, TARGETS_EVENTS, TARGETS_READINGS
from servicekit.program import Parts, Service, Wiring
from servicekit.rpc.server import AddServicers
from targets.adapters.postgres import TargetsWork
from targets.adapters.publishing import Writer
from targets.adapters.readings import ReadingsWork, StreamWork
from targets.entrypoints import assessment, entries, publishing, readings
from targets.entrypoints.grpc import servicers
from targets.entrypoints.stream import subscriptions

NAME = "targets"


def build(wiring: Wiring) -> Parts:
    begin = partial(TargetsWork, wiring.database, NAME)
    return Parts(
        begin=partial(StreamWork, wiring.database, NAME),
        add_servicers=together(
            servicers(begin, wiring.policy, wiring.clock),
            readings.servicers(partial(ReadingsWork, wiring.database, NAME), wiring.policy, wiring.clock),
            entries.servicers(begin, wiring.policy, wiring.clock),
            assessment.servicers(begin, wiring.policy, wiring.clock),
            publishing.servicers(begin, wiring.policy, wiring.clock, Writer()),
        ),
        subscriptions=(*subscriptions(), readings.subscription()),
    )


def together(*added: AddServicers) -> AddServicers:
    return lambda server: tuple(name for add in added for name in add(server))


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(TARGETS_EVENTS, TARGETS_READINGS),
        consumes=(BUDGET_EVENTS, TARGETS_READINGS),
    )
