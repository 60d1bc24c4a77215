"""Puts the service together: the only module that knows every concrete class."""

from collections.abc import Sequence
from functools import partial
from importlib.resources import files

from client.channels import PeerTls
from screening.adapters.peers import GrpcPeers
from screening.adapters.postgres import ScreeningWork
from screening.application.ports import Heard
from screening.application.replays.keep_law import KeepLaw
from screening.application.screen import take_facts
from screening.entrypoints import persons, simulation
from screening.entrypoints.grpc import servicers
from screening.entrypoints.keeping import keep_then
from screening.entrypoints.stream import subscriptions
from screening.entrypoints.stuck import StuckAlarm
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
from servicekit.program import Parts, Peers, Service, Wiring
from servicekit.rpc.server import AddServicers
from servicekit.storage.bell import Bell

NAME = "screening"
DECISIONS_CHANNEL = "decision"
SWEEPS_CHANNEL = "sweep"


def build(wiring: Wiring) -> Parts:
    keep_law = KeepLaw(wiring.policy, wiring.packed_law, wiring.clock)

    async def settle(heard: Sequence[Heard], work: ScreeningWork) -> None:
        await keep_law(work)
        await take_facts(heard, work, wiring.policy, at=wiring.clock())

    begin = partial(ScreeningWork, wiring.database, NAME, settle)
    decided, changed = Bell(wiring.database, DECISIONS_CHANNEL), Bell(wiring.database, SWEEPS_CHANNEL)
    sweeping = Sweeping(begin, wiring.policy, wiring.clock, changed)
    return Parts(
        begin=begin,
        add_servicers=together(
            servicers(begin, wiring.policy, wiring.clock, decided),
            persons.servicers(begin, wiring.policy, wiring.clock),
            simulation.servicers(begin, wiring.policy, wiring.clock, _asked(wiring.peers)),
        ),
        subscriptions=subscriptions(wiring.clock),
        background=(
            decided.listen,
            changed.listen,
            partial(keep_then, sweeping.run, keep_law, begin),
            StuckAlarm(begin, wiring.policy, wiring.clock).run,
        ),
    )


def _asked(peers: Peers) -> GrpcPeers:
    tls = PeerTls(peers.tls.ca, peers.tls.certificate, peers.tls.key)
    return GrpcPeers(peers.addresses, peers.identity, tls)


def together(*added: AddServicers) -> AddServicers:
    return lambda server: tuple(name for add in added for name in add(server))


def service() -> Service:
    return Service(
        name=NAME,
        build=build,
        migrations=((NAME, files(NAME) / "migrations"),),
        publishes=(SCREENING_EVENTS, BUDGET_COMMANDS),
        consumes=(FILING_EVENTS, REVIEW_EVENTS, CAPACITY_EVENTS, BUDGET_EVENTS, TARGETS_EVENTS),
    )
