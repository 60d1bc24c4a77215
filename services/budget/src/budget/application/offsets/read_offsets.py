"""What is booked for a region and year, as of a day and an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from budget.application.offsets.ports import SavingFilter, Work
from budget.domain.offsets.headings import Heading, account, excluded, law_day
from budget.domain.offsets.savings import Saving
from kernel.quantities import Basis
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Standing
from ledger.store import LATEST, AsOf
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class AskedTotals:
    """`effective_on` is the day of assessment asked for; `known_at` None: as it stands now."""

    region: RegionCode
    year: int
    basis: Basis
    effective_on: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """`deducted`: an assessment on the day takes it off; the two non-fossil headings are never both."""

    heading: Heading
    kgce: int
    deducted: bool

    @property
    def separately_listed(self) -> bool:
        return self.heading is Heading.NATIONAL_MAJOR_PROJECT


async def offset_totals(asked: AskedTotals, work: Work, policy: PolicyBundle) -> tuple[Total, ...]:
    """In the order of deduction. A heading under which nothing was ever booked is not in it: that is not zero."""
    ids = {account(asked.region, asked.year, heading, asked.basis): heading for heading in Heading}
    as_of = AsOf(asked.effective_on, asked.known_at or LATEST)
    standing = await work.ledger.balances_as_of(ids, as_of)
    out = excluded(policy.at(law_day(asked.year)), asked.effective_on)
    return tuple(
        Total(heading, standing[id_].granted, heading not in out) for id_, heading in ids.items() if id_ in standing
    )


async def list_savings(filter_: SavingFilter, as_of: AsOf | None, work: Work, *, after: str, size: int) -> list[Saving]:
    """One page by id, with what is left of each."""
    page = await work.savings.page(filter_, after, size)
    ids = [statement.account for statement, _ in page]
    balances = await _balances(ids, as_of, work)
    return [
        Saving(statement, balances.get(statement.account, Standing()), registered_at)
        for statement, registered_at in page
    ]


async def _balances(ids: list[AccountId], as_of: AsOf | None, work: Work) -> Mapping[AccountId, Standing]:
    return await work.ledger.balances(ids) if as_of is None else await work.ledger.balances_as_of(ids, as_of)
