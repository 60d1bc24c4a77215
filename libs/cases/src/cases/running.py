"""Runs cases: each with its decision and all that differs from what it expects."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.comparing import Difference, differences
from cases.model import Case
from cases.playing import play
from cases.reading import policy_of
from screening.domain.decision import Decision


@dataclass(frozen=True, slots=True)
class Result:
    """A case passes when nothing differs; one without expectations always does."""

    case: Case
    decision: Decision
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_case(case: Case) -> Result:
    decision = play(case, policy_of(case.province))
    found = differences(case.expect, decision.content) if case.expect is not None else ()
    return Result(case, decision, found)


def run_cases(cases: Iterable[Case]) -> tuple[Result, ...]:
    return tuple(run_case(case) for case in cases)
