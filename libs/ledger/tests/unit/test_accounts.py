"""Names of accounts, and balances that can be."""

import pytest

from ledger.accounts import AccountId, Balances, Bucket


@pytest.mark.parametrize(
    ("account", "written"),
    [
        (AccountId("630100", "energy_calorific_kgce", "2026"), "630100/energy_calorific_kgce/2026"),
        (AccountId("lot-17", "capacity:clinker"), "lot-17/capacity:clinker/"),
    ],
)
def test_an_account_is_read_back_from_its_text(account: AccountId, written: str) -> None:
    assert str(account) == written
    assert AccountId.parse(written) == account


@pytest.mark.parametrize(
    "text",
    [
        "",
        "630100",
        "630100/energy",
        "630100/energy/2026/1",
        "/energy/2026",
        "630100//2026",
        "63 01/e/2026",
        "青海/e/2026",
    ],
)
def test_a_text_that_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"account|owner"):
        AccountId.parse(text)


@pytest.mark.parametrize(("owner", "period"), [("a" * 101, ""), ("a", "2" * 21), ("a\n", ""), ("a", "2026\n")])
def test_a_part_that_the_database_would_refuse_is_refused_here(owner: str, period: str) -> None:
    with pytest.raises(ValueError, match="must match"):
        AccountId(owner, "energy", period)


def test_moving_between_buckets_keeps_what_was_granted() -> None:
    balances = (
        Balances()
        .moved(Bucket.SOURCE, Bucket.AVAILABLE, 1000)
        .moved(Bucket.AVAILABLE, Bucket.HELD, 400)
        .moved(Bucket.HELD, Bucket.POSTED, 150)
        .moved(Bucket.POSTED, Bucket.AVAILABLE, 50)
    )

    assert balances == Balances(granted=1000, held=250, posted=100)
    assert balances.available == 650


def test_an_overdraft_lets_more_be_taken_and_nothing_more_be_available() -> None:
    balances = Balances(granted=10, held=12, overdraft=5)

    assert (balances.available, balances.takeable) == (-2, 3)


@pytest.mark.parametrize(
    ("granted", "held", "posted", "overdraft"),
    [
        (-1, 0, 0, 9),
        (10, -1, 0, 0),
        (10, 0, -1, 0),
        (10, 0, 0, -1),
        (10, 6, 5, 0),
        (10, 6, 7, 2),
        (10**18 + 1, 0, 0, 0),
    ],
)
def test_balances_that_cannot_be_are_not_made(granted: int, held: int, posted: int, overdraft: int) -> None:
    with pytest.raises(AssertionError):
        Balances(granted, held, posted, overdraft)
