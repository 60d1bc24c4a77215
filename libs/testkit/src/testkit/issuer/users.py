"""The persons of the local stack. All are invented; each shows what one kind of official sees and may do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from access.roles import Role

PROVINCE: Final = "630000"
_PROVINCES: Final = (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82,
)  # fmt: skip
PROVINCES: Final = tuple(f"{number}0000" for number in _PROVINCES)
"""GB/T 2260. The published projects lie all over the country, so the machines of a local stack act in all of it."""
PLACES: Final = {"qinghai": PROVINCE, "haixi": "632800", "xining": "630100"}
PLACE_NAMES: Final = {"qinghai": "青海省", "haixi": "海西州", "xining": "西宁市"}
IN_EVERY_PLACE: Final = {
    "viewer": (Role.VIEWER, "查阅员"),
    "registrar": (Role.REGISTRAR, "受理员"),
    "reviewer": (Role.REVIEWER, "审查员"),
    "drafter": (Role.DRAFTER, "拟稿员"),
    "signer": (Role.SIGNER, "签发人"),
}
OF_THE_PROVINCE: Final = {
    "cosigner": (Role.SIGNER, "会签人"),
    "budget": (Role.BUDGET_OFFICER, "预算管理员"),
    "cobudget": (Role.BUDGET_OFFICER, "预算复核员"),
    "capacity": (Role.CAPACITY_OFFICER, "产能管理员"),
    "statistics": (Role.STATISTICIAN, "统计员"),
    "costatistics": (Role.STATISTICIAN, "统计复核员"),
    "policy": (Role.POLICY_OFFICER, "政策法规员"),
}
EXPERT_CASE: Final = "2605-632221-04-01-900064"
"""One of the demo's invented filings."""
EXPERT_UNTIL: Final = "2036-01-01"
ADMINISTRATORS: Final = {
    "sysadmin": (Role.SYSTEM_ADMINISTRATOR, "系统管理员"),
    "secadmin": (Role.SECURITY_ADMINISTRATOR, "安全保密管理员"),
    "auditor": (Role.AUDIT_ADMINISTRATOR, "安全审计员"),
}


@dataclass(frozen=True, slots=True)
class User:
    """One person; the name says that he is invented."""

    subject: str
    name: str
    grants: Sequence[str]


def _all() -> Iterator[User]:
    for word, (role, title) in IN_EVERY_PLACE.items():
        for place, code in PLACES.items():
            yield User(f"{word}.{place}", f"{PLACE_NAMES[place]}{title}(虚构)", (f"{role}:{code}",))
    for word, (role, title) in OF_THE_PROVINCE.items():
        yield User(f"{word}.qinghai", f"青海省{title}(虚构)", (f"{role}:{PROVINCE}",))
    yield User("registrar.golmud", "格尔木市受理员(虚构)", (f"{Role.REGISTRAR}:632801",))
    case = f"{Role.EXPERT}:{PROVINCE};case={EXPERT_CASE};until={EXPERT_UNTIL}"
    yield User("expert.one", "评审专家甲(虚构)", (case,))
    for word, (role, title) in ADMINISTRATORS.items():
        yield User(word, f"{title}(虚构)", (f"{role}:{PROVINCE}",))


USERS: Final[Mapping[str, User]] = {user.subject: user for user in _all()}
"""By subject, which is also the name to sign in with."""
