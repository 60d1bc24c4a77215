"""What PostgreSQL's log says that statements read."""

import json

from e2e.bench.portal_reads import most_read


def said(query: str, plan: dict[str, object]) -> str:
    """As auto_explain writes it."""
    text = json.dumps({"Query Text": query, "Plan": plan}, indent=2).replace("\n", "\n\t")
    return f"2026-11-25 12:00:00.000 UTC [7] LOG:  duration: 1.234 ms  plan:\n\t{text}\n"


def test_what_a_step_threw_away_was_read_too() -> None:
    scan = {"Actual Rows": 3, "Rows Removed by Filter": 997, "Actual Loops": 1}
    log = said("SELECT 1", {"Actual Rows": 1, "Actual Loops": 1}) + said(
        "SELECT 2", {"Actual Rows": 3, "Actual Loops": 1, "Plans": [scan]}
    )

    assert most_read(log) == (1_000, "SELECT 2")


def test_a_step_counts_as_often_as_it_ran() -> None:
    inner = {"Actual Rows": 2, "Rows Removed by Index Recheck": 1, "Actual Loops": 50}

    assert most_read(said("SELECT 3", {"Actual Rows": 50, "Actual Loops": 1, "Plans": [inner]})) == (150, "SELECT 3")


def test_a_log_without_plans_tells_of_nothing() -> None:
    assert most_read("2026-11-25 12:00:00.000 UTC [7] LOG:  checkpoint complete\n") == (0, "")
