from collections.abc import Callable

from testkit.ports import settle


def counting(*ports: int) -> Callable[[], int]:
    following = iter(ports)
    return lambda: next(following)


def test_a_kept_port_stays_while_it_is_free() -> None:
    ports, taken = settle({"kafka": 9_001}, ["kafka"], lambda _: True, counting())

    assert ports == {"kafka": 9_001}
    assert taken == []


def test_a_kept_port_that_somebody_took_is_reported() -> None:
    ports, taken = settle({"kafka": 9_001, "postgres": 9_003}, ["kafka"], lambda _: False, counting())

    assert ports == {"kafka": 9_001, "postgres": 9_003}
    assert taken == ["kafka"]


def test_two_names_never_share_a_port_even_when_the_kernel_offers_one_twice() -> None:
    ports, _ = settle({"kafka": 9_001}, ["postgres", "filing"], lambda _: True, counting(9_001, 9_003, 9_003, 9_005))

    assert ports == {"kafka": 9_001, "postgres": 9_003, "filing": 9_005}
