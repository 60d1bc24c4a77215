"""The law as one file: whole, the same for the same law, and bounded whoever sends it."""

import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import DomainError
from statute.archive import ARCHIVE_BYTES_MAX, FILES_ENTRIES_MAX, LAW_BYTES_MAX, BadLawArchive, load_packed, packed
from statute.loader import BadLawData, load_bundle

SHIPPED = packed("qinghai")
SOUND: Mapping[str, bytes] = {"qinghai/a.yaml": b"sources: []\n"}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(raw: bytes) -> BadLawArchive:
    with pytest.raises(BadLawArchive) as caught:
        load_packed(raw, "qinghai")
    return caught.value


def test_the_packed_law_is_the_law() -> None:
    assert load_packed(SHIPPED, "qinghai").bundle_hash == load_bundle("qinghai").bundle_hash


def test_the_same_law_makes_the_same_bytes() -> None:
    assert packed("qinghai") == SHIPPED


def test_a_folder_of_its_own_is_packed_whole_with_what_it_takes_from_the_shipped_law(
    small_law: Callable[..., Path], tmp_path: Path
) -> None:
    own = small_law(('value: "5000"', 'value: "5001"'))
    alone = tmp_path / "alone"
    (alone / "qinghai").mkdir(parents=True)

    assert load_packed(packed("qinghai", own), "qinghai").bundle_hash == load_bundle("qinghai", own).bundle_hash
    assert load_packed(packed("qinghai", alone), "qinghai").bundle_hash == load_bundle("qinghai", alone).bundle_hash


def test_a_province_without_a_folder_is_not_packed() -> None:
    with pytest.raises(FileNotFoundError):
        packed("atlantis")


def test_what_is_wrong_with_the_law_itself_is_told_by_file_and_line() -> None:
    raw = zipped({"qinghai/a.yaml": b"sources:\n  - {id: x, kind: novel, what: a text}\n"})

    with pytest.raises(BadLawData) as caught:
        load_packed(raw, "qinghai")

    assert (caught.value.file, caught.value.line) == ("qinghai/a.yaml", 2)


@pytest.mark.parametrize(
    "name",
    [
        "../qinghai/a.yaml",
        "/etc/a.yaml",
        "qinghai/../../a.yaml",
        "qinghai/deep/a.yaml",
        "qinghai\\a.yaml",
        "qinghai/a.yml",
        "qinghai//",
        "a.yaml",
        "Qinghai/a.yaml",
        "qinghai/.a.yaml",
        "qinghai/青海.yaml",
        "qinghai/" + "a" * 100 + ".yaml",
    ],
)
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    assert "folder/name.yaml" in refused(zipped({**SOUND, name: b""})).en


def test_a_name_that_stands_twice_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("qinghai/a.yaml", "sources: []\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("qinghai/a.yaml", "sources: []\n")

    assert "one name" in refused(buffer.getvalue()).en


def test_a_bomb_is_refused_by_what_it_says_of_its_size() -> None:
    raw = zipped({**SOUND, "qinghai/bomb.yaml": b"#" * (LAW_BYTES_MAX + 1)})

    assert len(raw) < ARCHIVE_BYTES_MAX
    assert "unpacked" in refused(raw).en


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    honest = zipped({**SOUND, "qinghai/bomb.yaml": b"#" * LAW_BYTES_MAX})
    lying = honest.replace(LAW_BYTES_MAX.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert lying != honest
    refused(lying)


def test_bounds_are_kept_to_the_byte_and_the_file() -> None:
    many = {f"qinghai/a{number}.yaml": b"sources: []\n" for number in range(FILES_ENTRIES_MAX)}

    assert load_packed(zipped(many), "qinghai").bundle_hash == load_packed(zipped(SOUND), "qinghai").bundle_hash
    assert str(FILES_ENTRIES_MAX) in refused(zipped({**many, "qinghai/b.yaml": b"sources: []\n"})).en
    assert str(ARCHIVE_BYTES_MAX) in refused(b"x" * (ARCHIVE_BYTES_MAX + 1)).en
    assert "no sound zip" in refused(b"x" * ARCHIVE_BYTES_MAX).en


def test_another_way_of_packing_and_another_province_are_refused() -> None:
    assert "deflated" in refused(zipped(SOUND, zipfile.ZIP_BZIP2)).en
    assert "folder qinghai" in refused(zipped({"gansu/a.yaml": b"sources: []\n"})).en


def test_law_nested_too_deep_is_refused() -> None:
    with pytest.raises(DomainError):
        load_packed(zipped({"qinghai/a.yaml": b"sources: " + b"[" * 900 + b"]" * 900}), "qinghai")


SMALL = zipped(SOUND)


@given(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=4), st.integers(0, len(SMALL)))
def test_whatever_is_broken_of_an_archive_is_refused_by_name(place: int, patch: bytes, kept: int) -> None:
    """Or changes nothing that counts, as the name of the packing system does."""
    broken = (SMALL[:place] + patch + SMALL[place + len(patch) :])[:kept]

    with suppress(DomainError):
        load_packed(broken, "qinghai")
