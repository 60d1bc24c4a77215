"""What is read of a deduction: every phase in its own year."""

import pytest

from dualcontrol.budget.v1 import budget_service_pb2 as pb
from targets.wire import promise_from_wire


def deduction(*later: pb.Phase) -> pb.Deduction:
    return pb.Deduction(
        name="deductions/d1", region_code="630121", year=2026, amount_kgce_calorific=400, later_phases=later
    )


def test_each_phase_counts_in_the_year_in_which_it_begins() -> None:
    promise = promise_from_wire(
        deduction(
            pb.Phase(year=2027, amount_kgce_calorific=100),
            pb.Phase(year=2029, amount_kgce_calorific=50),
            pb.Phase(year=2027, amount_kgce_calorific=1),
        )
    )

    assert promise.kgce_by_year == {2026: 400, 2027: 101, 2029: 50}


@pytest.mark.parametrize("amount", [0, -1])
def test_a_phase_without_an_amount_is_malformed(amount: int) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        promise_from_wire(deduction(pb.Phase(year=2027, amount_kgce_calorific=amount)))
