"""Puts the service together: the only module that knows every concrete class."""

from collections.abc import Sequence
from functools import partial
from importlib.resources import files

from screening.adapters.postgres import ScreeningWork
from screening.application.ports import Heard, Work
from screening.application.screen import take_facts
from screening.entrypoints.grpc import servicers
from screening.entrypoints.stream import subscriptions
from screening.entrypoints.sweeping import Sweeping
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
SWEEPS_CHANNEL = "sweep"


def build(wiring: Wiring) -> Parts:
    async def settle(heard: Sequence[Heard], work: Work) -> None:
        await take_facts(heard, work, wiring.policy, at=wiring.clock())

    begin = partial(ScreeningWork, wiring.database, NAME, settle)
    decided, changed = Bell(wiring.database, DECISIONS_CHANNEL), Bell(wiring.database, SWEEPS_CHANNEL)
    sweeping = Sweeping(begin, wiring.policy, wiring.clock, changed)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock, decided),
        subscriptions=subscriptions(wiring.clock),
        background=(decided.listen, changed.listen, sweeping.run),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(SCREENING_EVENTS, BUDGET_COMMANDS),
        consumes=(FILING_EVENTS, REVIEW_EVENTS, CAPACITY_EVENTS, BUDGET_EVENTS, TARGETS_EVENTS),
    )
