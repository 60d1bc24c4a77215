"""Filing accepted over gRPC to decision readable, open loop at fixed rates, then the knee; beside a bare pipeline."""

import argparse
import math
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from e2e.bench.report import Bar, Figure, publish
from e2e.bench.sides import PlatformSide, Side, bare_side, cpu_ms
from e2e.bench.steady import STEP, Run, knee
from e2e.conftest import grant_envelopes

from testkit.services import SERVICES
from testkit.stack import Stack

P50, P99 = 0.50, 0.99
KNEE_MIN = 250.0
P99_RATE = 100.0
P99_MS_MAX = 250.0
KNEE_RATIO_MIN = 0.5

NOTES = (
    "One machine carries all: load generator, services or the bare pipeline's processes, Kafka and PostgreSQL.",
    "Latency counts from when a filing was due, not from when it was sent; undecided counts as longest (shown as -1).",
    "CPU is each process's own over a whole run, with what it does at rest; on the bare side the services are stopped.",
    f"The knee: the highest rate, in steps of {STEP}, at which all is decided, p99 < 1 s and latency does not grow.",
    "Each of the bare pipeline's hops is a process with one insert and no law, check, inbox or lock.",
)


@dataclass(frozen=True)
class Plan:
    """What is measured of each side."""

    rates: Sequence[float]
    seconds: float
    runs: int
    warm_up_seconds: float
    probe_seconds: float
    knee_probes: int
    """At most so many rates are tried upwards from the first."""

    @property
    def middle(self) -> float:
        return self.rates[len(self.rates) // 2]


@dataclass
class Findings:
    """What was found of one side."""

    name: str
    by_rate: dict[float, list[Run]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    """ms per filing at the middle rate, by process."""
    at_rest: dict[str, float] = field(default_factory=dict)
    """ms per second without any filing, by process."""
    knee: float = 0.0

    def p99(self, rate: float) -> float:
        return statistics.median(run.percentile(P99) for run in self.by_rate[rate])


def measure(side: Side, plan: Plan) -> Findings:
    found = Findings(side.name)
    side.arrivals(plan.rates[0], plan.warm_up_seconds)
    found.at_rest = _at_rest(side, plan.warm_up_seconds)
    for _ in range(plan.runs):
        for rate in plan.rates:
            before = cpu_ms(side.pids)
            run = side.arrivals(rate, plan.seconds)
            found.by_rate.setdefault(rate, []).append(run)
            _say(side, rate, run)
            if rate == plan.middle:
                spent = {name: after - before[name] for name, after in cpu_ms(side.pids).items()}
                for name, ms in {**spent, "load generator": run.load_cpu_ms}.items():
                    found.cpu.setdefault(name, []).append(ms / len(run.latencies))
    found.knee = knee(lambda rate: _probe(side, rate, plan.probe_seconds), _start(found), plan.knee_probes)
    return found


def _at_rest(side: Side, seconds: float) -> dict[str, float]:
    before = cpu_ms(side.pids)
    time.sleep(seconds)
    return {name: (after - before[name]) / seconds for name, after in cpu_ms(side.pids).items()}


def _start(found: Findings) -> float:
    """The highest fixed rate that it kept up with in every run, or the lowest of them."""
    kept = [rate for rate, runs in found.by_rate.items() if all(run.steady for run in runs)]
    return max(kept, default=min(found.by_rate))


def _probe(side: Side, rate: float, seconds: float) -> bool:
    run = side.arrivals(rate, seconds)
    _say(side, rate, run)
    return run.steady


def _say(side: Side, rate: float, run: Run) -> None:
    word = "keeps up" if run.steady else "does NOT keep up"
    lost = f", {run.undecided} undecided {dict(run.failures)}" if run.undecided else ""
    print(
        f"{side.name} at {rate:.0f}/s: p50 {run.percentile(P50):.0f} ms, p99 {run.percentile(P99):.0f} ms, {word}{lost}"
    )


@contextmanager
def bench_stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-bench-"))
    folder.chmod(0o711)
    stack = Stack(folder, SERVICES)
    try:
        stack.up()
        grant_envelopes(stack)
        yield stack
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


def measure_both(plan: Plan) -> tuple[Findings, Findings]:
    with bench_stack() as stack:
        side = PlatformSide(stack)
        platform = measure(side, plan)
        side.stop()
        with bare_side(stack) as beside:
            return platform, measure(beside, plan)


def figures(found: Findings, plan: Plan) -> list[Figure]:
    side = found.name
    return [
        *(
            Figure(f"{side} p{share * 100:.0f} at {rate:g}/s", "ms", [_finite(run.percentile(share)) for run in runs])
            for rate, runs in found.by_rate.items()
            for share in (P50, P99)
        ),
        *(
            Figure(f"{side} undecided at {rate:g}/s", "filings", [run.undecided for run in runs])
            for rate, runs in found.by_rate.items()
        ),
        Figure(f"{side} knee", "filings/s", [found.knee]),
        *(
            Figure(f"CPU {side}: {name}, at {plan.middle:g}/s", "ms/filing", values)
            for name, values in sorted(found.cpu.items())
        ),
        Figure(f"CPU {side}, all, at {plan.middle:g}/s", "ms/filing", _summed(found)),
        *(Figure(f"CPU {side}: {name}, at rest", "ms/s", [ms]) for name, ms in sorted(found.at_rest.items())),
    ]


def _summed(found: Findings) -> list[float]:
    """All but the load generator, run by run."""
    columns = [values for name, values in found.cpu.items() if name != "load generator"]
    return [sum(values) for values in zip(*columns, strict=True)]


def _finite(ms: float) -> float:
    """JSON knows no infinity: a run whose filings were not decided has no latency of theirs, and says so by -1."""
    return ms if math.isfinite(ms) else -1.0


def bars(platform: Findings, beside: Findings) -> list[Bar]:
    rate = P99_RATE if P99_RATE in platform.by_rate else max(platform.by_rate)
    return [
        Bar("knee, filings a second", platform.knee, at_least=KNEE_MIN),
        Bar(f"p99 at {rate:g}/s, ms", platform.p99(rate), at_most=P99_MS_MAX),
        Bar("knee, platform / bare", platform.knee / beside.knee if beside.knee else 0.0, at_least=KNEE_RATIO_MIN),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.e2e", description=__doc__)
    parser.add_argument("--rates", type=float, nargs="+", default=[50, 100, 200], help="filings a second")
    parser.add_argument("--seconds", type=float, default=20, help="length of a run (default 20)")
    parser.add_argument("--runs", type=int, default=3, help="runs at each rate (default 3)")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds at the lowest rate before (default 5)")
    parser.add_argument("--probe-seconds", type=float, default=8, help="length of a probe for the knee (default 8)")
    parser.add_argument("--knee-probes", type=int, default=30, help="at most so many steps to the knee (default 30)")
    options = parser.parse_args(arguments)
    plan = Plan(
        rates=sorted(options.rates),
        seconds=options.seconds,
        runs=options.runs,
        warm_up_seconds=options.warm_up,
        probe_seconds=options.probe_seconds,
        knee_probes=options.knee_probes,
    )
    platform, beside = measure_both(plan)
    publish("e2e", [*figures(platform, plan), *figures(beside, plan)], bars(platform, beside), NOTES)


if __name__ == "__main__":
    main()
