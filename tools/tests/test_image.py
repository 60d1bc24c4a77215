"""What goes into the image is what the lock names, and the image's bill of materials says so."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from tools.image import inputs, sbom

STATUS = """Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u14

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0
"""


def lock_of(wheels: Path, *names: str) -> str:
    entries = []
    for name in names:
        digest = sha256((wheels / f"{name}.whl").read_bytes()).hexdigest()
        entries.append(
            f"{name}==1.0 ; sys_platform == 'linux' \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{digest}\n"
        )
    return "".join(entries)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    for name in ("Some_Thing", "other"):
        (tmp_path / f"{name}.whl").write_bytes(name.encode())
    return tmp_path


def test_each_wheel_stands_in_the_bill_with_the_hash_that_admitted_it(wheels: Path) -> None:
    components = sbom.python_components(lock_of(wheels, "Some_Thing", "other"), wheels)

    assert [one["purl"] for one in components] == ["pkg:pypi/some-thing@1.0", "pkg:pypi/other@1.0"]
    assert components[0]["hashes"] == [{"alg": "SHA-256", "content": sha256(b"Some_Thing").hexdigest()}]


def test_a_package_of_another_system_is_in_the_lock_but_not_in_the_bill(wheels: Path) -> None:
    lock = lock_of(wheels, "Some_Thing", "other") + f"winonly==2.0 \\\n    --hash=sha256:{'1' * 64}\n"

    assert len(sbom.python_components(lock, wheels)) == 2


def test_a_wheel_that_the_lock_does_not_name_stops_the_build(wheels: Path) -> None:
    with pytest.raises(sbom.NotLocked, match=r"other\.whl"):
        sbom.python_components(lock_of(wheels, "Some_Thing"), wheels)


def test_only_what_is_installed_of_the_base_is_in_the_bill() -> None:
    assert [one["purl"] for one in sbom.debian_components(STATUS)] == [
        "pkg:deb/debian/libc6@2.36-9+deb12u14?arch=amd64"
    ]


def test_the_same_components_give_the_same_bill(wheels: Path) -> None:
    components = sbom.python_components(lock_of(wheels, "other", "Some_Thing"), wheels)

    bill = sbom.bill(components)

    assert bill["bomFormat"] == "CycloneDX"
    assert json.dumps(bill) == json.dumps(sbom.bill(list(components)))


def test_the_image_holds_every_service_and_no_test_kit() -> None:
    names = {folder.name for folder in inputs.members()}

    assert {"filing", "review", "capacity", "budget", "targets", "screening", "portal", "contracts"} <= names
    assert "testkit" not in names


def test_the_image_runs_as_a_numbered_user_who_is_not_root() -> None:
    lines = (inputs.ROOT / "Dockerfile").read_text("utf-8").splitlines()

    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
