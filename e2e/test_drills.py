"""The drills in small: what they do at length is told in their own files."""

import pytest
from e2e.bench import simulate
from e2e.drill import kill, recovery, restore

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def test_doubled_and_reordered_events_and_kills_end_as_one_process_that_never_fell() -> None:
    found = kill.run(filings=1_333, kills=6, seed=20261125)

    assert found.events >= 19_000
    assert found.lost == []
    assert found.doubled == []
    assert found.different == []
    assert found.held_wrongly == []
    assert found.replayed >= 1_333
    assert found.replayed_otherwise == []


def test_a_recovering_prefecture_screens_each_deferred_project_once_for_each_cause_and_in_order() -> None:
    found = recovery.run(projects=300)

    assert set(found.not_once.values()) == {0}
    assert set(found.out_of_order.values()) == {0}
    assert found.ledger == ""


def test_publishing_a_draft_changes_exactly_the_decisions_that_its_simulation_names() -> None:
    found = simulate.run(120)

    assert found.simulated
    assert found.published == found.simulated


@pytest.mark.parametrize("way", sorted(restore.WAYS))
def test_what_was_lost_amid_the_work_comes_back_whole_and_what_is_gone_is_named(way: str) -> None:
    found = restore.run(way, filings=40)

    assert found.good, found
