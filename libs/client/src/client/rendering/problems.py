"""Refusals for people: both languages, every wrong field on a line of its own."""

from client.errors import ClientError, ServiceError
from client.rendering.words import Language, both
from kernel.errors import Violation
from kernel.text import Text


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
    return [*both(head, language).split("\n"), *(_violation(one, language) for one in error.violations)]


def _reason(error: ServiceError) -> str:
    return f" [{error.reason}]" if error.reason else f" [{error.code.name}]"


def _violation(violation: Violation, language: Language) -> str:
    return f"  {violation.field}: " + both(violation.text, language).replace("\n", " | ")
