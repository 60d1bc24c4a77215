"""The provider that is not ours is the same everywhere, wherever npm fetches it from; without Node.js we say so."""

import json
from pathlib import Path

import pytest
from tools import other_provider

LOCK = json.loads((other_provider.SOURCE / "package-lock.json").read_text("utf-8"))
FETCHED = {name: entry for name, entry in LOCK["packages"].items() if name}


def test_every_package_is_held_to_its_digest_and_none_to_an_address() -> None:
    assert f"node_modules/{next(iter(LOCK['packages']['']['dependencies']))}" in FETCHED
    assert [name for name, entry in FETCHED.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in FETCHED.items() if "resolved" in entry] == []


def test_a_machine_without_node_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(other_provider.ProviderMissing, match="apt-get install -y nodejs"):
        other_provider.installed()


def test_a_node_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.20.4\n", "utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(other_provider.ProviderMissing, match=r"v18\.20\.4"):
        other_provider.installed()
