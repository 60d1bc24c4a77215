"""Opens an account for one saving, or answers why not."""

from datetime import datetime

from budget.application.offsets.ports import Work
from budget.domain.offsets.evidence import User, evidence_of_saving
from budget.domain.offsets.refusals import SavingExists
from budget.domain.offsets.savings import Judged, Saving, SavingRegistered, Statement, judge
from statute.loader import PolicyBundle


async def register_saving(
    statement: Statement, work: Work, policy: PolicyBundle, now: datetime
) -> tuple[Saving | None, Judged]:
    """None: refused, with the findings that say why; the id is still free then. Raises SavingExists."""
    await work.acting_on(statement.region)
    await work.offsets.lock()
    if await work.savings.get([statement.id]):
        raise SavingExists(statement.name)
    evidence = evidence_of_saving(statement)
    judged = judge(statement, await work.evidences.earlier_uses(evidence), policy)
    if not judged.accepted:
        return None, judged
    book = await work.ledger.open([statement.account])
    book.apply(statement.grant())
    await work.ledger.save(book, now)
    saving = Saving(statement, book.balances(statement.account), now)
    await work.savings.add(statement, now)
    await work.evidences.use(evidence, User(statement.name, statement.region, statement.made_on, now))
    await work.announce(SavingRegistered(saving, judged.findings, judged.bundle_hash))
    return saving, judged
