"""What differs between two revisions of a dossier, in which order things happened, and cells that are no formulas."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from portal.domain.dossiers import Change, Difference, Entry, differences, entries
from portal.domain.sheets import safe_cell
from portal.domain.timelines import Happening, in_order

STATED = {
    "project_name": "虚构",
    "application_date": {"year": 2026, "month": 3, "day": 2},
    "products": [{"name": "硅", "capacity": {"value": {"value": "4000"}, "unit": "t/d"}}],
    "energy": {"annual_tce_calorific": {"value": "0"}},
    "nationally_planned": False,
}


def test_every_stated_field_is_an_entry_and_nothing_else_is() -> None:
    assert entries(STATED) == (
        Entry(("project_name",), "虚构"),
        Entry(("application_date",), "2026-03-02"),
        Entry(("products", "1", "name"), "硅"),
        Entry(("products", "1", "capacity"), "4000 t/d"),
        Entry(("energy", "annual_tce_calorific"), "0"),
        Entry(("nationally_planned",), "no"),
    )


def test_what_was_added_removed_and_changed_is_told_apart() -> None:
    after = {**STATED, "project_name": "虚构二", "remark": "新"}
    del after["nationally_planned"]

    found = differences(STATED, after)

    assert found == (
        Difference(("project_name",), "虚构", "虚构二"),
        Difference(("remark",), None, "新"),
        Difference(("nationally_planned",), "no", None),
    )
    assert [one.change for one in found] == [Change.CHANGED, Change.ADDED, Change.REMOVED]


def test_a_revision_does_not_differ_from_itself() -> None:
    assert differences(STATED, STATED) == ()


def test_the_newest_comes_first_and_a_day_counts_from_its_beginning_in_china() -> None:
    what = Text("事", "it")
    day = Happening(date(2026, 3, 2), what)
    before, after = (Happening(datetime(2026, 3, 1, hour, 30, tzinfo=UTC), what) for hour in (15, 16))

    assert in_order([before, day, after]) == (after, day, before)
    assert day.is_day


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_kept_a_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@given(st.text())
def test_no_cell_begins_as_a_formula_and_none_loses_a_character(text: str) -> None:
    made = safe_cell(text)

    assert made.removeprefix("'") == text or made == text
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
