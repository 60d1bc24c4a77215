"""The words of the contracts in both languages, and the marks that stand beside them."""

from datetime import UTC
from enum import StrEnum
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.clock import CHINA_STANDARD_TIME
from kernel.text import Text


class Language(StrEnum):
    """A language of the output."""

    ZH = "zh"
    EN = "en"


def said(text: Text | common.Text, language: Language) -> str:
    return text.zh if language is Language.ZH else text.en


def both(text: Text, language: Language) -> str:
    """Both languages, the reader's first; once when they are the same."""
    first, second = (text.zh, text.en) if language is Language.ZH else (text.en, text.zh)
    return first if first == second else f"{first}\n{second}"


def date_of(message: Date) -> str:
    return f"{message.year:04d}-{message.month:02d}-{message.day:02d}"


def time_of(message: Timestamp) -> str:
    """In China, to the second."""
    return message.ToDatetime(UTC).astimezone(CHINA_STANDARD_TIME).strftime("%Y-%m-%d %H:%M:%S")


OUTCOMES: Final = {
    common.OUTCOME_UNSPECIFIED: Text("未知", "unknown"),
    common.OUTCOME_APPROVE: Text("通过", "approve"),
    common.OUTCOME_DEFER: Text("暂缓", "defer"),
    common.OUTCOME_BLOCK: Text("不通过", "block"),
}

DISPOSITIONS: Final = {
    common.DISPOSITION_UNSPECIFIED: Text("无", "none"),
    common.DISPOSITION_APPROVE: Text("同意", "approve"),
    common.DISPOSITION_CONDITIONAL: Text("附条件同意", "conditional"),
    common.DISPOSITION_EXEMPT: Text("不单独审查", "exempt"),
    common.DISPOSITION_DEFER: Text("缓批", "defer"),
    common.DISPOSITION_RESTRICT: Text("限批", "restrict"),
    common.DISPOSITION_RETURN: Text("补正", "return"),
    common.DISPOSITION_REFER_UP: Text("报上级", "refer up"),
    common.DISPOSITION_MANUAL: Text("人工判定", "manual"),
    common.DISPOSITION_PROHIBIT: Text("禁止", "prohibit"),
    common.DISPOSITION_NOT_PASS: Text("不予通过", "not pass"),
}

NEXT_STEPS: Final = {
    common.DISPOSITION_APPROVE: Text("无不利认定, 按程序办理。", "Nothing stands against it: proceed."),
    common.DISPOSITION_CONDITIONAL: Text("落实所附条件后办理。", "Meet the conditions named, then proceed."),
    common.DISPOSITION_EXEMPT: Text(
        "无须单独节能审查, 仍须报送用能情况。", "No separate review is needed; energy use is still reported."
    ),
    common.DISPOSITION_DEFER: Text(
        "等待所列条件具备 (预算足够, 或能耗替代核实)。",
        "Wait until the conditions named are met (enough budget, verified replacement).",
    ),
    common.DISPOSITION_RESTRICT: Text(
        "等待: 所在地区预警等级改善后自动重新筛查。",
        "Wait: it is screened anew by itself when the region's level improves.",
    ),
    common.DISPOSITION_RETURN: Text(
        "补齐所列字段, 用 dualcontrol amend 提交修订。",
        "Add the fields listed and file a new revision with dualcontrol amend.",
    ),
    common.DISPOSITION_REFER_UP: Text("报上级节能审查机关。", "Refer it to the higher authority."),
    common.DISPOSITION_MANUAL: Text(
        "由审查人员对照所列条款判定。", "A reviewer decides, with the clauses listed at hand."
    ),
    common.DISPOSITION_PROHIBIT: Text(
        "依法禁止; 如事实有误或方案有变, 用 dualcontrol amend 提交修订。",
        "Prohibited by law. If a fact is wrong or the plan changes, file a new revision with dualcontrol amend.",
    ),
    common.DISPOSITION_NOT_PASS: Text(
        "不予通过; 方案改进到限值以内后, 用 dualcontrol amend 提交修订。",
        "Not passed. Improve the plan to within the limits, then file a new revision with dualcontrol amend.",
    ),
}

VERDICTS: Final = {
    common.VERDICT_HOLDS: ("✔", Text("成立", "holds")),
    common.VERDICT_FAILS: ("✘", Text("不成立", "fails")),
}
NOT_KNOWN: Final = ("?", Text("不明", "unknown"))
"""Also for a verdict of a newer service: never a silent pass."""

CONFIRMED: Final = "confirmed"
POLICY_DEFAULT: Final = "policy_default"
UNVERIFIED: Final = Text("依据未核验", "basis not verified")
VERIFICATIONS: Final = {
    CONFIRMED: Text("已核验", "confirmed"),
    POLICY_DEFAULT: Text("平台参数", "platform parameter"),
}

FACTS: Final = {
    "filing": Text("备案", "filing"),
    "review": Text("节能审查", "review"),
    "replacement": Text("产能置换", "replacement"),
    "deduction": Text("能耗预算", "deduction"),
    "withdrawal": Text("撤回", "withdrawal"),
    "ruling": Text("人工核定", "ruling"),
    "opinion": Text("节能审查意见", "opinion"),
    "queue": Text("等候次序", "queue"),
}
FACTS_OF_MANY: Final = {
    "region": Text("地区预警 {key}", "level of region {key}"),
    "saving": Text("能耗替代 {key}", "saving {key}"),
    "override": Text("签署不计 {key}", "override {key}"),
}
"""Facts of which a case may have several, each with a name of its own."""

CAUSES: Final = {
    "fact": Text("新事实", "a newer fact"),
    "region": Text("预警等级变化", "a level changed"),
    "budget": Text("预算可用量增加", "budget became free"),
    "queue": Text("排在前面的已办结或离开", "one before it was served or left"),
    "policy": Text("规则库更新", "another policy bundle"),
    "override": Text("签署不计", "an override"),
    "person": Text("人工核定", "a ruling"),
}
"""Why a case was screened, by the kind of cause."""

SCALES: Final = {
    targets.SCALE_INTENSITY: Text("能耗强度", "intensity"),
    targets.SCALE_TOTAL: Text("能源消费总量", "total"),
    targets.SCALE_CARBON: Text("碳排放强度", "carbon"),
}
LEVELS: Final = {
    targets.WARNING_LEVEL_ONE: Text("一级 (红)", "1 (red)"),
    targets.WARNING_LEVEL_TWO: Text("二级 (橙)", "2 (orange)"),
    targets.WARNING_LEVEL_THREE: Text("三级 (绿)", "3 (green)"),
}
LEVEL_BASES: Final = {
    targets.LEVEL_BASIS_DERIVED: Text("本平台测算", "derived here"),
    targets.LEVEL_BASIS_PUBLISHED: Text("上级公布", "published"),
}
FILING_STATES: Final = {
    filing.FILING_STATE_ACCEPTED: Text("已受理", "accepted"),
    filing.FILING_STATE_WITHDRAWN: Text("已撤回", "withdrawn"),
}


def verdict_mark(verdict: common.Verdict.ValueType) -> tuple[str, Text]:
    return VERDICTS.get(verdict, NOT_KNOWN)


def disposition_text(disposition: common.Disposition.ValueType) -> Text:
    """A value of a newer service is shown as manual: a person must look."""
    return DISPOSITIONS.get(disposition, DISPOSITIONS[common.DISPOSITION_MANUAL])


def outcome_text(outcome: common.Outcome.ValueType) -> Text:
    return OUTCOMES.get(outcome, OUTCOMES[common.OUTCOME_DEFER])


def fact_text(fact: str) -> Text:
    kind, _, key = fact.partition("/")
    if key and kind in FACTS_OF_MANY:
        named = FACTS_OF_MANY[kind]
        return Text(named.zh, named.en, key=key)
    return FACTS.get(fact, Text(fact, fact))


def evidence_of(level: targets.RegionLevel, language: Language) -> str:
    """A document as it is printed; reported figures in words, of which the service has both languages in one line."""
    zh, bar, en = level.evidence.partition(" | ")
    derived = level.basis == targets.LEVEL_BASIS_DERIVED and bar
    return (zh if language is Language.ZH else en) if derived else level.evidence


def cause_text(kind: str, subject: str) -> Text:
    return Text("{why} ({what})", "{why} ({what})", why=CAUSES.get(kind, Text(kind, kind)), what=subject)
