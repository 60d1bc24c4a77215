"""An issuer's keys: asked for when needed and not more often, kept for a while when the issuer is away."""

import json

import pytest
from joserfc.jwk import OctKey

from servicekit.access.keys import ASK_SECONDS_MIN, FRESH_SECONDS, STALE_SECONDS_MAX, IssuerKeys, KeysAway, keys_of
from testkit.forging import Forge

FIRST, SECOND = Forge("first"), Forge("second")


class Place:
    """Where keys are published: how often it was asked, and whether it answers."""

    def __init__(self, *forges: Forge) -> None:
        self.forges = forges
        self.asked = 0
        self.answers = True
        self.now = 0.0

    async def read(self, _place: str) -> bytes:
        self.asked += 1
        if not self.answers:
            raise OSError("away")
        return json.dumps({"keys": [json.loads(forge.document)["keys"][0] for forge in self.forges]}).encode()

    def keys(self) -> IssuerKeys:
        return IssuerKeys("https://issuer.test/jwks", self.read, lambda: self.now)


async def test_a_known_key_is_not_asked_for_again_while_it_is_fresh() -> None:
    place = Place(FIRST)
    keys = place.keys()
    for _ in range(3):
        assert await keys.find("first") is not None

    assert place.asked == 1


async def test_a_new_key_is_found_without_a_restart() -> None:
    place = Place(FIRST)
    keys = place.keys()
    await keys.find("first")

    place.forges, place.now = (SECOND,), ASK_SECONDS_MIN

    assert await keys.find("second") is not None


async def test_a_key_that_was_taken_back_is_believed_only_while_fresh() -> None:
    place = Place(FIRST)
    keys = place.keys()
    await keys.find("first")

    place.forges, place.now = (SECOND,), FRESH_SECONDS + 1

    assert await keys.find("first") is None


async def test_an_issuer_that_is_away_is_waited_for_with_the_keys_that_are_known() -> None:
    place = Place(FIRST)
    keys = place.keys()
    await keys.find("first")
    place.answers = False

    place.now = STALE_SECONDS_MAX
    assert await keys.find("first") is not None
    place.now = STALE_SECONDS_MAX + 1
    with pytest.raises(KeysAway):
        await keys.find("first")


async def test_keys_that_were_never_read_are_said_to_be_away() -> None:
    place = Place()
    place.answers = False

    with pytest.raises(KeysAway):
        await place.keys().find("first")


def test_a_shared_secret_in_a_key_set_is_no_public_key() -> None:
    secret = OctKey.generate_key(256, {"kid": "secret"})

    assert keys_of(json.dumps({"keys": [secret.as_dict()]}).encode()) == {}


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [{"kty": "RSA"}]}', b"\xff"])
def test_what_is_no_key_set_is_said_to_be_none(document: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says, nobody reads it
        keys_of(document)
