"""A withdrawn filing is held beside its owner's others no more."""

from review.application.ports import Work
from review.domain.review import FilingId


async def forget_filing(filing: FilingId, revision: int, work: Work) -> None:
    """`revision` is the one that the withdrawal made."""
    await work.owners_filings.withdraw(filing, revision)
