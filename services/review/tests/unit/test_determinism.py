"""The same dossiers under the same law give the same bytes, whatever the process around them is like."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("fingerprint.py")
SECONDS_MAX = 120


def told_under(**environment: str) -> str:
    run = [sys.executable, str(PROGRAM)]
    return subprocess.run(
        run, env={**os.environ, **environment}, check=True, capture_output=True, text=True, timeout=SECONDS_MAX
    ).stdout


@pytest.fixture(scope="module")
def plainly() -> str:
    return told_under(PYTHONHASHSEED="0", TZ="UTC", LANG="C", LC_ALL="C")


@pytest.mark.parametrize(
    ("seed", "zone", "language"),
    [
        ("1", "Asia/Shanghai", "zh_CN.UTF-8"),
        ("random", "UTC", "zh_CN.UTF-8"),
        ("random", "Asia/Shanghai", "C"),
    ],
)
def test_neither_hash_seed_nor_zone_nor_language_changes_a_byte(
    plainly: str, seed: str, zone: str, language: str
) -> None:
    told = told_under(PYTHONHASHSEED=seed, TZ=zone, LANG=language, LC_ALL=language)

    assert len(told) == 64
    assert told == plainly
