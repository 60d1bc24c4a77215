"""Energy that a budget has promised to projects: use that the reports of their regions do not show yet."""

from dataclasses import dataclass

from kernel.regions import RegionCode


@dataclass(frozen=True, slots=True)
class Promise:
    """One reservation. It counts in its region and in all above it; `amount_kgce` is on the 当量 basis."""

    deduction: str
    region: RegionCode
    year: int
    amount_kgce: int

    def __post_init__(self) -> None:
        assert self.amount_kgce > 0
