"""What counts as keeping up with a rate, and where the knee is."""

import pytest
from e2e.bench.steady import STEP, Run, knee


def run(latencies: list[float | None]) -> Run:
    return Run(latencies, {}, 0.0)


@pytest.mark.parametrize(
    ("latencies", "steady"),
    [
        ([20.0] * 300, True),
        ([5_000.0] * 2 + [20.0] * 298, True),
        ([20.0] * 290 + [1_000.0] * 10, False),
        ([20.0] * 299 + [None], False),
        ([20.0 + 0.1 * place for place in range(300)], True),
        ([20.0 + 2.0 * place for place in range(300)], False),
        ([900.0 - 2.0 * place for place in range(300)], True),
        ([20.0], True),
    ],
    ids=["even", "two outliers", "p99 at a second", "one undecided", "slightly longer", "growing", "shrinking", "one"],
)
def test_a_pipeline_keeps_up_when_all_is_decided_in_time_and_latency_does_not_grow(
    latencies: list[float | None], *, steady: bool
) -> None:
    assert run(latencies).steady is steady


def test_what_was_never_decided_counts_as_longest() -> None:
    assert run([1.0] * 98 + [None] * 2).percentile(0.99) == float("inf")


@pytest.mark.parametrize(
    ("limit", "found"), [(100.0, 100.0), (124.9, 100.0), (125.0, 125.0), (200.0, 195.3125), (79.9, 64.0), (0.0, 0.0)]
)
def test_the_knee_is_the_highest_step_that_holds(limit: float, found: float) -> None:
    assert knee(lambda rate: rate <= limit, 100.0, steps_max=10) == found


def test_a_rate_that_fails_once_is_tried_again() -> None:
    answers = iter([False, True, False, False])

    assert knee(lambda _rate: next(answers), 100.0, steps_max=10) == 100.0


def test_the_way_to_the_knee_is_bounded() -> None:
    assert knee(lambda _rate: True, 100.0, steps_max=2) == 100.0 * STEP**2
