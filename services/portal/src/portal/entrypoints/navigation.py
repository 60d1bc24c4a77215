"""The places of the portal, by their addresses, in the order of the navigation."""

from collections.abc import Mapping
from typing import Final

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
    "/help": Text("帮助", "Help"),
}
