"""Refusals for people: both languages, every wrong field on a line of its own, and the command that helps."""

from collections.abc import Mapping
from typing import Final

from client.errors import ClientError, ServiceError
from client.rendering.words import Language, both
from kernel.errors import Violation
from kernel.text import Text

HINTS: Final[Mapping[str, Text]] = {
    "FILING_EXISTS": Text(
        "同一项目有变更时: dualcontrol amend {filing} FILE",
        "If it is the same project and it changed: dualcontrol amend {filing} FILE",
    ),
    "REVISION_CONFLICT": Text(
        "什么也没有更改。把修改并入第 {newest_revision} 版后, 用 --base-revision {newest_revision} 重新运行",
        "Nothing was changed. Bring your change into revision {newest_revision}, "
        "then run with --base-revision {newest_revision}",
    ),
    "UNAUTHENTICATED": Text(
        "登录: dualcontrol sign-in; 查看当前身份: dualcontrol who",
        "To sign in: dualcontrol sign-in. To see as whom you call: dualcontrol who",
    ),
    "DENIED": Text(
        "查看当前身份与权限: dualcontrol who; 换人登录: dualcontrol sign-in",
        "To see your rights: dualcontrol who. To sign in as another person: dualcontrol sign-in",
    ),
}
"""What a person with this command at hand can do, by reason; filled in from the refusal's metadata."""


def problem_lines(error: ClientError, language: Language) -> list[str]:
    """The message in both languages, the reader's first; then each wrong field with what is asked of it."""
    if not isinstance(error, ServiceError):
        return both(error.text, language).split("\n")
    head = Text(f"错误: {error.text.zh}{_reason(error)}", f"Error: {error.text.en}{_reason(error)}")
    if error.violations:
        count = len(error.violations)
        head = Text(
            f"错误: 请求有 {count} 处不合格{_reason(error)}", f"Error: {count} wrong in the request{_reason(error)}"
        )
    fields = [_violation(one, language) for one in error.violations]
    return [*both(head, language).split("\n"), *fields, *_hint(error, language)]


def _reason(error: ServiceError) -> str:
    return f" [{error.reason}]" if error.reason else f" [{error.code.name}]"


def _hint(error: ServiceError, language: Language) -> list[str]:
    hint = HINTS.get(error.reason)
    if hint is None:
        return []
    try:
        filled = Text(hint.zh.format_map(error.metadata), hint.en.format_map(error.metadata))
    except KeyError:
        return []  # a newer service names its words otherwise: its own text still stands
    return [f"  {line}" for line in both(filled, language).split("\n")]


def _violation(violation: Violation, language: Language) -> str:
    return f"  {violation.field}: " + both(violation.text, language).replace("\n", " | ")
