"""Lets a plan whose time is over lapse: what it holds becomes free."""

from dataclasses import dataclass
from datetime import date

from capacity.domain.deadlines import Due, open_dues
from capacity.domain.plan import Plan
from capacity.domain.replacement import Change, FilingId, HoldState, LotHold, Replacement, lapse
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class LapsingPlan:
    """A plan whose time runs out; from `lapses_on` on it has lapsed."""

    filing: FilingId
    lapses_on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class ReplacementLapsed:
    """A plan's time was over and what it held was given back."""

    filing: FilingId
    holds: tuple[LotHold, ...]
    due: Due


def next_due(replacement: Replacement, plan: Plan, policy: PolicyBundle) -> Due | None:
    """The deadline that runs for a plan that holds lots or has used them; of any other none does."""
    if replacement.evaluation is None or not replacement.live or replacement.withdrawn:
        return None
    dues = open_dues(replacement.evaluation.product_ids, plan, policy)
    return dues[0] if dues else None


def lapsed(replacement: Replacement, due: Due | None, *, on: date) -> tuple[Change, ReplacementLapsed] | None:
    """None while its time is not over for certain, or when it holds nothing that could be given back."""
    over = due is not None and not due.provisional and on >= due.lapses_on
    if due is None or not over or replacement.hold_state is not HoldState.HELD:
        return None
    change = lapse(replacement, on=on, note=f"{due.step.value} by {due.last_day}")
    return change, ReplacementLapsed(replacement.filing, replacement.holds, due)
