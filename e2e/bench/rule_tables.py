"""One random decision table in two shapes: ours, and JDM for zen-engine, with inputs that reach every row."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import zen

from kernel.text import Text
from statute.conditions import Condition, OneOf, Stated, Stretch, one_of, period
from statute.table import Case, Column, DecisionTable, Holds, Matched

TRACED: "zen.DecisionEvaluateOptions" = {"trace": True}
FIRST_DAY = date(2017, 1, 1)
DAYS = 3_650
DRAWS_MAX = 100_000

PRODUCTS = tuple(f"product_{number}" for number in range(24))
KINDS = ("new_build", "rebuild", "expansion", "technical_renovation")
LEVELS = ("red", "orange", "green")
FUELS = ("coal", "natural_gas", "gangue", "waste_energy", "biomass", "other")

COLUMNS = (
    (Column("product", Text("产品", "product"), Holds.WORD), PRODUCTS),
    (Column("day", Text("申请日", "day of application"), Holds.DAY), ()),
    (Column("tce", Text("年综合能耗", "annual energy"), Holds.NUMBER), ()),
    (Column("kind", Text("建设性质", "kind"), Holds.WORD), KINDS),
    (Column("unit_energy", Text("单位产品能耗", "energy per unit"), Holds.NUMBER), ()),
    (Column("level", Text("地区等级", "level of the region"), Holds.WORD), LEVELS),
    (Column("fuel", Text("燃料", "fuel"), Holds.WORD), FUELS),
    (Column("share", Text("非化石占比", "non-fossil share"), Holds.NUMBER), ()),
)
"""A table takes the first ones. Half steps, so that a binary number writes every figure exactly."""
FREE_SHARE = 0.25
"""How often a row leaves a column free."""


@dataclass(frozen=True)
class Game:
    """The table, the same one for zen, and the inputs in the form that each side takes them in."""

    rows: int
    columns: int
    ours: DecisionTable[int]
    zens: "zen.ZenDecision"
    inputs: Sequence[Mapping[str, Stated]]
    contexts: Sequence[dict[str, Any]]

    @property
    def size(self) -> str:
        return f"{self.rows} rows x {self.columns} columns"

    def explain(self) -> int:
        """Looks every input up and reads the reason in both languages."""
        characters = 0
        for inputs in self.inputs:
            found = self.ours.look_up(inputs)
            assert isinstance(found, Matched)
            because = found.because
            characters += len(because.zh) + len(because.en)
        return characters

    def trace(self) -> int:
        """Evaluates every input with its trace, as Python objects."""
        return sum(len(self.zens.evaluate(context, TRACED)["trace"]) for context in self.contexts)

    def check(self) -> None:
        """Both sides choose the same row for every input, and every row is chosen."""
        chosen = [self.ours.look_up(inputs) for inputs in self.inputs]
        rows = [found.row for found in chosen if isinstance(found, Matched)]
        assert rows == [self.zens.evaluate(context)["result"]["row"] for context in self.contexts]
        assert set(rows) == set(range(self.rows))


def game(rows: int, columns: int, seed: int) -> Game:
    """Raises RuntimeError for a seed under which no table of that size comes about."""
    chance = random.Random(f"{seed} {rows} {columns}")
    taken = [column for column, _ in COLUMNS[:columns]]
    cases: list[Case[int]] = []
    inputs: list[Mapping[str, Stated]] = []
    alone: list[DecisionTable[int]] = []
    for _ in range(DRAWS_MAX):
        if len(cases) == rows:
            break
        case, stated = _drawn(COLUMNS[:columns], len(cases), chance)
        # A row stands only where an input reaches it: none before it takes that one in.
        if not any(isinstance(one.look_up(stated), Matched) for one in alone):
            cases.append(case)
            inputs.append(stated)
            alone.append(DecisionTable.compile(taken, [case]))
    else:
        raise RuntimeError(f"no table of {rows} rows and {columns} columns came about")
    chance.shuffle(inputs)
    decision = zen.ZenEngine().create_decision(json.dumps(_jdm(taken, cases)))
    table = DecisionTable.compile(taken, cases)
    return Game(rows, columns, table, decision, inputs, [_context(one) for one in inputs])


def _drawn(
    columns: Sequence[tuple[Column, tuple[str, ...]]], number: int, chance: random.Random
) -> tuple[Case[int], Mapping[str, Stated]]:
    """A row, and an input that it takes in."""
    when = {c.id: _condition(c, words, chance) for c, words in columns if chance.random() > FREE_SHARE}
    return Case(when, number), {c.id: _stated(when.get(c.id), c, words, chance) for c, words in columns}


def _condition(column: Column, words: tuple[str, ...], chance: random.Random) -> Condition:
    if column.holds is Holds.WORD:
        return one_of(*chance.sample(words, chance.randint(1, max(1, len(words) // 3))))
    if column.holds is Holds.DAY:
        first = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        return period(first, first + timedelta(days=chance.randint(180, 1_500)))
    low = Decimal(chance.randrange(0, 20_000)) / 2
    high = low + Decimal(chance.randint(200, 10_000)) / 2
    return chance.choice(
        [
            Stretch(at_least=low, below=high),
            Stretch(above=low, at_most=high),
            Stretch(at_least=low),
            Stretch(below=high),
        ]
    )


def _stated(condition: Condition | None, column: Column, words: tuple[str, ...], chance: random.Random) -> Stated:
    """What the condition takes in; without one, anything."""
    if isinstance(condition, OneOf):
        return chance.choice(condition.words)
    if column.holds is Holds.WORD:
        return chance.choice(words)
    low = condition.low if condition is not None else None
    high = condition.high if condition is not None else None
    if column.holds is Holds.DAY:
        first, last = _day(low, FIRST_DAY), _day(high, FIRST_DAY + timedelta(days=DAYS))
        return first + timedelta(days=chance.randrange((last - first).days))
    return _between(low, high, chance)


def _day(end: object, otherwise: date) -> date:
    return end if isinstance(end, date) else otherwise


def _between(low: object, high: object, chance: random.Random) -> Decimal:
    first = low if isinstance(low, Decimal) else Decimal(0)
    last = high if isinstance(high, Decimal) else first + 5_000
    halves = int((last - first) * 2)
    return first + Decimal(chance.randint(1, max(1, halves - 1))) / 2


# zen's side. A day goes in as a number of days: comparing numbers is the quickest that it can do.


def _context(stated: Mapping[str, Stated]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in stated.items()}


def _plain(value: Stated) -> str | float:
    if isinstance(value, str):
        return value
    return value.toordinal() if isinstance(value, date) else float(value)


def _cell(condition: Condition | None) -> str:
    if condition is None:
        return ""
    if isinstance(condition, OneOf):
        return ", ".join(f"'{word}'" for word in condition.words)
    return " and ".join(_ends(condition))


def _ends(stretch: Stretch) -> Iterator[str]:
    for sign, end in ((">=", stretch.at_least), (">", stretch.above), ("<=", stretch.at_most), ("<", stretch.below)):
        if end is not None:
            yield f"{sign} {_plain(end):g}" if isinstance(end, Decimal) else f"{sign} {end.toordinal()}"


def _jdm(columns: Sequence[Column], cases: Sequence[Case[int]]) -> dict[str, Any]:
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": c.id, "name": c.id, "type": "expression", "field": c.id} for c in columns],
        "outputs": [{"id": "out", "name": "row", "type": "expression", "field": "row"}],
        "rules": [
            {"_id": f"row-{case.then}", **{c.id: _cell(case.when.get(c.id)) for c in columns}, "out": str(case.then)}
            for case in cases
        ],
    }
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "request", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "response", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "table"), ("table", "out"))
    ]
    at = {"x": 0, "y": 0}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [{**node, "position": at} for node in nodes],
        "edges": edges,
    }
