"""Acts: what somebody may be allowed to do, and which role may do which. What is not listed is denied."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from access.roles import ALONE, Role


class Act(StrEnum):
    READ = "read"
    """Filings, reviews, decisions, opinions, queues, lots, budgets, levels."""
    READ_ORDER = "read_order"
    """What everybody who signed in may know: indicators, the law."""
    FILE = "file"
    """Submit, amend, withdraw a filing."""
    RULE = "rule"
    DRAFT_OPINION = "draft_opinion"
    RETURN_OPINION = "return_opinion"
    ISSUE_OPINION = "issue_opinion"
    REVOKE_OPINION = "revoke_opinion"
    RECORD_CONSTRUCTION = "record_construction"
    PROPOSE_OVERRIDE = "propose_override"
    SIGN_OVERRIDE = "sign_override"
    END_OVERRIDE = "end_override"
    MANAGE_LOTS = "manage_lots"
    PLAN_REPLACEMENT = "plan_replacement"
    SETTLE_REPLACEMENT = "settle_replacement"
    RECORD_UTILISATION = "record_utilisation"
    SET_BUDGET = "set_budget"
    """Grant, derive, adopt or revise an envelope; close or reopen a period."""
    SETTLE_DEDUCTION = "settle_deduction"
    BOOK_OFFSETS = "book_offsets"
    TRADE = "trade"
    REPORT = "report"
    """Statistics, indicator reports, readings of key energy users."""
    SET_TARGET = "set_target"
    PUBLISH_LEVEL = "publish_level"
    SIMULATE_POLICY = "simulate_policy"
    VERIFY = "verify"
    """Reads a whole log or replays decisions: nothing changes, but it costs."""
    OPERATE = "operate"
    """Dead letters, rebuilt read models."""
    REOPEN = "reopen"
    """Reopens what a check has closed."""
    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"


_BUSINESS: Final[Mapping[Role, frozenset[Act]]] = {
    Role.VIEWER: frozenset(),
    Role.REGISTRAR: frozenset({Act.FILE, Act.RECORD_CONSTRUCTION}),
    Role.REVIEWER: frozenset({Act.RULE, Act.RETURN_OPINION}),
    Role.DRAFTER: frozenset({Act.DRAFT_OPINION, Act.PROPOSE_OVERRIDE}),
    Role.SIGNER: frozenset({Act.ISSUE_OPINION, Act.REVOKE_OPINION, Act.SIGN_OVERRIDE, Act.END_OVERRIDE}),
    Role.BUDGET_OFFICER: frozenset({Act.SET_BUDGET, Act.SETTLE_DEDUCTION, Act.BOOK_OFFSETS, Act.TRADE}),
    Role.CAPACITY_OFFICER: frozenset(
        {Act.MANAGE_LOTS, Act.PLAN_REPLACEMENT, Act.SETTLE_REPLACEMENT, Act.RECORD_UTILISATION},
    ),
    Role.STATISTICIAN: frozenset({Act.REPORT, Act.SET_TARGET, Act.PUBLISH_LEVEL}),
    Role.POLICY_OFFICER: frozenset({Act.SIMULATE_POLICY, Act.VERIFY}),
    Role.EXPERT: frozenset(),
}
_OFFICIALS_READ: Final = frozenset({Act.READ, Act.READ_ORDER})
_ADMINISTRATION: Final = frozenset({Act.MANAGE_USERS, Act.READ_AUDIT})

ALLOWED: Final[Mapping[Role, frozenset[Act]]] = {
    **{role: acts | _OFFICIALS_READ for role, acts in _BUSINESS.items()},
    # It stands for the officials who work in it, never for those who run this platform.
    Role.PARTNER: frozenset(Act) - _ADMINISTRATION - {Act.OPERATE, Act.REOPEN},
    Role.SERVICE: _OFFICIALS_READ | {Act.SIMULATE_POLICY, Act.VERIFY},
    Role.SYSTEM_ADMINISTRATOR: frozenset({Act.READ_ORDER, Act.OPERATE, Act.VERIFY, Act.REOPEN}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Act.READ_ORDER, Act.MANAGE_USERS}),
    Role.AUDIT_ADMINISTRATOR: frozenset({Act.READ_ORDER, Act.READ_AUDIT, Act.VERIFY}),
}
"""An administrator sees no case; an official administers nothing."""

assert ALLOWED.keys() == set(Role)
assert all(not (ALLOWED[role] & _ADMINISTRATION) for role in set(Role) - ALONE)
