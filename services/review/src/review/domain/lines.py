"""How a project's yearly amounts stand to the lines that an order draws: any one reached suffices."""

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from kernel.text import Text, joined
from review.domain.amounts import COAL, KWH, NAMES, NOT_STATED, TCE, TCE_EQUIVALENT, Amounts, written
from review.domain.counting import By, Counting
from statute.bundle import Line
from statute.finding import Citation, Verdict
from statute.parameter import Version

FIELDS: Final = {"tce": (TCE,), "coal": (COAL,), "kwh": (KWH,)}
"""The field that each measure of a line is read from."""
BOTH_BASES: Final = {**FIELDS, "tce": (TCE, TCE_EQUIVALENT)}
"""As FIELDS, where energy is taken on the basis that gives more."""
COUNTED_BY_INCREMENT: Final = frozenset({TCE, TCE_EQUIVALENT})
"""The clause on the increment speaks of comprehensive energy; whether coal and electricity follow it is open."""


class Standing(Enum):
    REACHED = "reached"
    BELOW = "below"
    ASKED = "asked"
    """By what is stated it cannot be told."""
    OPEN = "open"
    """By what the law says it cannot be told."""


class Drawn(NamedTuple):
    """One line with the amount held against it. A limit of None is not known."""

    field: str
    amount: Decimal | None
    limit: Decimal | None

    @property
    def words(self) -> Text:
        field, amount, limit = self.field, self.amount, self.limit
        return Text(
            "{name} {amount}, 门槛 {limit}",
            "{name} {amount}, line {limit}",
            name=NAMES[field],
            amount=NOT_STATED if amount is None else written(field, amount),
            limit="?" if limit is None else written(field, limit),
        )


class Yearly(NamedTuple):
    """What a project uses in a year, before and after, and how it counts. `before` is None when not stated."""

    after: Amounts
    before: Amounts | None
    counting: Counting

    def counted(self, field: str) -> Decimal | None:
        """The amount that counts; None when it cannot be told."""
        whole = self.after[field]
        if self.counting.by is By.WHOLE or whole is None:
            return whole
        before = self.before[field] if self.before is not None else None
        if self.counting.by is By.UNTOLD or before is None:
            return None
        return max(whole - before, Decimal(0))


class Reach(NamedTuple):
    """Whether a project reaches any of some lines. UNKNOWN: it reaches none for certain, but may reach one.

    `missing` are the fields that would tell; without any the law does not say, and a person decides.
    """

    verdict: Verdict
    missing: tuple[str, ...]
    lines: Sequence[Line]
    yearly: Yearly
    higher_of_both: bool

    @property
    def words(self) -> Text:
        fields = BOTH_BASES if self.higher_of_both else FIELDS
        drawn = (_drawn(line, field, self.yearly) for line in self.lines for field in fields[line.measure])
        return joined([one.words for one in drawn])

    @property
    def under(self) -> tuple[Citation, ...]:
        drawn = (line.version.citation for line in self.lines if line.version is not None)
        return (*self.yearly.counting.under, *drawn)


def reach(lines: Sequence[Line], yearly: Yearly, *, higher_of_both: bool = False) -> Reach:
    """At a line counts as reaching it. `higher_of_both`: energy is taken on the basis that gives more."""
    fields = BOTH_BASES if higher_of_both else FIELDS
    verdict = Verdict.FAILS
    missing: tuple[str, ...] = ()
    for line in lines:
        for field in fields[line.measure]:
            standing, asked, _ = _stands(field, line.version, yearly)
            if standing is Standing.REACHED:
                return Reach(Verdict.HOLDS, (), lines, yearly, higher_of_both)
            if standing is not Standing.BELOW:
                verdict, missing = Verdict.UNKNOWN, missing + asked
    return Reach(verdict, tuple(dict.fromkeys(missing)), lines, yearly, higher_of_both)


def _drawn(line: Line, field: str, yearly: Yearly) -> Drawn:
    _, _, amount = _stands(field, line.version, yearly)
    return Drawn(field, amount, None if line.version is None else line.version.number)


def _stands(field: str, version: Version | None, yearly: Yearly) -> tuple[Standing, tuple[str, ...], Decimal | None]:
    """With the fields that would tell, and the amount that does."""
    whole = yearly.after[field]
    if version is None:
        return Standing.OPEN, (), whole
    if whole is None:
        return Standing.ASKED, (field,), None
    limit = version.number
    # The increment is never more than the whole.
    if whole < limit:
        return Standing.BELOW, (), whole
    if yearly.counting.by is By.WHOLE:
        return Standing.REACHED, (), whole
    return _by_increment(field, limit, yearly, whole)


def _by_increment(
    field: str, limit: Decimal, yearly: Yearly, whole: Decimal
) -> tuple[Standing, tuple[str, ...], Decimal | None]:
    """The whole reaches the line; the increment counts, or may count."""
    before = yearly.before[field] if yearly.before is not None else None
    if before is None:
        before_field = field.replace("dossier.energy.", "dossier.energy_before.")
        return Standing.ASKED, (*yearly.counting.missing, before_field), whole
    increment = whole - before
    if increment >= limit:
        return Standing.REACHED, (), increment
    if yearly.counting.by is By.UNTOLD:
        return Standing.ASKED, yearly.counting.missing, whole
    return (Standing.BELOW if field in COUNTED_BY_INCREMENT else Standing.OPEN), (), increment
