"""Reads a plan's figures: the capacity to be built, and what is drawn from each lot, in whole tonnes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from capacity.domain.lots import LotId
from capacity.domain.tonnage import Tonnage, Unit, counts_in, tonnage
from dossier.model import Amount, LotUse, Product, ReplacementPlan
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that has to be added or mended."""

    field: str
    text: Text


@dataclass(frozen=True, slots=True)
class Built:
    """The capacity of one product to be built."""

    field: str
    capacity: Tonnage


@dataclass(frozen=True, slots=True)
class Share:
    """What the plan draws from one lot."""

    field: str
    lot: LotId
    asked: Tonnage


@dataclass(frozen=True, slots=True)
class Figures:
    """What could be read. Invariant: without problems there is something built and at least one share, in one unit."""

    built: tuple[Built, ...]
    shares: tuple[Share, ...]
    built_problems: tuple[Problem, ...]
    share_problems: tuple[Problem, ...]

    def __post_init__(self) -> None:
        assert self.built or self.built_problems
        assert self.shares or self.share_problems or self.built_problems
        units = {b.capacity.unit for b in self.built} | {s.asked.unit for s in self.shares}
        assert self.built_problems or len(units) == 1

    @property
    def capacity(self) -> Tonnage | None:
        """All that is to be built together; None as soon as one of it cannot be read."""
        if self.built_problems:
            return None
        return Tonnage(sum(b.capacity.tonnes for b in self.built), self.built[0].capacity.unit)

    @property
    def brought(self) -> int:
        return sum(share.asked.tonnes for share in self.shares)


def read_figures(
    products: Iterable[tuple[int, Product]], plan: ReplacementPlan, unit: Unit, *, serves: Callable[[LotId], bool]
) -> Figures:
    """`products` are those of one kind that owe the plan, with their places; the law counts this kind in `unit`.

    `serves` tells the lots of the plan that are brought for this kind.
    """
    stated = [(f"dossier.products[{index}].capacity", product.capacity) for index, product in products]
    spelling = next((amount.unit for _, amount in stated if amount and counts_in(amount.unit, unit)), None)
    built, problems = [], []
    for field, amount in stated:
        made = _capacity(amount, spelling, unit)
        if isinstance(made, Text):
            problems.append(Problem(field, made))
        else:
            built.append(Built(field, made))
    uses = [(index, use) for index, use in enumerate(plan.lots) if serves(LotId(use.lot))]
    shares, share_problems = _shares(uses, spelling)
    return Figures(tuple(built), shares, tuple(problems), share_problems)


def _capacity(amount: Amount | None, spelling: str | None, unit: Unit) -> Tonnage | Text:
    """All is stated in one spelling of the unit, for the quantities drawn from the lots are in that spelling."""
    if amount is None:
        return Text(zh="未填写拟建产能", en="the capacity to be built is not stated")
    if not counts_in(amount.unit, unit):
        return Text(
            zh=f"该产品的产能以 {unit.value} 计, 不能用 {amount.unit}",
            en=f"capacity of this product counts in {unit.value}, not in {amount.unit}",
        )
    if amount.unit != spelling:
        return Text(zh=f"同一产品应统一用 {spelling} 填写", en=f"one product is stated in one unit: use {spelling}")
    return tonnage(amount.value, amount.unit)


def _shares(uses: Sequence[tuple[int, LotUse]], spelling: str | None) -> tuple[tuple[Share, ...], tuple[Problem, ...]]:
    if not uses:
        text = Text(zh="未列明所用产能指标", en="names no lot of retired capacity")
        return (), (Problem("dossier.replacement.lots", text),)
    if spelling is None:
        return (), ()
    shares, problems = [], []
    for index, use in uses:
        field = f"dossier.replacement.lots[{index}].quantity"
        made = tonnage(use.quantity, spelling)
        if isinstance(made, Text):
            problems.append(Problem(field, made))
        else:
            shares.append(Share(field, LotId(use.lot), made))
    return tuple(shares), tuple(problems)
