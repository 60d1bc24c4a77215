"""Which gaps and which wrong current decisions show when decisions are gone through in order."""

import pytest

from screening.domain.differences import NOWHERE, Kind, Reached, in_order
from screening.domain.facts import FilingId


def reached(filing: str, number: int, current: int) -> Reached:
    return Reached(FilingId(filing), number, current)


@pytest.mark.parametrize(
    ("before", "now", "kinds"),
    [
        (NOWHERE, reached("f-1", 1, 1), []),
        (NOWHERE, reached("f-1", 2, 2), [Kind.GAP]),
        (reached("f-1", 1, 2), reached("f-1", 2, 2), []),
        (reached("f-1", 1, 3), reached("f-1", 3, 3), [Kind.GAP]),
        (reached("f-1", 2, 2), reached("f-2", 1, 1), []),
        # Another decision may have been made since its case was looked at.
        (reached("f-1", 1, 1), reached("f-1", 2, 2), []),
        (reached("f-1", 2, 3), reached("f-2", 1, 1), [Kind.NOT_CURRENT]),
        (reached("f-1", 2, 1), reached("f-2", 2, 2), [Kind.NOT_CURRENT, Kind.GAP]),
        (reached("f-1", 2, 2), NOWHERE, []),
        (reached("f-1", 2, 3), NOWHERE, [Kind.NOT_CURRENT]),
        (NOWHERE, NOWHERE, []),
    ],
)
def test_numbers_count_from_one_without_a_gap_and_the_last_one_stands(
    before: Reached, now: Reached, kinds: list[Kind]
) -> None:
    assert [one.kind for one in in_order(before, now)] == kinds
