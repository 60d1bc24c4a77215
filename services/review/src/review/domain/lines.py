"""How a project's yearly amounts stand to the lines that an order draws: any one reached suffices."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Final, NamedTuple

from kernel.text import Later, Text, joined
from review.domain.amounts import COAL, KWH, NAMES, NOT_STATED, TCE, TCE_EQUIVALENT, Amounts, written
from review.domain.counting import By, Counting
from statute.bundle import Line
from statute.finding import Citation, Verdict

FIELDS: Final = {"tce": TCE, "coal": COAL, "kwh": KWH}
"""The field that each measure of a line is read from."""
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
    standing: Standing
    amount: Decimal | None
    limit: Decimal | None
    missing: tuple[str, ...] = ()

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


class Reach(NamedTuple):
    """Whether a project reaches any of some lines. UNKNOWN: it reaches none for certain, but may reach one.

    `missing` are the fields that would tell; without any the law does not say, and a person decides.
    """

    verdict: Verdict
    words: Text
    missing: tuple[str, ...]
    under: tuple[Citation, ...]


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


def reach(lines: Iterable[Line], yearly: Yearly, *, higher_of_both: bool = False) -> Reach:
    """At a line counts as reaching it. `higher_of_both`: energy is taken on the basis that gives more."""
    drawn, under = [], [*yearly.counting.under]
    for line in lines:
        field = FIELDS[line.measure]
        drawn.append(_drawn(line, field, yearly))
        if higher_of_both and field == TCE:
            drawn.append(_drawn(line, TCE_EQUIVALENT, yearly))
        if line.version is not None:
            under.append(line.version.citation)
    standings = [one.standing for one in drawn]
    verdict = Verdict.FAILS
    missing: tuple[str, ...] = ()
    if Standing.REACHED in standings:
        verdict = Verdict.HOLDS
    elif Standing.ASKED in standings or Standing.OPEN in standings:
        verdict, missing = Verdict.UNKNOWN, tuple(dict.fromkeys(field for one in drawn for field in one.missing))
    return Reach(verdict, Later(partial(_words, tuple(drawn))), missing, tuple(under))


def _words(drawn: Sequence[Drawn]) -> Text:
    return joined([one.words for one in drawn])


def _drawn(line: Line, field: str, yearly: Yearly) -> Drawn:
    if line.version is None:
        return Drawn(field, Standing.OPEN, yearly.after[field], None)
    limit = line.version.number
    standing, missing, amount = _stands(field, limit, yearly)
    return Drawn(field, standing, amount, limit, missing)


def _stands(field: str, limit: Decimal, yearly: Yearly) -> tuple[Standing, tuple[str, ...], Decimal | None]:
    """With the amount that tells."""
    whole = yearly.after[field]
    if whole is None:
        return Standing.ASKED, (field,), None
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


def open_line(reached: Reach) -> Text:
    """Why a person decides where nothing is missing."""
    return Text(
        "当日适用的限值未收录, 或法规未明确按增量还是全量计算而两者分处门槛两侧, 须人工判断: {words}",
        "The figure of the day is not held here, or the law does not say whether the increment or the whole counts and "
        "the two lie on both sides of the line; a person decides: {words}",
        words=reached.words,
    )
