"""The words of the platform, as the help page explains them."""

from dataclasses import dataclass
from typing import Final

from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Word:
    """One word and what it means here."""

    word: Text
    meaning: Text


def _word(zh: str, en: str, meaning_zh: str, meaning_en: str) -> Word:
    return Word(Text(zh, en), Text(meaning_zh, meaning_en))


THE_CASE: Final = (
    _word(
        "备案(申报)",
        "filing",
        "一个项目的申请, 终身使用同一项目代码; 修改形成新版次, 从不覆盖旧版。",
        "One project's application under one project code for life. A change is a new revision, never an overwrite.",
    ),
    _word(
        "两高项目",
        "two-high project",
        "高耗能、高排放项目, 按行业小类和产品认定。",
        "A project of high energy use and high emissions, told by its industry class and its products.",
    ),
    _word(
        "认定",
        "finding",
        "一条规则对一个项目的结论: 符合、不符合或未知, 附所用数据、条款及其生效日期。",
        "One rule's verdict on a project: holds, fails or unknown, with what it looked at and the clause it rests on.",
    ),
    _word(
        "依据未核验",
        "basis not verified",
        "所依据的数值或方法尚未核对原件; 依此得出的结论不会不经人工就同意或不予通过。",
        "A figure or method that was not checked against its source. It never approves or blocks without a person.",
    ),
    _word(
        "未报",
        "not stated",
        "申报中没有填写。未报不等于零: 缺少数据的规则结论为未知。",
        "The filing does not say. It is not zero: a rule without its input says unknown.",
    ),
)
THE_DECISION: Final = (
    _word(
        "同意 / 附条件同意",
        "approve / conditional",
        "没有认定反对该项目; 附条件的须落实条件。",
        "No finding stands against it; the conditions, where there are some, must be met.",
    ),
    _word(
        "缓批",
        "defer",
        "所列条件具备前等待, 例如预算足够或替代量核实。",
        "It waits until what is listed is met, such as enough budget or verified replacement.",
    ),
    _word(
        "限批",
        "restrict",
        "所在地区预警等级较高时暂停批准; 等级改善后自动重新筛查。",
        "It waits while the region's warning level is high, and is screened anew when the level improves.",
    ),
    _word(
        "补正(退回)",
        "return",
        "材料不全或不符, 须由申报单位补充后提交新版次。",
        "Something is missing or wrong: the owner adds it and files a new revision.",
    ),
    _word("报上级", "refer up", "应由上级机关决定。", "A higher authority decides."),
    _word(
        "人工判定",
        "manual",
        "法规留待人员判断, 平台不代为决定。",
        "The law leaves it to a person, and so does the platform.",
    ),
    _word(
        "禁止 / 不予通过",
        "prohibit / not pass",
        "规定禁止, 或不满足准入要求。",
        "The law prohibits it, or it does not meet what is asked of it.",
    ),
    _word(
        "缓批队列",
        "deferred queue",
        "等待中的项目按公布的次序排列, 条件具备时依次重新筛查。",
        "Those that wait, in the published order; they are screened anew in that order.",
    ),
    _word(
        "审查意见",
        "opinion",
        "对决定出具的文书, 由一人拟稿、另一人签发; 签发后所占用的预算和产能转为实际扣减。",
        "The document on a decision, drafted by one person and signed by another. Then what is held becomes final.",
    ),
)
THE_FIGURES: Final = (
    _word(
        "当量值 / 等价值",
        "calorific / equivalent basis",
        "电力折标准煤的两种口径: 当量值按电本身的热量, 等价值按发一度电所耗的一次能源。二者不可混加。",
        "Two ways to count electricity as coal: by its own heat, or by the primary energy spent to make it. "
        "They are never added to each other.",
    ),
    _word(
        "吨标准煤 (tce)",
        "tonne of coal equivalent (tce)",
        "能源的统一计量单位; 1 tce = 1000 kgce。",
        "The common unit of energy; 1 tce = 1000 kgce.",
    ),
    _word(
        "综合能耗",
        "comprehensive energy consumption",
        "一年内实际消费的各种能源, 折算后的总量。",
        "All energy used in a year, converted and added up.",
    ),
    _word(
        "能效标杆水平 / 基准水平",
        "benchmark level / baseline level",
        "标杆水平是新建项目应达到的先进值; 基准水平是允许的下限。",
        "The benchmark is the advanced value that new projects should reach; the baseline is the least accepted.",
    ),
    _word(
        "能耗强度 / 能源消费总量",
        "energy intensity / total energy consumption",
        "能耗双控的两个指标: 单位地区生产总值能耗, 和能源消费的总量。",
        "The two scales of dual control: energy per unit of GDP, and energy in total.",
    ),
)
THE_REGION: Final = (
    _word(
        "预警等级",
        "warning level",
        "一级(红)、二级(橙)、三级(绿), 按进度目标完成情况分别就各指标认定。",
        "1 (red), 2 (orange), 3 (green), told for each scale by how far the scheduled target is met.",
    ),
    _word(
        "晴雨表",
        "barometer",
        "各地区指标完成情况的汇总表。",
        "The table of how far each region meets its targets.",
    ),
    _word(
        "能耗预算",
        "energy budget",
        "一个地区一年可承诺的能源; 项目先占用, 意见签发后扣减, 县、市(州)、省三级同时记账。",
        "The energy that a region may promise in a year: held for a project first, taken when the opinion is signed, "
        "in the county, the prefecture and the province at once.",
    ),
    _word(
        "占用",
        "hold",
        "暂为一个项目留出的预算或产能; 之后扣减、释放或到期, 只有一次。",
        "Budget or capacity that is kept for one project, then taken, released or expired: once.",
    ),
    _word(
        "产能指标",
        "lot",
        "一笔可核实的退出产能, 全省只能使用一次。",
        "An identified quantity of retired capacity, used once in the whole province.",
    ),
    _word(
        "产能置换",
        "capacity replacement",
        "新建产能须以退出产能按比例换取。",
        "New capacity is traded for retired capacity, in a ratio that the law sets.",
    ),
    _word(
        "生效时间 / 知悉时间",
        "effective time / known time",
        "前者是事情何时为真, 后者是平台何时得知。余额按两者查询。",
        "When something is true, and when it was learned. A balance is asked for with both.",
    ),
)

GLOSSARY: Final = (
    (Text("项目与认定", "Projects and findings"), THE_CASE),
    (Text("决定", "Decisions"), THE_DECISION),
    (Text("能源与碳", "Energy and carbon"), THE_FIGURES),
    (Text("地区、预算与产能", "Regions, budgets and capacity"), THE_REGION),
)
"""By what they are about."""
