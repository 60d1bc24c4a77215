"""A budget in memory: a book, and the desk that decides on it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from budget.adapters.postgres import PostgresRecords
from budget.application.commands import Command, Reserve
from budget.application.desk import DeductionDesk, Loaded, Ticket
from budget.domain.deductions import Asked, Deduction, DeductionEvent, DeductionId, Demand, Phase
from budget.domain.envelopes import ENERGY, account_id
from kernel.regions import RegionCode
from ledger.accounts import Balances
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Close, Grant
from statute.loader import PolicyBundle

COUNTY, PREFECTURE, PROVINCE = RegionCode("630121"), RegionCode("630100"), RegionCode("630000")
LEVELS: Final = (COUNTY, PREFECTURE, PROVINCE)
DAY: Final = date(2026, 3, 1)
LATER: Final = date(2026, 3, 2)


def asked(
    id_: str, *phases: Phase, region: RegionCode = COUNTY, expires_on: date | None = None, replaces: str | None = None
) -> Asked:
    replaced = None if replaces is None else DeductionId(replaces)
    return Asked(DeductionId(id_), "f-1", Demand(region, phases, expires_on, replaced))


class Budget:
    """What is done with it is seen by what is done after."""

    def __init__(self, policy: PolicyBundle) -> None:
        self.book = Book()
        self.now = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
        self._loaded = Loaded({})
        self._desk = DeductionDesk(PostgresRecords("budget"), policy, lambda: self.now)

    def grant(
        self, amount: int, *, year: int = 2026, instrument: str = ENERGY, at: tuple[RegionCode, ...] = LEVELS
    ) -> "Budget":
        legs = {account_id(level, year, instrument): amount for level in at}
        self.book.apply(Grant(TransferId(f"grants/{len(self.book.transfers)}"), legs, DAY))
        return self

    def close(self, region: RegionCode, *, year: int = 2026, instrument: str = ENERGY) -> None:
        account = account_id(region, year, instrument)
        self.book.apply(Close(TransferId(f"closings/{account}"), account, DAY, "closed by a test"))

    def reserve(
        self,
        id_: str,
        *phases: Phase,
        region: RegionCode = COUNTY,
        expires_on: date | None = None,
        replaces: str | None = None,
    ) -> Deduction:
        return self.do(Reserve(asked(id_, *phases, region=region, expires_on=expires_on, replaces=replaces)))

    def do(self, command: Command) -> Deduction:
        return self._desk.decide(Ticket(command), self.book, self._loaded)

    def days_later(self, days: int) -> None:
        self.now += timedelta(days=days)

    def balances(self, region: RegionCode, year: int = 2026, instrument: str = ENERGY) -> Balances:
        return self.book.balances(account_id(region, year, instrument))

    def held(self, year: int = 2026, instrument: str = ENERGY) -> list[int]:
        """From the county to the province."""
        return [self.balances(level, year, instrument).held for level in LEVELS]

    @property
    def known(self) -> Mapping[DeductionId, Deduction]:
        return self._loaded.known

    @property
    def told(self) -> list[str]:
        """What was announced, in its order: the kind of event and the deduction."""
        return [f"{type(event).__name__} {event.deduction.id}" for event in self.events]

    @property
    def events(self) -> list[DeductionEvent]:
        return [event for event, _ in self._loaded.events]
