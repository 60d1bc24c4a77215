"""The bench runs, small: it prints, writes its file, and asserts no time."""

import json
from pathlib import Path

import pytest
from e2e.bench import e2e, ledger, portal, rules

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_the_end_to_end_bench_decides_every_filing_on_both_sides(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("e2e.bench.report.OUTPUT", tmp_path)

    small = ["--seconds", "2", "--runs", "1", "--warm-up", "1", "--probe-seconds", "1", "--knee-probes", "2"]
    e2e.main(["--rates", "4", "8", *small])

    written = json.loads((tmp_path / "e2e.json").read_text("utf-8"))
    figures = {figure["what"]: figure for figure in written["figures"]}
    sides, rates = ("platform", "bare"), ("4", "8")
    assert all(figures[f"{side} undecided at {rate}/s"]["max"] == 0 for side in sides for rate in rates)
    assert all(
        figures[f"{side} {p} at {rate}/s"]["min"] > 0 for side in sides for rate in rates for p in ("p50", "p99")
    )
    assert {f"CPU platform: {name}, at 8/s" for name in ("filing", "screening", "kafka", "postgres")} <= figures.keys()
    assert {f"CPU bare: {name}, at 8/s" for name in ("serve", "hop 4", "load generator", "kafka")} <= figures.keys()
    assert [bar["what"] for bar in written["bars"]] == [
        "knee, filings a second",
        "p99 at 8/s, ms",
        "knee, platform / bare",
    ]


def test_the_rules_bench_measures_the_tables_and_the_evaluation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("e2e.bench.report.OUTPUT", tmp_path)

    rules.main(["--dossiers", "200", "--look-ups", "200", "--rounds", "2", "--runs", "1"])

    written = json.loads((tmp_path / "rules.json").read_text("utf-8"))
    figures = {figure["what"]: figure for figure in written["figures"]}
    sizes = ("20 rows x 6 columns", "200 rows x 6 columns", "200 rows x 8 columns")
    assert {f"zen-engine / table, {size}" for size in sizes} <= figures.keys()
    assert {"evaluation, one dossier", "table, 200 / 20 rows, 6 columns"} <= figures.keys()
    assert all(figure["median"] > 0 for figure in figures.values())
    assert len(written["bars"]) == 4


def test_the_ledger_bench_measures_every_door_and_finds_all_that_it_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("e2e.bench.report.OUTPUT", tmp_path)

    ledger.main(["--rounds", "1", "--holds", "500", "--stored", "3000"])

    written = json.loads((tmp_path / "ledger.json").read_text("utf-8"))
    figures = {figure["what"]: figure for figure in written["figures"]}
    assert "fsync on" in written["notes"][0]
    assert {f"{side} / bare" for side in ledger.BARS} <= figures.keys()
    assert {"cost of a hold, 3,000 entries stored / empty", "balance as of a day and a time"} <= figures.keys()
    assert all(figure["median"] > 0 for figure in figures.values())
    assert len(written["bars"]) == 8


def test_the_portal_bench_reads_every_page_as_two_people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("e2e.bench.report.OUTPUT", tmp_path)

    portal.main(["--projects", "5000", "--requests", "4"])

    written = json.loads((tmp_path / "portal.json").read_text("utf-8"))
    figures = {figure["what"]: figure for figure in written["figures"]}
    assert len(figures) == 2 * sum(len(portal.pages_of(reader, 5_000)) for reader in portal.READERS)
    assert all(figure["median"] > 0 for figure in figures.values())
    assert [bar["what"].partition(" (")[0] for bar in written["bars"]] == [
        f"p95 of the slowest page, {reader}" for reader in portal.READERS
    ]
