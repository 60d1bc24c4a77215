"""What calls and commands are refused for before anything is decided: every wrong field, by its own name."""

from typing import Any

import pytest
from google.type.date_pb2 import Date

from budget.domain.deductions import DeductionId, Phase
from budget.domain.envelopes import AMOUNT_MAX
from budget.entrypoints import checks
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.errors import InvalidRequest
from servicekit.rpc.checks import Violations

D1 = DeductionId("d1")


def message(**changes: Any) -> commands.ReserveDeduction:
    stated = {"deduction": "d1", "filing": "f-1", "region_code": "630121", "year": 2026, "amount_kgce_calorific": 1}
    return commands.ReserveDeduction(**{**stated, **changes})


def phase(year: int, amount: int = 1, **more: Any) -> pb.Phase:
    return pb.Phase(year=year, amount_kgce_calorific=amount, **more)


def wrong(asked: commands.ReserveDeduction) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        checks.asked(Violations(), D1, asked)
    return [violation.field for violation in caught.value.violations]


def test_later_phases_may_come_in_any_order() -> None:
    asked = checks.asked(Violations(), D1, message(later_phases=[phase(2029, 3, amount_kgco2=9), phase(2027, 2)]))

    assert asked.demand.phases == (Phase(2026, 1), Phase(2027, 2), Phase(2029, 3, 9))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"amount_kgco2": 0}, ["amount_kgco2"]),
        ({"amount_kgco2": AMOUNT_MAX + 1}, ["amount_kgco2"]),
        ({"later_phases": [phase(2026)]}, ["later_phases"]),
        ({"later_phases": [phase(2025)]}, ["later_phases"]),
        ({"later_phases": [phase(2027), phase(2027)]}, ["later_phases"]),
        ({"later_phases": [phase(2027, 0)]}, ["later_phases[0].amount_kgce_calorific"]),
        ({"later_phases": [phase(2027), phase(2300)]}, ["later_phases[1].year"]),
        ({"later_phases": [phase(2027, amount_kgco2=-1)]}, ["later_phases[0].amount_kgco2"]),
        ({"later_phases": [phase(2027 + n) for n in range(22)]}, ["later_phases"]),
        ({"expire_date": Date(year=2026, month=13, day=1)}, ["expire_date"]),
        ({"expire_date": Date()}, ["expire_date"]),
        ({"replaces": "d0"}, ["replaces"]),
        ({"replaces": "deductions/d1"}, ["replaces"]),
        ({"replaces": "deductions/d 0"}, ["replaces"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_years_carbon_and_replacement_is_named(changes: dict[str, Any], fields: list[str]) -> None:
    assert wrong(message(**changes)) == fields


def test_the_most_and_the_last_are_taken() -> None:
    last = [phase(2027 + n) for n in range(20)]

    asked = checks.asked(Violations(), D1, message(amount_kgco2=AMOUNT_MAX, later_phases=last))

    assert len(asked.demand.phases) == 21


def test_one_year_more_than_a_project_may_have_is_refused() -> None:
    assert wrong(message(later_phases=[phase(2027 + n) for n in range(21)])) == ["later_phases"]
