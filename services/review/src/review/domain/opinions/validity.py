"""How long an opinion holds when construction does not start."""

from datetime import date

from review.domain.opinion import YEARS, years_after
from review.domain.opinions.decided import Result
from review.domain.opinions.opinion import Lapse
from statute.loader import PolicyBundle


def lapse_of(result: Result, issued_on: date, policy: PolicyBundle) -> Lapse | None:
    """By the order in force on the day of issue. Source: order 31 of 2025, article 19.

    None for what is not passed; and where the years are not on file or not verified, for nothing may lapse by itself on
    such a figure.
    """
    years = policy.on(YEARS, issued_on)
    if result is not Result.PASS or years is None or not years.citation.verified:
        return None
    return Lapse(years_after(issued_on, int(years.number)), years.citation)
