"""Names of accounts, and buckets that always add up to zero."""

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


def test_moving_between_buckets_keeps_the_sum_at_zero() -> None:
    balances = (
        Balances()
        .moved(Bucket.SOURCE, Bucket.AVAILABLE, 1000)
        .moved(Bucket.AVAILABLE, Bucket.HELD, 400)
        .moved(Bucket.HELD, Bucket.POSTED, 150)
    )

    assert balances == Balances(source=-1000, available=600, held=250, posted=150)
    assert balances.granted == 1000


@pytest.mark.parametrize(
    ("source", "available", "held", "posted"), [(-10, 11, 0, 0), (-10, 11, -1, 0), (-(10**18) - 1, 10**18 + 1, 0, 0)]
)
def test_buckets_that_cannot_be_are_not_made(source: int, available: int, held: int, posted: int) -> None:
    with pytest.raises(AssertionError):
        Balances(source, available, held, posted)
