"""Rules: decision tables beside zen-engine, and the whole evaluation of many dossiers, on one core.

The tables are the same for both sides, and so are the inputs, which reach every row. Our side looks the row up and
reads its reason in Chinese and in English; zen evaluates with its trace. Rounds of the two alternate. What a longer
table costs is compared at one number of columns: 200 rows x 6 beside 20 x 6.

The evaluation is `review`'s, of seeded dossiers that are made outside the timed part, a chunk at a time. It tells every
verdict, what it leads to and what is missing. What explains them (inputs, citations, parts, remedies, the energy
account) is made when somebody reads it, and a service that stores a review reads all of it. So three figures are
printed: the evaluation alone, which the bar is for; with all grounds, remedies and the account made; and with every
sentence of them written out in both languages besides. An evaluation is dropped before the next one is made, as a
service does once it has stored it: the collector of garbage is on, and has no heap of them to go through.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from e2e.bench.dossiers import dossiers
from e2e.bench.report import Bar, Figure, publish
from e2e.bench.rule_tables import Game, game

from dossier.model import Dossier
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation
from statute.loader import PolicyBundle, load_bundle

SEED = 7
SMALL, LONG, LARGE = (20, 6), (200, 6), (200, 8)
LOOK_UPS = 4_000
DOSSIERS = 100_000
CHUNK = 2_000
READ_SHARE = 10
"""Of so many dossiers, one is read."""

ZEN_RATIO = 20
GROWTH_RATIO = 1.5
EVALUATION_SECONDS = 10
MICROSECONDS = 1_000_000


def microseconds_each(work: Callable[[], object], count: int, repeats: int) -> float:
    """The mean of one of `count` in `repeats` goes through the work, in CPU time of this process."""
    began = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - began) / (count * repeats) * MICROSECONDS


@dataclass
class Sides:
    """One size of table, measured from both sides, round by round."""

    game: Game
    ours: list[float] = field(default_factory=list)
    zens: list[float] = field(default_factory=list)

    def round(self, look_ups: int, *, ours_first: bool) -> None:
        sides = [(self.ours, self.game.explain), (self.zens, self.game.trace)]
        count = len(self.game.inputs)
        for figures, work in sides if ours_first else reversed(sides):
            figures.append(microseconds_each(work, count, max(1, look_ups // count)))

    @property
    def ratios(self) -> list[float]:
        return [zens / ours for ours, zens in zip(self.ours, self.zens, strict=True)]


def measure_tables(rounds: int, look_ups: int) -> tuple[list[Figure], list[Bar]]:
    sizes = {size: Sides(game(*size, SEED)) for size in (SMALL, LONG, LARGE)}
    for sides in sizes.values():
        sides.game.check()
        sides.round(look_ups // 10, ours_first=True)
        sides.ours.clear()
        sides.zens.clear()
    for number in range(rounds):
        for sides in sizes.values():
            sides.round(look_ups, ours_first=number % 2 == 0)
    growth = [long / small for small, long in zip(sizes[SMALL].ours, sizes[LONG].ours, strict=True)]
    figures = [figure for sides in sizes.values() for figure in _figures(sides)]
    return [*figures, Figure("table, 200 / 20 rows, 6 columns", "ratio", growth)], [
        *(
            Bar(
                f"zen-engine / table, {sizes[size].game.size}",
                statistics.median(sizes[size].ratios),
                at_least=ZEN_RATIO,
            )
            for size in (SMALL, LARGE)
        ),
        Bar("table, 200 / 20 rows, 6 columns", statistics.median(growth), at_most=GROWTH_RATIO),
    ]


def _figures(sides: Sides) -> tuple[Figure, ...]:
    size = sides.game.size
    return (
        Figure(f"table, reason in zh and en, {size}", "us/look-up", sides.ours),
        Figure(f"zen-engine, trace, {size}", "us/look-up", sides.zens),
        Figure(f"zen-engine / table, {size}", "ratio", sides.ratios),
    )


@dataclass
class Evaluated:
    """What one run over all dossiers took and made: seconds by how far each evaluation is read."""

    count: int = 0
    seconds: float = 0
    findings: int = 0
    read_count: int = 0
    explained_seconds: float = 0
    written_seconds: float = 0

    def take(self, count: int, policy: PolicyBundle) -> None:
        stream = dossiers(count, SEED, policy)
        while chunk := list(islice(stream, CHUNK)):
            began = time.process_time()
            for dossier in chunk:
                self.findings += len(evaluate(dossier, policy).findings)
            self.seconds += time.process_time() - began
            self.count += len(chunk)
            if self.read_count * READ_SHARE <= self.count:
                self.explained_seconds += timed(lambda dossier: explained(evaluate(dossier, policy)), chunk)
                self.written_seconds += timed(lambda dossier: written(evaluate(dossier, policy)), chunk)
                self.read_count += len(chunk)


def timed(work: Callable[[Dossier], object], chunk: Iterable[Dossier]) -> float:
    began = time.process_time()
    for dossier in chunk:
        work(dossier)
    return time.process_time() - began


def explained(evaluation: Evaluation) -> int:
    """All that explains the findings and their parts, and the account; gives the remedies."""
    _ = evaluation.account
    return sum(len(one.remedies) for finding in evaluation.findings for one in finding.walk())


def written(evaluation: Evaluation) -> int:
    """Every sentence of the findings, of their parts and remedies, in both languages; gives the characters."""
    _ = evaluation.account
    return sum(
        len(text.zh) + len(text.en)
        for finding in evaluation.findings
        for one in finding.walk()
        for text in (one.title, one.because, *(remedy.text for remedy in one.remedies))
    )


def measure_evaluation(count: int, runs: int) -> tuple[list[Figure], list[Bar]]:
    policy = load_bundle()
    Evaluated().take(min(count, CHUNK), policy)
    done = [Evaluated() for _ in range(runs)]
    for run in done:
        run.take(count, policy)
    seconds = [run.seconds / run.count * DOSSIERS for run in done]
    what = f"evaluation, {DOSSIERS:,} dossiers" + ("" if count == DOSSIERS else f" (from {count:,})")
    explained_us = [run.explained_seconds / run.read_count * MICROSECONDS for run in done]
    written_us = [run.written_seconds / run.read_count * MICROSECONDS for run in done]
    return [
        Figure(what, "s", seconds),
        Figure("evaluation, one dossier", "us", [run.seconds / run.count * MICROSECONDS for run in done]),
        Figure("evaluation, with grounds, remedies and account", "us", explained_us),
        Figure("evaluation, with every sentence in zh and en", "us", written_us),
        Figure("evaluation, findings of a dossier", "findings", [run.findings / run.count for run in done]),
    ], [Bar(what, statistics.median(seconds), at_most=EVALUATION_SECONDS)]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.rules", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=DOSSIERS, help=f"dossiers of a run (default {DOSSIERS:,})")
    parser.add_argument("--look-ups", type=int, default=LOOK_UPS, help=f"look-ups of a round (default {LOOK_UPS:,})")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of the tables, interleaved (default 9)")
    parser.add_argument("--runs", type=int, default=3, help="runs of the evaluation (default 3)")
    options = parser.parse_args(arguments)
    tables, table_bars = measure_tables(options.rounds, options.look_ups)
    evaluation, evaluation_bars = measure_evaluation(options.dossiers, options.runs)
    publish("rules", [*tables, *evaluation], [*table_bars, *evaluation_bars])


if __name__ == "__main__":
    main()
