"""Entries: one person enters, another publishes; settled is settled."""

from datetime import UTC, datetime

import pytest

from kernel.regions import RegionCode
from targets.domain.entries import Entry, EntryKind, EntryNotPending, EntryState, SamePerson

AT = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def an_entry() -> Entry:
    return Entry(RegionCode("630100"), 1, EntryKind.REPORT, b"x", "甲/one", AT)


def test_another_person_publishes_what_one_entered() -> None:
    published = an_entry().published("乙/two", AT)

    assert (published.state, published.settled_by) == (EntryState.PUBLISHED, "乙/two")
    assert published.name == "regions/630100/entries/1"


@pytest.mark.parametrize("by", ["甲/one", " 甲/ONE", "甲／one", ""])
def test_its_author_does_not_publish_it_however_his_name_is_spelt(by: str) -> None:
    with pytest.raises(SamePerson):
        an_entry().published(by, AT)


def test_its_author_may_withdraw_it() -> None:
    withdrawn = an_entry().withdrawn("甲/one", AT, "填错")

    assert (withdrawn.state, withdrawn.reason) == (EntryState.WITHDRAWN, "填错")


@pytest.mark.parametrize("settled", [an_entry().published("乙/two", AT), an_entry().withdrawn("乙/two", AT, "误")])
def test_what_is_settled_stays_so(settled: Entry) -> None:
    with pytest.raises(EntryNotPending):
        settled.published("丙/three", AT)
    with pytest.raises(EntryNotPending):
        settled.withdrawn("丙/three", AT, "误")
