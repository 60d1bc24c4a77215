"""What a checker's complaint about a law file means, with the remedy, in both languages."""

from typing import Final

from kernel.text import Text

PERIOD_EMPTY: Final = "period_empty"
CONFIDENCE_MISPLACED: Final = "confidence_misplaced"
SOURCE_MISSING: Final = "source_missing"
VALUE_MISPLACED: Final = "value_misplaced"

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
