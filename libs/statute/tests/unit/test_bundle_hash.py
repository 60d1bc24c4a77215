import os
import subprocess
import sys
from pathlib import Path

import pytest

from statute.loader import SHIPPED_DATA, load_bundle

PRINT_HASH = "from statute.loader import load_bundle; print(load_bundle().bundle_hash)"


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LANG": "tr_TR.UTF-8", "LC_ALL": ""},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"},
    ],
)
def test_the_hash_is_the_same_whatever_the_surroundings(surroundings: dict[str, str]) -> None:
    environment = {**os.environ, **surroundings, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    printed = subprocess.run(
        [sys.executable, "-c", PRINT_HASH], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert printed.strip() == load_bundle().bundle_hash


def copied(folder: Path) -> Path:
    for source in SHIPPED_DATA.rglob("*.yaml"):
        target = folder / source.relative_to(SHIPPED_DATA)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    return folder


def test_comments_and_file_names_do_not_change_the_hash(tmp_path: Path) -> None:
    data = copied(tmp_path)
    review = data / "national" / "review.yaml"
    review.write_text("# another comment\n" + review.read_text("utf-8"), "utf-8")
    review.rename(data / "national" / "energy-review.yaml")

    assert load_bundle(data=data).bundle_hash == load_bundle().bundle_hash


@pytest.mark.parametrize(
    ("before", "after"), [('value: "5000"', 'value: "5001"'), ("source: ord2_exempt", "source: ord2_text")]
)
def test_any_change_of_the_law_changes_the_hash(tmp_path: Path, before: str, after: str) -> None:
    data = copied(tmp_path)
    review = data / "national" / "review.yaml"
    written = review.read_text("utf-8")
    assert before in written
    review.write_text(written.replace(before, after, 1), "utf-8")

    assert load_bundle(data=data).bundle_hash != load_bundle().bundle_hash
