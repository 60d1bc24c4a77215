"""Drafts of the law: what is shipped, with one figure changed."""

import shutil
from pathlib import Path

from statute.archive import packed
from statute.loader import SHIPPED_DATA, PolicyBundle, load_bundle

PROVINCIAL = (
    '{from: 2025-09-01, value: "10000", document: 国家发展和改革委员会令2025年第31号, article: "8"',
    '{from: 2025-09-01, value: "20000", document: 国家发展和改革委员会令2025年第31号, article: "8"',
)
"""Twice the lines (tce, coal) from which on the province reviews."""
TITLE = ("title_zh: 省级", "title_zh: 省一级")
"""Words only."""


def draft(folder: Path, change: tuple[str, str]) -> tuple[PolicyBundle, bytes]:
    """The bundle and its archive."""
    before, after = change
    shutil.copytree(SHIPPED_DATA, folder)
    review = folder / "national" / "review.yaml"
    written = review.read_text("utf-8")
    assert before in written
    review.write_text(written.replace(before, after), "utf-8")
    return load_bundle("qinghai", folder), packed("qinghai", folder)
