"""What the demo says about signing in is so."""

import json
from pathlib import Path

import pytest
from e2e.demo.__main__ import read
from e2e.demo.signing_in import SUGGESTED, Entrance, entrance_of

from client.commands.submit import SUBMISSIONS
from client.rendering.tables import filing_id
from testkit.issuer.identities import Identities
from testkit.issuer.users import EXPERT_CASE, USERS


def test_everybody_whom_it_names_can_sign_in() -> None:
    assert SUGGESTED.keys() <= USERS.keys()


def test_the_expert_was_asked_about_a_filing_of_the_demo() -> None:
    assert EXPERT_CASE in {filing_id(entry.request) for entry in read("filings", SUBMISSIONS.request)}


def test_the_password_is_the_one_that_the_issuer_asks_for(tmp_path: Path) -> None:
    (tmp_path / "addresses.json").write_text(json.dumps({"portal": "127.0.0.1:2", "issuer": "127.0.0.1:1"}))

    assert entrance_of(tmp_path) == Entrance("http://127.0.0.1:2/", Identities(tmp_path, "").password)


@pytest.mark.parametrize("addresses", [None, "no json", "[]", '{"portal": "127.0.0.1:2"}'])
def test_without_a_portal_and_an_issuer_nobody_is_sent_there(tmp_path: Path, addresses: str | None) -> None:
    if addresses is not None:
        (tmp_path / "addresses.json").write_text(addresses)

    assert entrance_of(tmp_path) is None
