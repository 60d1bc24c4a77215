"""What a checker's complaint about a law file means, with the remedy, in both languages."""

from typing import Final

from kernel.text import Text

PERIOD_EMPTY: Final = "period_empty"
CONFIDENCE_MISPLACED: Final = "confidence_misplaced"
SOURCE_MISSING: Final = "source_missing"
VALUE_MISPLACED: Final = "value_misplaced"
FACT_INCOMPLETE: Final = "fact_incomplete"
REGIME_INCOMPLETE: Final = "regime_incomplete"
DAY_MISPLACED: Final = "day_misplaced"
CONDITION_INCOMPLETE: Final = "condition_incomplete"
CORRECTION_INCOMPLETE: Final = "correction_incomplete"
ASK_INCOMPLETE: Final = "ask_incomplete"
DUTY_SCOPE: Final = "duty_scope"

_WORD: Final = Text("不在允许的词之内, 请改用所列之一", "is no known word; use one of those listed")

_PROBLEMS: Final = {
    "extra_forbidden": Text("不认识的键, 请更正或删去", "is an unknown key; mend or remove it"),
    "missing": Text("缺少此项, 请补上", "is missing; add it"),
    "string_type": Text("应为文本, 数字须加引号", "must be text; a number is a quoted string"),
    "string_too_short": Text("不能为空, 请填写", "must not be empty; fill it in"),
    "date_type": Text("应为日期 YYYY-MM-DD, 不加引号", "must be a day YYYY-MM-DD without quotes"),
    "list_type": Text("应为列表, 每项以 - 开头", "must be a list, each item after a dash"),
    "literal_error": _WORD,
    "enum": _WORD,
    PERIOD_EMPTY: Text("until 不晚于 from, 期间至少一天", "until is not after from; a period has at least one day"),
    CONFIDENCE_MISPLACED: Text(
        "confidence 只用于未核验 (unverified) 的条目, 且每条必填",
        "confidence is for unverified entries, and each of them states it",
    ),
    SOURCE_MISSING: Text("已核验的条目须写明 source", "a confirmed entry names the source it was checked against"),
    ASK_INCOMPLETE: Text(
        "asks 应为 fact 加 must, 或 open: true, 或 never: true",
        "asks for a fact with must, or says open: true, or never: true",
    ),
    DUTY_SCOPE: Text("产品仅用于 scope: product", "products belong to scope: product alone"),
    FACT_INCOMPLETE: Text(
        "数值 (number) 须写单位 unit, 词 (word) 须列出 words, 其他不写",
        "a number has a unit, a word has its words, and nothing else has either",
    ),
    CONDITION_INCOMPLETE: Text(
        "条件应为 equals, 或至多一个下限 (at_least, above) 与一个上限 (at_most, below)",
        "a condition is equals, or at most one lower bound (at_least, above) and one upper (at_most, below)",
    ),
    CORRECTION_INCOMPLETE: Text(
        "修正的键与其 kind 不符: open 写 tiers, 其他写 per; add 按 fact 修正须写 base 和 side, "
        "multiply 须写 at_zero 和 divisor",
        "its keys do not belong to its kind: open lists tiers, the others per; add by a fact has base and side, "
        "multiply by a fact at_zero and divisor",
    ),
    REGIME_INCOMPLETE: Text(
        "一段期间或列出 cases, 或以 suspended 说明暂停, 二者取一",
        "a period has its cases, or says that it is suspended; one of the two",
    ),
    DAY_MISPLACED: Text(
        "日期不属该年度、重复, 或调休上班日不是周末",
        "a day is not of its year, stands twice, or is worked for another and no Saturday or Sunday",
    ),
    VALUE_MISPLACED: Text(
        "value 当且仅当未找到 (not_found) 时为空", "value is null exactly where the verification is not_found"
    ),
}


def explained(kind: str, message: str) -> Text:
    """`kind` and `message` are the checker's own; a kind without words of ours keeps its message."""
    known = _PROBLEMS.get(kind)
    if known is None:
        return Text(f"不合格式: {message}", message)
    return Text(known.zh, f"{known.en} ({message})" if known is _WORD else known.en)
