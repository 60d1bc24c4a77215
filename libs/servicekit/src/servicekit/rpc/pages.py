"""Paging: a bounded page, and a token that says after which key the next one starts."""

import base64
import binascii
import json

from servicekit.rpc.checks import Violations

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 500
TOKEN_CHARACTERS_MAX = 1_000


def page_size(asked: int, violations: Violations) -> int:
    """0 takes the default, more than the most is cut to it, negative is a violation."""
    if asked < 0:
        violations.add("page_size", "NEGATIVE", "不得为负数", "must not be negative")
        return PAGE_SIZE_DEFAULT
    return min(asked or PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)


def next_token(key: str, rows: int, size: int) -> str:
    """The token after a page that ends with `key`; empty when the page was not full."""
    return base64.urlsafe_b64encode(json.dumps([key]).encode()).decode() if rows == size else ""


def after(token: str, violations: Violations, field: str = "page_token") -> str:
    """The key after which the page starts; empty for the first page."""
    if not token:
        return ""
    try:
        decoded = json.loads(base64.b64decode(token[:TOKEN_CHARACTERS_MAX], altchars=b"-_", validate=True))
    except (ValueError, RecursionError, binascii.Error):
        decoded = None
    key = decoded[0] if isinstance(decoded, list) and len(decoded) == 1 else None
    if not isinstance(key, str) or not key.isprintable():
        violations.add(field, "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return ""
    return key
