"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from review.adapters.postgres import ReviewWork
from review.entrypoints.grpc import servicers
from review.entrypoints.stream import subscriptions
from servicekit.eventing.topics import FILING_EVENTS, REVIEW_EVENTS
from servicekit.program import Parts, Service, Wiring

NAME = "review"


def build(wiring: Wiring) -> Parts:
    begin = partial(ReviewWork, wiring.database, NAME)
    return Parts(
        begin=begin,
        add_servicers=servicers(begin, wiring.policy, wiring.clock),
        subscriptions=subscriptions(wiring.policy),
    )


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(REVIEW_EVENTS,),
        consumes=(FILING_EVENTS,),
    )
