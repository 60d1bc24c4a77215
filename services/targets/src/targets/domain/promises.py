"""Energy that a budget has promised to projects: use that the reports of their regions do not show yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.regions import RegionCode


@dataclass(frozen=True, slots=True)
class Promise:
    """One reservation, with what it adds in each year that a phase of it starts.

    It counts in its region and in all above it; amounts are kgce on the 当量 basis.
    """

    deduction: str
    region: RegionCode
    kgce_by_year: Mapping[int, int]

    def __post_init__(self) -> None:
        assert self.kgce_by_year
        assert all(amount > 0 for amount in self.kgce_by_year.values())
