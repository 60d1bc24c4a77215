"""The law that a process applies: what is shipped, or a folder's, and the archive of exactly that."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from kernel.clock import system_clock
from servicekit.program import Wiring, law_in_force
from servicekit.settings import EXIT_BAD_SETTINGS, Settings
from statute.archive import load_packed
from statute.loader import SHIPPED_DATA, load_bundle

NO_DATABASE: Any = None
"""Nothing here reads one."""


def settings(folder: Path | None = None, province: str = "qinghai") -> Settings:
    stated = {"postgres_dsn": "postgresql://host/name", "kafka_bootstrap": "host:1"}
    return Settings.model_validate({**stated, "law_folder": folder, "province": province})


def test_without_a_folder_the_shipped_law_is_applied() -> None:
    law, policy = law_in_force(settings())

    assert policy.bundle_hash == load_bundle("qinghai").bundle_hash
    assert load_packed(law, "qinghai").bundle_hash == policy.bundle_hash


def test_a_folder_of_law_is_applied_and_packed_as_it_was_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "law"
    shutil.copytree(SHIPPED_DATA, folder)
    review = folder / "national" / "review.yaml"
    review.write_text(review.read_text("utf-8").replace('value: "5000"', 'value: "5001"', 1), "utf-8")

    law, policy = law_in_force(settings(folder))
    wiring = Wiring(NO_DATABASE, policy, system_clock, law)
    shutil.rmtree(folder)

    assert policy.bundle_hash != load_bundle("qinghai").bundle_hash
    assert load_packed(wiring.packed_law(), "qinghai").bundle_hash == policy.bundle_hash


def test_wiring_without_an_archive_packs_what_is_shipped() -> None:
    policy = load_bundle("qinghai")

    assert (
        load_packed(Wiring(NO_DATABASE, policy, system_clock).packed_law(), "qinghai").bundle_hash == policy.bundle_hash
    )


def test_the_way_to_the_database_is_not_shown() -> None:
    assert "secret" not in repr(Wiring(NO_DATABASE, NO_DATABASE, system_clock, dsn="postgresql://u:secret@h/n"))


@pytest.mark.parametrize("broken", ["no folder", "bad law", "no province"])
def test_a_law_that_cannot_be_taken_stops_the_start_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    folder = tmp_path / "law"
    if broken == "bad law":
        (folder / "qinghai").mkdir(parents=True)
        (folder / "qinghai" / "a.yaml").write_text("sources:\n  - {id: x}\n", "utf-8")
    asked = settings(None, "atlantis") if broken == "no province" else settings(folder)

    with pytest.raises(SystemExit) as ended:
        law_in_force(asked)

    assert ended.value.code == EXIT_BAD_SETTINGS
    said = capsys.readouterr().err
    assert "DUALCONTROL_LAW_FOLDER" in said
    assert broken != "bad law" or "qinghai/a.yaml:2" in said
