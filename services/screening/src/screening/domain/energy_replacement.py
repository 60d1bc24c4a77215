"""Whether savings that are held for a project replace its new consumption."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.text import Text
from screening.domain.facts import FactVersion, SavingFact
from statute.finding import Remedy

SAVINGS = "savingHolds"


@dataclass(frozen=True, slots=True)
class Replaced:
    """Amounts in kgce on the 当量 basis. What is held on the other basis cannot be counted against them."""

    held_kgce: int
    other_basis: bool
    needed_kgce: int

    @property
    def enough(self) -> bool:
        return self.held_kgce >= self.needed_kgce

    @property
    def text(self) -> Text:
        text = Text(
            "已核实能耗替代 {held} 千克标准煤, 应替代 {needed} 千克标准煤 (当量值)",
            "{held} kgce are verified as replaced, {needed} kgce (calorific) are owed",
            held=str(self.held_kgce),
            needed=str(self.needed_kgce),
        )
        if not self.other_basis:
            return text
        return Text(
            "{text}; 另有等价值节能量, 不得与当量值合计",
            "{text}; savings on the equivalent basis are held too and do not count on this one",
            text=text,
        )

    @property
    def remedy(self) -> Remedy:
        more = self.needed_kgce - self.held_kgce
        text = Text(
            "再落实 {more} 千克标准煤 (当量值) 的节能量即可",
            "savings of {more} kgce (calorific) more suffice",
            more=str(more),
        )
        return Remedy(SAVINGS, f"{self.held_kgce} kgce", f"{self.needed_kgce} kgce", text)


def replaced(savings: tuple[SavingFact, ...], annual_kgce: int, ratio: Decimal) -> Replaced:
    """`ratio` of the annual energy has to be replaced; part of a kgce counts as a whole one."""
    live = [one for one in savings if one.live]
    owed = annual_kgce * ratio
    needed = int(owed) + (owed != int(owed))
    return Replaced(
        held_kgce=sum(one.replaces_kgce for one in live if one.calorific),
        other_basis=any(not one.calorific for one in live),
        needed_kgce=needed,
    )


def versions_of(savings: tuple[SavingFact, ...]) -> tuple[FactVersion, ...]:
    return tuple(FactVersion(f"saving/{one.hold}", one.version) for one in savings)
