"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from screening.adapters.postgres import ScreeningWork
from screening.entrypoints.grpc import servicers
from screening.entrypoints.stream import subscriptions
from servicekit.eventing.topics import (
    BUDGET_COMMANDS,
    BUDGET_EVENTS,
    CAPACITY_EVENTS,
    FILING_EVENTS,
    REVIEW_EVENTS,
    SCREENING_EVENTS,
    TARGETS_EVENTS,
)
from servicekit.program import Parts, Service, Wiring
from servicekit.storage.bell import Bell

NAME = "screening"
DECISIONS_CHANNEL = "decision"


def build(wiring: Wiring) -> Parts:
    begin = partial(ScreeningWork, wiring.database, NAME)
    bell = Bell(wiring.database, DECISIONS_CHANNEL)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock, bell),
        subscriptions=subscriptions(wiring.policy, wiring.clock),
        background=(bell.listen,),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(SCREENING_EVENTS, BUDGET_COMMANDS),
        consumes=(FILING_EVENTS, REVIEW_EVENTS, CAPACITY_EVENTS, BUDGET_EVENTS, TARGETS_EVENTS),
    )
