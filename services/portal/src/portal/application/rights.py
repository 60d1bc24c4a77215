"""用户与权限: which role may do what, as the services decide it, in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from access.acts import ALLOWED, Act
from access.roles import TITLES, Role
from kernel.text import Text

ACTS: Final[Mapping[Act, Text]] = {
    Act.READ: Text(
        "查阅项目、决定、意见、队列、产能、预算和等级",
        "read projects, decisions, opinions, queues, capacity, budgets, levels",
    ),
    Act.READ_ORDER: Text("查阅指标和法规", "read indicators and the law"),
    Act.FILE: Text("提交、修订、撤回申报", "submit, amend and withdraw filings"),
    Act.RULE: Text("人工核定", "decide what the law leaves to a person"),
    Act.DRAFT_OPINION: Text("拟写意见", "draft opinions"),
    Act.RETURN_OPINION: Text("退回拟稿", "send drafts back"),
    Act.ISSUE_OPINION: Text("签发意见", "sign opinions"),
    Act.REVOKE_OPINION: Text("撤销意见 (两人)", "revoke opinions (two persons)"),
    Act.RECORD_CONSTRUCTION: Text("登记开工", "record the start of construction"),
    Act.PROPOSE_OVERRIDE: Text("提出签署不计", "propose overrides"),
    Act.SIGN_OVERRIDE: Text("签署不计", "sign overrides"),
    Act.END_OVERRIDE: Text("终止签署不计", "end overrides"),
    Act.MANAGE_LOTS: Text("登记退出产能", "register retired capacity"),
    Act.PLAN_REPLACEMENT: Text("办理产能置换方案", "plan replacement"),
    Act.SETTLE_REPLACEMENT: Text("核销或释放置换", "settle replacement"),
    Act.RECORD_UTILISATION: Text("登记产能利用", "record utilisation"),
    Act.SET_BUDGET: Text("下达和调整预算、关闭期间", "set and revise budgets, close periods"),
    Act.SETTLE_DEDUCTION: Text("办理预算占用和扣减", "settle deductions"),
    Act.BOOK_OFFSETS: Text("登记抵扣、绿证和节能量", "book deductibles, certificates and savings"),
    Act.TRADE: Text("指标交易", "trade between regions"),
    Act.REPORT: Text("录入统计、指标报告和读数", "enter statistics, reports and readings"),
    Act.SET_TARGET: Text("下达目标", "set targets"),
    Act.PUBLISH_LEVEL: Text(
        "公布等级和报告 (录入与公布两人)", "publish levels and reports (one enters, another publishes)"
    ),
    Act.SIMULATE_POLICY: Text(
        "试算、提出和批准法规草案 (提出与批准两人)", "try, propose and approve drafts of the law (two persons)"
    ),
    Act.VERIFY: Text("复核账目和重演决定", "verify ledgers and replay decisions"),
    Act.OPERATE: Text("查看运行情况、处理滞留案件", "operate the platform"),
    Act.REOPEN: Text("重新开放被核查关闭的部分", "reopen what a check has closed"),
    Act.MANAGE_USERS: Text("查看权限、终止登录", "see rights, end sign-ins"),
    Act.READ_AUDIT: Text("查阅审计记录", "read the audit trail"),
}  # fmt: skip


def matrix() -> Sequence[tuple[Role, Text, Sequence[Text]]]:
    """Every role with what it may do, in the order of the acts."""
    return tuple((role, TITLES[role], [ACTS[act] for act in Act if act in ALLOWED[role]]) for role in Role)
