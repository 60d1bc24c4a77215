from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from statute.access.law import Condition, Correction, CorrectionKind, Side
from statute.finding import Citation

CITED = Citation("norm.x", "GB 1-2020", "", "", "", date(2020, 1, 1), None, "confirmed", "figure", "ecq")


@pytest.mark.parametrize(
    ("condition", "met", "not_met"),
    [
        (Condition("f", at_least=Decimal(50)), ["50", "51"], ["49.999"]),
        (Condition("f", above=Decimal(50)), ["50.001"], ["50", "49"]),
        (Condition("f", at_most=Decimal("0.2")), ["0.2", "-1"], ["0.201"]),
        (Condition("f", below=Decimal("0.2")), ["0.199"], ["0.2"]),
        (Condition("f", above=Decimal("0.2"), at_most=Decimal("0.5")), ["0.3", "0.5"], ["0.2", "0.6"]),
    ],
)
def test_a_condition_is_exact_at_its_bound(condition: Condition, met: list[str], not_met: list[str]) -> None:
    assert all(condition.met(Decimal(value)) and condition.met(value) for value in met)
    assert not any(condition.met(Decimal(value)) or condition.met(value) for value in not_met)


def test_a_word_is_met_by_itself_only() -> None:
    condition = Condition("f", equals="coal")

    assert condition.met("coal")
    assert not condition.met("charcoal")


def test_a_bound_refuses_a_word_that_is_no_number() -> None:
    with pytest.raises(ValueError, match="many"):
        Condition("f", at_least=Decimal(1)).met("many")


@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(-9, 9), st.decimals(-9, 9))
def test_a_number_between_two_touching_conditions_meets_exactly_one(
    value: Decimal, low: Decimal, high: Decimal
) -> None:
    low, high = sorted((low, high))
    conditions = [
        Condition("f", at_most=low),
        Condition("f", above=low, at_most=high),
        Condition("f", above=high),
    ]

    assert sum(condition.met(value) for condition in conditions) == 1


def _correction(kind: CorrectionKind, per: str | None, fact: str = "", side: Side = "above") -> Correction:
    return Correction(
        id="c",
        text=Text("修正", "corrected"),
        tiers=frozenset({"tier2"}),
        kind=kind,
        when=(),
        fact=fact,
        base=None,
        per=MappingProxyType({} if per is None else {"tier2": Decimal(per)}),
        side=side,
        points_max=None,
        at_zero=None,
        divisor=None,
        citation=CITED,
    )


@pytest.mark.parametrize(
    ("correction", "tightens"),
    [
        (_correction("add", "3"), False),
        (_correction("add", "-3"), True),
        (_correction("add", "3", "f", "above"), False),
        (_correction("add", "3", "f", "below"), False),
        (_correction("add", "3", "f", "both"), True),
        (_correction("add", "-0.8", "f", "above"), True),
        (_correction("multiply", "1.18"), False),
        (_correction("multiply", "0.9"), True),
        (_correction("multiply", "-0.211", "f"), True),
        (_correction("set", "-120"), True),
        (_correction("open", None), False),
    ],
)
def test_a_correction_says_whether_it_can_lower_a_limit(correction: Correction, tightens: bool) -> None:
    assert correction.tightens is tightens
