"""The way of a plan: publicity, announcement, construction, production. Steps are added and never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

STEPS_MAX: Final = 100
"""Of one filing, over all its plans."""


class PlanStepKind(Enum):
    PUBLICITY = "publicity"
    ANNOUNCED = "announced"
    FILING_AND_EIA_DONE = "filing_and_eia_done"
    CONSTRUCTION_STARTED = "construction_started"
    IGNITED = "ignited"
    COMMISSIONED = "commissioned"


@dataclass(frozen=True, slots=True)
class PlanStep:
    kind: PlanStepKind
    effective_on: date
    document: str
    known_at: datetime

    def __post_init__(self) -> None:
        assert self.document


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps recorded for one filing, in the order in which they became known.

    A new publicity begins a new plan; `current` are the steps since the last one. Invariant: `current` has each kind at
    most once, and every step but the first stands on a publicity.
    """

    steps: tuple[PlanStep, ...] = ()

    def __post_init__(self) -> None:
        kinds = [step.kind for step in self.current]
        assert len(set(kinds)) == len(kinds)
        assert not self.steps or self.steps[0].kind is PlanStepKind.PUBLICITY

    @property
    def current(self) -> tuple[PlanStep, ...]:
        begins = [place for place, step in enumerate(self.steps) if step.kind is PlanStepKind.PUBLICITY]
        return self.steps[begins[-1] :] if begins else ()

    def day(self, kind: PlanStepKind) -> date | None:
        """Of the current plan."""
        return next((step.effective_on for step in self.current if step.kind is kind), None)

    @property
    def announced_on(self) -> date | None:
        return self.day(PlanStepKind.ANNOUNCED)

    def of_publicity(self, day: date | None) -> "Plan":
        """The current plan where it was put to publicity on the day; nothing is recorded of any other."""
        return Plan(self.current) if day is not None and self.day(PlanStepKind.PUBLICITY) == day else NO_RECORD


NO_RECORD: Final = Plan()


@dataclass(frozen=True, slots=True)
class PlanStepRecorded:
    """A plan made a step."""

    filing: str
    step: PlanStep
