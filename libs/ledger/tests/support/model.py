"""A ledger of plain dicts with arithmetic of its own, to hold the real one against."""

from datetime import date
from typing import Any, NamedTuple

from ledger.accounts import AccountId

LIMIT = 10**18
# What one unit of a step adds to granted, held, posted, overdraft.
FLOWS = {
    **dict.fromkeys(("close", "reopen"), (0, 0, 0, 0)),
    **dict.fromkeys(("void", "expire", "release"), (0, -1, 0, 0)),
    "grant": (1, 0, 0, 0),
    "hold": (0, 1, 0, 0),
    "spend": (0, 0, 1, 0),
    "overdraft": (0, 0, 0, 1),
    "post": (0, -1, 1, 0),
    "reverse_grant": (-1, 0, 0, 0),
    "reverse_post": (0, 0, -1, 0),
}
ENDED = {"post": "ALREADY_POSTED", "void": "ALREADY_VOIDED", "expire": "ALREADY_EXPIRED"}
NONE = (0, 0, 0, 0)

Legs = tuple[tuple[AccountId, int], ...]
Made = tuple[str, str, Legs, date]
"""An entry: id, step, legs, day."""


class Ask(NamedTuple):
    """An operation in plain values; `legs` None is all that is held."""

    verb: str
    id: str
    day: date
    legs: Legs | None = None
    note: str = ""
    expires: date | None = None
    signers: tuple[str, ...] = ()


class Refused(Exception):
    """Its argument is the reason."""


class Model:
    def __init__(self) -> None:
        self.amounts: dict[AccountId, tuple[int, ...]] = {}  # granted, held, posted, overdraft
        self.closed: set[AccountId] = set()
        self.transfers: dict[str, tuple[Ask, Any, Any]] = {}  # what was asked, how it ended, how it was reversed
        self.made: list[Made] = []

    def ask(self, linked: tuple[Ask, ...]) -> list[Made]:
        """What all of them make; or Refused, and nothing is done."""
        before, mark = (dict(self.amounts), set(self.closed), dict(self.transfers)), len(self.made)
        try:
            for one in linked:
                {"reverse": self._reverse}.get(one.verb, self._end if one.verb in ENDED else self._begin)(one)
        except Refused:
            self.amounts, self.closed, self.transfers = before
            del self.made[mark:]
            raise
        return self.made[mark:]

    def as_of(self, day: date, made: int) -> dict[AccountId, tuple[int, ...]]:
        sums: dict[AccountId, tuple[int, ...]] = {}
        for _, step, legs, effective in self.made[:made]:
            for account, amount in legs if effective <= day and step not in ("close", "reopen") else ():
                sums[account] = _plus(sums.get(account, NONE), step, amount)
        return sums

    def _begin(self, ask: Ask) -> None:
        ask = ask._replace(legs=tuple(sorted(ask.legs or (), key=lambda leg: "/".join(leg[0]))))
        verb, legs, moves = ask.verb, ask.legs or (), ask.verb not in ("close", "reopen")
        _refuse("AMOUNT_NOT_POSITIVE", moves and any(n == 0 or (n < 0 and verb in ("hold", "spend")) for _, n in legs))
        if ask.id in self.transfers:
            return _refuse("TRANSFER_EXISTS_DIFFERENT", self.transfers[ask.id][0] != ask)
        for account, n in legs:
            granted, held, posted, overdraft = self.amounts.get(account, NONE)
            free = granted - held - posted + overdraft
            _refuse("UNKNOWN_ACCOUNT", account not in self.amounts and not (verb == "grant" and n > 0))
            _refuse("ACCOUNT_CLOSED", verb in ("grant", "hold", "spend") and account in self.closed)
            most = {"hold": free, "spend": free, "grant": LIMIT - granted, "overdraft": LIMIT - overdraft}.get(verb, 0)
            _refuse("GRANT_TOO_LARGE" if verb in ("grant", "overdraft") else "INSUFFICIENT_BALANCE", n > most)
            _refuse("INSUFFICIENT_BALANCE", n < 0 and -n > min(free, granted if verb == "grant" else overdraft))
        self.transfers[ask.id] = (ask, None, None)
        return self._make(ask, verb, legs)

    def _end(self, ask: Ask) -> None:
        first, ended, undone = self.transfers.get(ask.id, (None, None, None))
        if first is None or first.verb != "hold":
            raise Refused("UNKNOWN_TRANSFER")
        held = dict(first.legs or ())
        asked = held if ask.legs is None else dict(ask.legs)
        for account, n in asked.items():
            _refuse("AMOUNT_NOT_POSITIVE", n < 0)
            _refuse("HOLD_EXCEEDED", n > held.get(account, 0))
        used = {account: asked[account] for account in held if asked.get(account)}
        end = ask._replace(legs=tuple(used.items())) if used else ask._replace(verb="void", legs=tuple(held.items()))
        if ended is not None:
            _refuse("ALREADY_REVERSED", undone is not None)
            return _refuse(ENDED[ended.verb], ended != end)
        self.transfers[ask.id] = (first, end, None)
        self._make(ask, end.verb, end.legs or ())
        rest = tuple((account, n - used.get(account, 0)) for account, n in held.items() if n > used.get(account, 0))
        return self._make(ask, "release", rest) if rest and used else None

    def _reverse(self, ask: Ask) -> None:
        first, ended, undone = self.transfers.get(ask.id, (None, None, None))
        if first is None:
            raise Refused("UNKNOWN_TRANSFER")
        signers = tuple(sorted({signer.strip() for signer in ask.signers} - {""}))
        _refuse("SIGNATURES_MISSING", len(signers) != 2)
        if undone is not None:
            return _refuse("ALREADY_REVERSED", undone != ask._replace(signers=signers))
        _refuse("HOLD_PENDING", first.verb == "hold" and ended is None)
        _refuse(ENDED[ended.verb] if ended else "", ended is not None and ended.verb != "post")
        _refuse("ALREADY_POSTED", first.verb in ("overdraft", "close", "reopen"))
        legs, grant = (ended or first).legs or (), first.verb == "grant"
        for account, n in legs if grant else ():
            granted, held, posted, overdraft = self.amounts[account]
            _refuse("INSUFFICIENT_BALANCE", n > min(granted, granted - held - posted + overdraft))
            _refuse("GRANT_TOO_LARGE", granted - n > LIMIT)
        self.transfers[ask.id] = (first, ended, ask._replace(signers=signers))
        return self._make(ask, "reverse_grant" if grant else "reverse_post", legs)

    def _make(self, ask: Ask, step: str, legs: Legs) -> None:
        self.made.append((ask.id, step, legs, ask.day))
        for account, n in legs:
            self.amounts[account] = now = _plus(self.amounts.get(account, NONE), step, n)
            assert min(now) >= 0, f"{account} below zero: {now}"
            assert now[0] - now[1] - now[2] + now[3] >= 0, f"{account} overdrawn: {now}"
            (self.closed.add if step == "close" else self.closed.discard if step == "reopen" else id)(account)


def _plus(amounts: tuple[int, ...], step: str, amount: int) -> tuple[int, ...]:
    return tuple(one + flow * amount for one, flow in zip(amounts, FLOWS[step], strict=True))


def _refuse(reason: str, when: bool) -> None:
    if when:
        raise Refused(reason)
