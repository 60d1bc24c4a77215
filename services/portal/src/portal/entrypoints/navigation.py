"""The places of the portal, by their addresses, in the order of the navigation."""

from collections.abc import Mapping
from typing import Final

from access.acts import Act
from kernel.text import Text

NAVIGATION: Final[Mapping[str, Text]] = {
    "/": Text("工作台", "Workbench"),
    "/projects": Text("项目", "Projects"),
    "/regions": Text("地区", "Regions"),
    "/queue": Text("缓批队列", "Deferred queue"),
    "/opinions": Text("审查意见", "Opinions"),
    "/rulings": Text("人工判定", "Manual cases"),
    "/overrides": Text("签署不计", "Overrides"),
    "/budgets": Text("预算", "Budgets"),
    "/lots": Text("产能", "Capacity"),
    "/policies": Text("政策库", "Law"),
    "/what-if": Text("试算草案", "What-if"),
    "/operations": Text("系统", "System"),
    "/users": Text("用户与权限", "Users and rights"),
    "/help": Text("帮助", "Help"),
}

NEEDS: Final[Mapping[str, Act]] = {
    "/what-if": Act.SIMULATE_POLICY,
    "/operations": Act.OPERATE,
    "/users": Act.MANAGE_USERS,
}
"""Places that only those are led to who may do something there."""
