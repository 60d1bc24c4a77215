"""The one decision: may this caller do this, there, to that case, at this stage. What is not allowed is denied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from access.acts import ALLOWED, Act
from access.callers import Caller
from access.roles import Role
from kernel.persons import key_of
from kernel.regions import RegionCode


class Stage(StrEnum):
    """How far a case has come, as far as it says who may act next."""

    FILED = "filed"
    SCREENED = "screened"
    DRAFTED = "drafted"
    RETURNED = "returned"
    ISSUED = "issued"
    ENDED = "ended"


class Part(StrEnum):
    """What somebody has done in a case. The three are three persons (起草、审核、签发分离)."""

    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    SIGNER = "signer"


STAGES: Final[Mapping[Act, frozenset[Stage]]] = {
    Act.DRAFT_OPINION: frozenset({Stage.SCREENED, Stage.RETURNED}),
    Act.RETURN_OPINION: frozenset({Stage.DRAFTED}),
    Act.ISSUE_OPINION: frozenset({Stage.DRAFTED}),
    Act.REVOKE_OPINION: frozenset({Stage.ISSUED}),
    Act.RECORD_CONSTRUCTION: frozenset({Stage.ISSUED}),
    Act.RULE: frozenset({Stage.SCREENED, Stage.DRAFTED, Stage.RETURNED}),
    Act.PROPOSE_OVERRIDE: frozenset({Stage.SCREENED, Stage.RETURNED}),
    Act.FILE: frozenset({Stage.FILED, Stage.SCREENED, Stage.RETURNED}),
}
"""An act that is not here does not depend on the stage."""

PARTS: Final[Mapping[Act, Part]] = {
    Act.DRAFT_OPINION: Part.DRAFTER,
    Act.RETURN_OPINION: Part.REVIEWER,
    Act.ISSUE_OPINION: Part.SIGNER,
}

STEP_UP: Final = frozenset({Act.ISSUE_OPINION, Act.REVOKE_OPINION, Act.SIGN_OVERRIDE})
STEP_UP_SECONDS_MAX: Final = 300
"""A signature asks for a sign-in not older than this."""


class Denial(StrEnum):
    """Why not. The first that applies."""

    ROLE = "NOT_YOUR_ROLE"
    REGION = "NOT_YOUR_REGION"
    CASE = "NOT_YOUR_CASE"
    STAGE = "NOT_AT_THIS_STAGE"
    CONFLICT = "CONFLICT_OF_INTEREST"
    STALE = "SIGN_IN_AGAIN"


@dataclass(frozen=True, slots=True)
class Target:
    """What is acted upon. What is None does not limit: the whole platform has no region, a list has no case."""

    region: RegionCode | None = None
    case: str | None = None
    stage: Stage | None = None
    parts: Mapping[Part, str] = field(default_factory=dict)
    """Who did what in the case so far, by label."""


def denial(caller: Caller, act: Act, target: Target, now: datetime) -> Denial | None:
    """None: allowed. Grants end by the day in Asia/Shanghai, which `now` must be given in."""
    able = [grant for grant in caller.grants if grant.holds_on(now.date()) and act in ALLOWED[grant.role]]
    if not able:
        return Denial.ROLE
    there = [grant for grant in able if target.region is None or grant.covers(target.region)]
    if not there:
        return Denial.REGION
    if not any(grant.case is None or grant.case == target.case for grant in there):
        return Denial.CASE
    if target.stage is not None and target.stage not in STAGES.get(act, frozenset(Stage)):
        return Denial.STAGE
    if _conflicts(caller, act, target):
        return Denial.CONFLICT
    return Denial.STALE if act in STEP_UP and not _fresh(caller, now) else None


def _conflicts(caller: Caller, act: Act, target: Target) -> bool:
    own = PARTS.get(act)
    if own is None or caller.vouches:
        return False
    return any(key_of(label) == key_of(caller.label) for part, label in target.parts.items() if part is not own)


def _fresh(caller: Caller, now: datetime) -> bool:
    machine = Role.PARTNER in caller.roles_on(now.date())
    return machine or (now - caller.authenticated_at).total_seconds() <= STEP_UP_SECONDS_MAX
