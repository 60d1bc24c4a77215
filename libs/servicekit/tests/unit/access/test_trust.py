"""Whose tokens are believed: a wrong file is named before anything starts."""

from pathlib import Path

import pytest

from servicekit.access.trust import Purpose, load_trust

RIGHT = """
issuers:
  - issuer: https://sso.example.gov.cn
    keys: https://sso.example.gov.cn/jwks
    roles: [reviewer, signer]
"""


def load(folder: Path, text: str, purpose: Purpose = "production") -> object:
    file = folder / "trust.yaml"
    file.write_text(text, "utf-8")
    return load_trust(file, purpose)


def test_a_right_file_names_its_issuers(tmp_path: Path) -> None:
    assert load(tmp_path, RIGHT)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("https://sso.example.gov.cn/jwks", "http://sso.example.gov.cn/jwks"), "TLS"),
        (("issuer: https", "issuer: http"), "TLS"),
        (("[reviewer, signer]", "[emperor]"), "roles"),
        (("[reviewer, signer]", "[]"), "roles"),
        (("roles:", "algorithms: [HS256]\n    roles:"), "algorithms"),
        (("roles:", "algorithms: [none]\n    roles:"), "algorithms"),
        (("keys:", "key:"), "key"),
        (("issuers:", "issuers: ["), "YAML"),
        ((RIGHT, ""), "issuers"),
        ((RIGHT, "issuers: []"), "issuers"),
    ],
)
def test_a_wrong_file_is_refused_and_says_where(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        load(tmp_path, RIGHT.replace(*change) or "{}")


def test_a_demonstration_may_do_without_tls(tmp_path: Path) -> None:
    assert load(tmp_path, RIGHT.replace("https", "http"), "demo")


def test_several_issuers_need_prefixes_of_their_own(tmp_path: Path) -> None:
    second = RIGHT.replace("sso", "other").replace("issuers:\n", "")
    with pytest.raises(ValueError, match="prefix"):
        load(tmp_path, RIGHT + second)

    told_apart = RIGHT.replace("    keys", '    prefix: "a:"\n    keys') + second.replace(
        "    keys", '    prefix: "b:"\n    keys'
    )

    assert load(tmp_path, told_apart)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.yaml"):
        load_trust(tmp_path / "nowhere.yaml", "production")
