"""Random requests, and what is asked of the real ledger and of the model, in the same words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from hypothesis import strategies as st
from libs.ledger.tests.support.model import Ask, Legs, Made, Model, Refused

from kernel.errors import DomainError
from ledger import operations as op
from ledger.accounts import AccountId, Balances
from ledger.entries import Entry, TransferId

Linked = tuple[Ask, ...]
Story = list[Linked]
"""Requests, one after the other."""
Answer = list[Made] | str
"""The entries made, or the reason of a refusal."""

ENERGY: Final = "energy_kgce"
CARBON: Final = "carbon_kgco2"
FIRST_DAY: Final = date(2026, 3, 1)
LINEAGES: Final = (("630121", "630100", "630000"), ("630123", "630100", "630000"), ("630222", "630200", "630000"))
INSTRUMENTS: Final = (ENERGY, CARBON)
REGIONS: Final = sorted({region for lineage in LINEAGES for region in lineage})
ACCOUNTS: Final = tuple(AccountId(region, instrument, "2026") for region in REGIONS for instrument in INSTRUMENTS)


def levels(lineage: int, energy: int, carbon: int = 0) -> Legs:
    """The same energy at each level from the county up, and carbon linked with it where there is some."""
    amounts = ((ENERGY, energy), (CARBON, carbon)) if carbon else ((ENERGY, energy),)
    return tuple((AccountId(region, what, "2026"), n) for region in LINEAGES[lineage] for what, n in amounts)


OPENING: Final[Linked] = tuple(
    # One county is poor: what is short there is not short above it.
    Ask("grant", f"opening {n}", FIRST_DAY, levels(n, 5 + 70 * n, 9 + 60 * n))
    for n in range(len(LINEAGES))
)


class Drawn(NamedTuple):
    verb: str
    number: int
    lineage: int
    energy: int
    carbon: int
    days: int
    more: int

    @property
    def one(self) -> AccountId:
        return ACCOUNTS[self.number % len(ACCOUNTS)]

    @property
    def both(self) -> Legs:
        return levels(self.lineage, self.energy, self.carbon)


def _granted(d: Drawn) -> Legs:
    """A whole lineage, one account, or an amount moved from one owner to another."""
    other = ACCOUNTS[d.carbon % len(ACCOUNTS)]
    return (d.both, ((d.one, d.energy),), tuple({other: d.energy, d.one: -d.energy}.items()))[d.more % 3]


def _used(d: Drawn) -> Legs | None:
    """All of it, part of it, a little of it, nothing."""
    return (None, levels(d.lineage, d.energy // 2, d.carbon // 2), levels(d.lineage, 1, 1), ((d.one, 0),))[d.more % 4]


LEGS: Final[Mapping[str, Callable[[Drawn], Legs | None]]] = {
    "hold": lambda d: d.both,
    "spend": lambda d: d.both[: 1 + d.more],
    "grant": _granted,
    "post": _used,
    "overdraft": lambda d: ((d.one, 3 * (d.energy - 8)),),
    "close": lambda d: ((d.one, 0),),
    "reopen": lambda d: ((d.one, 0),),
}
IDS_MAX: Final = 30
SIGNERS: Final = (("甲", "乙"), ("乙", " 甲"), ("甲", "甲 "))


def ask_of(d: Drawn) -> Ask:
    """Few ids, so that they meet again: with the same content, with another, and in another life."""
    day = FIRST_DAY + timedelta(days=d.days)
    return Ask(
        verb=d.verb,
        id=f"t{d.number}",
        day=day,
        legs=LEGS[d.verb](d) if d.verb in LEGS else None,
        note=f"依据 {d.more}" if d.more > 3 else "",
        expires=day + timedelta(days=d.more) if d.verb == "hold" and d.more % 2 else None,
        signers=SIGNERS[d.more % 3] if d.verb == "reverse" else (),
    )


VERBS: Final = (
    *("hold",) * 8,
    *("post", "void", "grant") * 3,
    *("spend", "expire", "reverse", "overdraft") * 2,
    *("close", "reopen", "reopen"),
)
drawn = st.builds(
    Drawn,
    st.sampled_from(VERBS),
    st.integers(0, IDS_MAX),
    st.integers(0, 2),
    st.integers(-1, 30),
    st.integers(-1, 12),
    st.integers(0, 4),
    st.integers(0, 5),
)


def _amended(both: tuple[Drawn, int]) -> Story:
    before, after = both[0]._replace(verb="void"), both[0]._replace(verb="hold", number=both[1])
    return [(ask_of(before), ask_of(after))]


def _life(both: tuple[Drawn, tuple[str, ...]]) -> Story:
    """One transfer from its beginning through some of its ends, which fit it: posted in part, reversed by two."""
    more = {"post": 1, "reverse": 0}
    begun, verbs = both[0]._replace(number=both[0].number + IDS_MAX), both[1]
    return [(ask_of(begun._replace(verb=verb, more=more.get(verb, begun.more))),) for verb in verbs]


def _indebted(d: Drawn) -> Story:
    """An overdraft, and an amount that is moved away from the same account."""
    moved = d._replace(verb="grant", number=d.number + len(ACCOUNTS), more=2)
    return [(ask_of(d._replace(verb="overdraft")),), (ask_of(moved),)]


LIVES: Final = (
    ("hold", "post", "reverse"),
    ("hold", "post", "post"),
    ("hold", "void", "post"),
    ("hold", "expire"),
    ("grant", "reverse", "grant"),
    ("spend", "reverse"),
)
asks = drawn.map(ask_of)
stories = st.one_of(
    asks.map(lambda one: [(one,)]),
    st.tuples(drawn, st.integers(0, IDS_MAX)).map(_amended),
    st.tuples(drawn, st.sampled_from(LIVES)).map(_life),
    drawn.map(_indebted),
    st.lists(asks, min_size=2, max_size=4).map(lambda linked: [tuple(linked)]),
)


def several(most: int) -> st.SearchStrategy[list[Linked]]:
    """Up to so many stories, one behind the other."""
    return st.lists(stories, min_size=1, max_size=most).map(lambda found: [one for story in found for one in story])


def _leg(ask: Ask) -> tuple[AccountId, int]:
    ((account, amount),) = ask.legs or ()
    return account, amount


OPERATIONS: Final[Mapping[str, Callable[[Ask, TransferId], op.Operation]]] = {
    "hold": lambda ask, id_: op.Hold(id_, dict(ask.legs or ()), ask.day, ask.expires, ask.note),
    "grant": lambda ask, id_: op.Grant(id_, dict(ask.legs or ()), ask.day, ask.note),
    "spend": lambda ask, id_: op.Spend(id_, dict(ask.legs or ()), ask.day, ask.note),
    "post": lambda ask, id_: op.Post(id_, ask.day, None if ask.legs is None else dict(ask.legs), ask.note),
    "void": lambda ask, id_: op.Void(id_, ask.day, ask.note),
    "expire": lambda ask, id_: op.Expire(id_, ask.day, ask.note),
    "reverse": lambda ask, id_: op.Reverse(id_, ask.day, ask.signers, ask.note),
    "overdraft": lambda ask, id_: op.AllowOverdraft(id_, *_leg(ask), ask.day, ask.note),
    "close": lambda ask, id_: op.Close(id_, _leg(ask)[0], ask.day, ask.note),
    "reopen": lambda ask, id_: op.Reopen(id_, _leg(ask)[0], ask.day, ask.note),
}


def operations_of(linked: Linked) -> list[op.Operation]:
    return [OPERATIONS[ask.verb](ask, TransferId(ask.id)) for ask in linked]


def made_of(entries: Iterable[Entry]) -> list[Made]:
    return [
        (e.transfer, e.step.value, tuple((leg.account, leg.amount) for leg in e.legs), e.effective_on) for e in entries
    ]


def answer_of(outcome: "tuple[Entry, ...] | BaseException") -> Answer:
    """What the ledger answered. Raises what is no refusal."""
    if isinstance(outcome, DomainError):
        return outcome.reason
    if isinstance(outcome, BaseException):
        raise outcome
    return made_of(outcome)


def model_answer(model: Model, linked: Linked) -> Answer:
    try:
        return model.ask(linked)
    except Refused as refusal:
        return str(refusal)


def model_balances(model: Model) -> dict[AccountId, Balances]:
    found = {}
    for account, (granted, held, posted, overdraft) in model.amounts.items():
        found[account] = Balances(granted, held, posted, overdraft, closed=account in model.closed)
    return found
