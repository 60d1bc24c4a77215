"""Roles: what somebody is here. One person may have several, but administrators of one kind have no other."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kernel.text import Text


class Role(StrEnum):
    VIEWER = "viewer"
    REGISTRAR = "registrar"
    REVIEWER = "reviewer"
    DRAFTER = "drafter"
    SIGNER = "signer"
    BUDGET_OFFICER = "budget_officer"
    CAPACITY_OFFICER = "capacity_officer"
    STATISTICIAN = "statistician"
    POLICY_OFFICER = "policy_officer"
    EXPERT = "expert"
    """From outside: sees the cases that he was asked about, until a day."""
    PARTNER = "partner"
    """A development-reform system. It states the persons who acted in it, and answers for them."""
    SERVICE = "service"
    """A service of the platform itself."""
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


ADMINISTRATORS: Final = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR},
)
"""三员分立: each holds the other two in check, so nobody is two of them, or one of them and something else."""
MACHINES: Final = frozenset({Role.PARTNER, Role.SERVICE})
"""Who has them is no person: no other role goes with them."""
ALONE: Final = ADMINISTRATORS | MACHINES

TITLES: Final[Mapping[Role, Text]] = {
    Role.VIEWER: Text("查阅", "viewer"),
    Role.REGISTRAR: Text("受理", "registrar"),
    Role.REVIEWER: Text("审查", "reviewer"),
    Role.DRAFTER: Text("拟稿", "drafter"),
    Role.SIGNER: Text("签发", "signer"),
    Role.BUDGET_OFFICER: Text("用能预算管理", "budget officer"),
    Role.CAPACITY_OFFICER: Text("产能置换管理", "capacity officer"),
    Role.STATISTICIAN: Text("统计监测", "statistician"),
    Role.POLICY_OFFICER: Text("政策法规", "policy officer"),
    Role.EXPERT: Text("评审专家", "outside expert"),
    Role.PARTNER: Text("对接系统", "partner system"),
    Role.SERVICE: Text("平台服务", "service of the platform"),
    Role.SYSTEM_ADMINISTRATOR: Text("系统管理员", "system administrator"),
    Role.SECURITY_ADMINISTRATOR: Text("安全保密管理员", "security administrator"),
    Role.AUDIT_ADMINISTRATOR: Text("安全审计员", "audit administrator"),
}
