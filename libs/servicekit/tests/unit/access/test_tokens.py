"""A token becomes a caller, or is refused for one of four reasons, whatever is wrong with it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.access.refusals import Unauthenticated
from servicekit.access.tokens import TOKEN_CHARACTERS_MAX, Tokens
from servicekit.access.trust import Trust
from testkit.forging import Forge, claims, trusted, wrong_tokens

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
AT = NOW.timestamp()
FORGE = Forge()


class Keys:
    """Answers with what `forges` publish, and counts how often it was asked."""

    def __init__(self, *forges: Forge) -> None:
        self.forges = forges
        self.asked = 0

    async def read(self, _place: str) -> bytes:
        self.asked += 1
        keys = [json.loads(forge.document)["keys"][0] for forge in self.forges]
        return json.dumps({"keys": keys}).encode()


def tokens(keys: Keys | None = None, **stated: Any) -> Tokens:
    return Tokens(Trust(issuers=(trusted(**stated),)), lambda: NOW, (keys or Keys(FORGE)).read)


def right(**stated: Any) -> str:
    return FORGE.token(claims(at=AT, **stated))


async def test_a_right_token_says_who_calls_and_what_he_was_granted() -> None:
    caller = await tokens().caller(right(auth_time=int(AT) - 60))

    assert caller.label == "测试甲/reviewer.test"
    assert [str(grant) for grant in caller.grants] == ["reviewer:632800"]
    assert caller.authenticated_at == NOW - timedelta(seconds=60)


WRONG = wrong_tokens(FORGE, AT)


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_token_is_refused_and_nobody_learns_why(token: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await tokens().caller(token)

    assert refused.value.why == "TOKEN_INVALID"


async def test_a_token_that_has_ended_is_called_expired() -> None:
    with pytest.raises(Unauthenticated) as refused:
        await tokens().caller(right(iat=int(AT) - 900, exp=int(AT) - 31))

    assert refused.value.why == "TOKEN_EXPIRED"


async def test_a_token_that_was_found_good_ends_all_the_same() -> None:
    moments = [NOW]
    checking = Tokens(Trust(issuers=(trusted(),)), lambda: moments[-1], Keys(FORGE).read)
    token = right(exp=int(AT) + 10)
    await checking.caller(token)

    moments.append(NOW + timedelta(seconds=45))

    with pytest.raises(Unauthenticated):
        await checking.caller(token)


async def test_subjects_of_two_issuers_are_two_callers() -> None:
    caller = await tokens(prefix="hai:").caller(right())

    assert caller.subject == "hai:reviewer.test"


async def test_invented_key_ids_do_not_make_us_ask_the_issuer_again_and_again() -> None:
    keys = Keys(FORGE)
    checking = tokens(keys)
    for number in range(50):
        with pytest.raises(Unauthenticated):
            await checking.caller(FORGE.token(claims(at=AT), kid=f"invented-{number}"))

    assert keys.asked == 1


@given(st.text(max_size=TOKEN_CHARACTERS_MAX // 10) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
async def test_whatever_is_sent_as_a_token_is_refused_and_nothing_breaks(token: str) -> None:
    with pytest.raises(Unauthenticated):
        await tokens().caller(token)
