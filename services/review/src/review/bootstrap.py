"""Puts the service together: the only module that knows every concrete class."""

from functools import partial
from importlib.resources import files

from review.adapters import simulating
from review.adapters.postgres import ReviewWork
from review.entrypoints import opinions, revocations
from review.entrypoints.grpc import servicers
from review.entrypoints.lapsing import Lapsing
from review.entrypoints.opinion_stream import opinion_subscription
from review.entrypoints.stream import subscriptions
from review.entrypoints.sweeping import Sweeping
from servicekit.eventing.topics import FILING_EVENTS, REVIEW_EVENTS, SCREENING_EVENTS
from servicekit.program import Parts, Service, Wiring
from servicekit.rpc.server import AddServicers
from servicekit.simulation import Simulations

NAME = "review"


def build(wiring: Wiring) -> Parts:
    begin = partial(ReviewWork, wiring.database, NAME)
    simulations = Simulations(wiring.database, wiring.dsn, simulating.ranges, simulating.look)
    return Parts(
        begin=begin,
        add_servicers=together(
            servicers(begin, wiring.policy, wiring.clock, simulate=simulations.run),
            opinions.servicers(begin, wiring.policy, wiring.clock),
            revocations.servicers(begin, wiring.clock),
        ),
        subscriptions=(*subscriptions(wiring.policy), opinion_subscription()),
        background=(Lapsing(begin, wiring.clock).run, Sweeping(begin, wiring.policy).run),
    )


def together(*added: AddServicers) -> AddServicers:
    return lambda server: tuple(name for add in added for name in add(server))


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(REVIEW_EVENTS,),
        consumes=(FILING_EVENTS, SCREENING_EVENTS),
    )
