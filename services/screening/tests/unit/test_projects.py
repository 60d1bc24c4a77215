"""What of a name is compared when projects are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.projects import Conditions, comparable, pairs
from statute.finding import Outcome


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ 硅业(虚构)", "abc硅业(虚构)"),
        ("abc硅业（虚构）", "abc硅业(虚构)"),
        (" 虚构\u3000铝业 \n有限公司", "虚构铝业有限公司"),
        ("Straße ①", "strasse1"),
        ("", ""),
    ],
)
def test_case_width_and_blanks_make_no_difference(written: str, compared: str) -> None:
    assert comparable(written) == compared


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_every_part_of_a_name_has_its_pairs_among_those_of_the_name(name: str, start: int, end: int) -> None:
    whole = comparable(name)

    assert set(pairs(whole[start:end])) <= set(pairs(whole))


@given(st.text(max_size=60))
def test_pairs_are_kept_apart_by_blanks(name: str) -> None:
    found = pairs(comparable(name))

    assert " ".join(found).split(" ") == [*found] or not found
    assert len(set(found)) == len(found)


def test_who_asks_for_the_undecided_asks_for_no_outcome() -> None:
    with pytest.raises(AssertionError):
        Conditions(undecided=True, outcome=Outcome.DEFER)
