"""Books one quantity for a region and all above it, or answers why not."""

from datetime import datetime
from decimal import Decimal

from budget.application.offsets.ports import Work
from budget.domain.offsets.amounts import KGCE_PER_TCE
from budget.domain.offsets.claims import Claim, Stated
from budget.domain.offsets.deductibles import Offset, OffsetId, OffsetRecorded, record
from budget.domain.offsets.evidence import User, evidence_of_claim
from budget.domain.offsets.headings import Heading, accounts
from budget.domain.offsets.savings import plan_period
from budget.domain.offsets.situation import Situation
from budget.domain.periods.statistics import Kind, Period, Series
from kernel.clock import legal_day
from kernel.regions import RegionCode, lineage
from ledger.store import LoadedBook
from statute.loader import PolicyBundle


async def record_deductible(id_: OffsetId, claim: Claim, work: Work, policy: PolicyBundle, *, now: datetime) -> Offset:
    """Raises GrantTooLarge of the ledger. A refused claim uses no evidence up."""
    # The limit on what comes from other provinces counts all of this one.
    await work.acting_on(claim.region)
    await work.offsets.lock()
    evidence = evidence_of_claim(claim)
    used = await work.evidences.earlier_uses(evidence)
    sums = await work.offsets.sums(claim)
    across = await _across(claim, work, policy)
    consumption = await _consumption(claim, work)
    by_level = accounts(claim.region, claim.year, claim.basis)
    book = await work.ledger.open(by_level.values())
    situation = Situation(sums, _booked(claim, book), used, across, consumption)
    offset = record(id_, claim, situation, policy, now=now, on=legal_day(now))
    grant = offset.grant()
    if grant is not None:
        book.apply(grant)
        await work.ledger.save(book, now)
    await work.offsets.add(offset)
    if offset.accepted:
        await work.evidences.use(evidence, User(offset.name, claim.region, claim.assessed_on, now))
    await work.announce(OffsetRecorded(offset))
    return offset


def _booked(claim: Claim, book: LoadedBook) -> dict[RegionCode, dict[Heading, int]]:
    booked: dict[RegionCode, dict[Heading, int]] = {}
    for (level, heading), account in accounts(claim.region, claim.year, claim.basis).items():
        if account in book.accounts:
            booked.setdefault(level, {})[heading] = book.balances(account).granted
    return booked


async def _consumption(claim: Claim, work: Work) -> dict[RegionCode, Stated]:
    """Of the year, on the claim's basis: the newest version on file, at every level that has one."""
    found = {}
    for level in lineage(claim.region):
        versions = await work.statistics.versions(Series(level, Kind.ENERGY, claim.basis), Period(claim.year))
        if versions:
            newest = versions[-1]
            document = f"{newest.document} ({newest.stage.value}, v{newest.version})"
            found[level] = Stated(Decimal(newest.value) / KGCE_PER_TCE, document)
    return found


async def _across(claim: Claim, work: Work, policy: PolicyBundle) -> Decimal:
    """In all years of the plan period; of the claim's year alone where no plan is on file, and a person must look."""
    plan = plan_period(claim.year, policy)
    years = (claim.year, claim.year)
    if plan is not None and plan.until is not None:
        years = (plan.in_force_from.year, plan.until.year - 1)
    return await work.offsets.across_provinces_kgce(claim, years)
