"""Reads a project's phases as they are written on the command line: `2026:500` or `2026:500:1300`, in tce and tCO2."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from client.errors import ClientError
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.text import Text

PER_TONNE: Final = 1_000

_AMOUNT = r"[0-9]{1,15}(?:\.[0-9]{1,3})?"
_PHASE: Final = re.compile(rf"([0-9]{{4}}):({_AMOUNT})(?::({_AMOUNT}))?", re.ASCII)


def phases(written: Iterable[str]) -> list[pb.Phase]:
    """Raises ClientError for one that is written otherwise."""
    return [_phase(one) for one in written]


def _phase(written: str) -> pb.Phase:
    if not (found := _PHASE.fullmatch(written)):
        raise ClientError(
            Text(
                f"{written} 应写作 年份:能耗[:碳排放], 单位 tce (当量) 和 tCO2, 至多三位小数, 如 2026:500:1300.5",
                f"{written} must be written year:energy[:carbon] in tce (calorific) and tCO2, at most three decimals, "
                "such as 2026:500:1300.5",
            )
        )
    year, energy, carbon = found.groups()
    kgco2 = None if carbon is None else int(Decimal(carbon) * PER_TONNE)
    return pb.Phase(year=int(year), amount_kgce_calorific=int(Decimal(energy) * PER_TONNE), amount_kgco2=kgco2)
