"""What a bench found, as a table and as `bench/out/NAME.json`."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

OUTPUT = Path("bench/out")


@dataclass(frozen=True)
class Figure:
    """One figure over several runs."""

    what: str
    unit: str
    runs: Sequence[float]

    def as_json(self) -> dict[str, object]:
        return {
            "what": self.what,
            "unit": self.unit,
            "min": round(min(self.runs), 3),
            "median": round(statistics.median(self.runs), 3),
            "max": round(max(self.runs), 3),
            "runs": len(self.runs),
        }


@dataclass(frozen=True)
class Bar:
    """What a figure should reach. Not met is printed as not met."""

    what: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        enough = self.at_least is None or self.value >= self.at_least
        return enough and (self.at_most is None or self.value <= self.at_most)

    def as_json(self) -> dict[str, object]:
        limit = {"at_least": self.at_least} if self.at_least is not None else {"at_most": self.at_most}
        return {"what": self.what, "value": round(self.value, 3), **limit, "met": self.met}


def machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def publish(name: str, figures: Sequence[Figure], bars: Sequence[Bar], notes: Sequence[str] = ()) -> Path:
    """Prints the table and writes the file. `notes` say under what conditions it was measured."""
    table = Table(title=f"bench {name}")
    for column in ("figure", "unit", "min", "median", "max", "runs"):
        table.add_column(column, justify="left" if column in ("figure", "unit") else "right")
    for figure in figures:
        row = figure.as_json()
        table.add_row(*(str(row[key]) for key in ("what", "unit", "min", "median", "max", "runs")))
    console = Console()
    console.print(table)
    for note in notes:
        console.print(note)
    for bar in bars:
        limit = f"at least {bar.at_least}" if bar.at_least is not None else f"at most {bar.at_most}"
        console.print(f"{'met' if bar.met else 'NOT MET'}: {bar.what}: {bar.value:.2f} ({limit})")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / f"{name}.json"
    content = {
        "machine": machine(),
        **({"notes": list(notes)} if notes else {}),
        "figures": [f.as_json() for f in figures],
        "bars": [b.as_json() for b in bars],
    }
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"written to {file}")
    return file
