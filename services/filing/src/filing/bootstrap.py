"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from filing.adapters.intake import GroupIntake
from filing.adapters.postgres import FilingWork
from filing.entrypoints.grpc import servicers
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.program import Parts, Service, Wiring

NAME = "filing"


def build(wiring: Wiring) -> Parts:
    begin = partial(FilingWork, wiring.database, NAME)
    intake = GroupIntake(wiring.database, NAME)
    return Parts(begin=begin, add_servicers=servicers(begin, intake.take, wiring.policy, wiring.clock))


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(FILING_EVENTS,),
    )
