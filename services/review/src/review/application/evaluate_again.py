"""Evaluates filings again because the law changed; only what decides otherwise becomes a new version."""

from review.application.ports import KeptReview, Work
from review.domain.again import answered
from review.domain.review import FilingId, Review, ReviewEvaluated
from review.domain.signature import signature
from statute.loader import PolicyBundle


def differs(kept: KeptReview, policy: PolicyBundle) -> bool:
    """False also for a filing that stands no more, or was evaluated by code that kept nothing."""
    if kept.asked is None or not kept.standing:
        return False
    return signature(kept.revision, answered(kept.filing, kept.asked, policy)) != kept.signature


async def evaluate_again(filing: FilingId, work: Work, policy: PolicyBundle) -> Review | None:
    """The new review; None when it was looked at under this law already, or says the same."""
    kept = await work.reviews.kept_for_update(filing)
    if kept is None or kept.looked_under == policy.bundle_hash:
        return None
    if kept.asked is None or not differs(kept, policy):
        await work.reviews.mark([kept], policy.bundle_hash)
        return None
    evaluation = answered(filing, kept.asked, policy)
    review = Review(filing, kept.revision, evaluation, kept.version + 1)
    await work.reviews.save(review, kept.asked)
    await work.announce(ReviewEvaluated(review))
    return review
