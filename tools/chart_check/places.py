"""Where things lie, and the values that the chart is rendered with."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CHART: Final = ROOT / "charts" / "dualcontrol"
GOLDEN: Final = CHART / "ci" / "golden"
REQUIREMENTS: Final = ROOT / "requirements" / "chart.txt"
KUBERNETES: Final = tuple(f"1.{minor}.0" for minor in range(29, 38))
"""Every version that the chart promises to run on."""
NEWEST_TRIED: Final = "1.36.0"
"""The version that a real cluster of `make cluster-up` has; a helm 3 of our own build believes in 1.20."""
RELEASE: Final = "dc"


def values_files() -> list[Path]:
    """The values that the chart is rendered with, each a way to install it."""
    return sorted((CHART / "ci").glob("*-values.yaml"))


def minimal() -> Path:
    """The least that has to be said."""
    return CHART / "ci" / "minimal-values.yaml"
