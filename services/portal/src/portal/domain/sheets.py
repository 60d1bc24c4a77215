"""What goes into a table that a spreadsheet opens: no cell of it may be taken for a formula."""

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would compute it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text
