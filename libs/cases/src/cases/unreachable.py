"""Verdicts that a rule never gives, whatever is filed: no case can show them."""

from collections.abc import Mapping
from typing import Final

from statute.finding import Verdict

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN

BY_CODE: Final[Mapping[str, frozenset[Verdict]]] = {
    # A wrong identifier is refused when it is filed; a finding only says whether one is stated.
    "filing.project_code": frozenset({FAILS}),
    "filing.credit_code": frozenset({FAILS}),
    # Always stated; a code outside the table is accepted with a remark.
    "filing.region": frozenset({FAILS, UNKNOWN}),
    # Stated or not; what is stated wrongly is refused when it is filed.
    "filing.industry": frozenset({FAILS}),
    "filing.application_date": frozenset({FAILS}),
    "filing.completeness": frozenset({FAILS}),
    "review.energy_stated": frozenset({FAILS}),
    # A plan that is owed and not given is asked for: unknown, never a failing.
    "capacity.plan": frozenset({FAILS}),
    # An evaluation that is due and not given is asked for.
    "review.carbon_evaluation": frozenset({FAILS}),
    # Asked only while nothing stands against the project: then energy and day are stated.
    "screening.energy_demand": frozenset({FAILS, UNKNOWN}),
    # A missing envelope is unknown, never a failing.
    "budget.envelope": frozenset({FAILS}),
    # Only a withdrawn filing has this finding.
    "screening.withdrawal": frozenset({HOLDS, UNKNOWN}),
}

BY_LAW_ON_FILE: Final[Mapping[str, frozenset[Verdict]]] = {
    # Fails only where the NDRC reviews; its list of key fields was not found, so a person decides.
    "review.competence": frozenset({FAILS}),
    # Fails only in a key area, and no place on file is one; without a plan it is unknown.
    "ban.new_capacity": frozenset({FAILS}),
    # Only the table of 2015 is on file in part, and no plan is owed by its days.
    "capacity.conversion": frozenset({FAILS}),
    # The advanced level is no number in any text on file: a person decides.
    "access.industry_level": frozenset({FAILS}),
}
"""By the law as it stands on file: to be struck out once the data say more."""

NEVER: Final[Mapping[str, frozenset[Verdict]]] = {**BY_CODE, **BY_LAW_ON_FILE}


NOT_OF_SCREENING: Final = ("budget.offset.", "budget.period.", "budget.saving.", "assessment.", "targets.")
"""Rules that judge a region or what its office does with its budget, and no project: no case can show any verdict."""

OF_LATER: Final = ("screening.queue", "screening.ruling", "screening.override", "screening.opinion")
"""Rules that say what became of a decision: who waits for whom, what persons decided, which opinion ended. A case is
one project at its first decision, without persons and without others."""


def can_give(rule: str, verdict: Verdict) -> bool:
    return not rule.startswith((*NOT_OF_SCREENING, *OF_LATER)) and verdict not in NEVER.get(rule, frozenset())
