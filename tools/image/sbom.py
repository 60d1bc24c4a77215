"""Writes the image's bill of materials (CycloneDX 1.6) to standard output. Standard library only: it runs in the build.

`python3 sbom.py LOCK WHEELS DPKG_STATUS`
"""

import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class NotLocked(Exception):
    """A wheel went into the image that the lock does not name."""


def locked(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Name, version and permitted hashes of each package of a lock."""
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        if found := PINNED.match(entry.strip()):
            yield found["name"], found["version"], frozenset(HASH.findall(entry))


def python_components(lock: str, wheels: Path) -> list[dict[str, Any]]:
    """One for each wheel, with the hash it was admitted by. Raises NotLocked."""
    digests = {sha256(file.read_bytes()).hexdigest(): file.name for file in sorted(wheels.glob("*.whl"))}
    components = []
    for name, version, hashes in sorted(locked(lock)):
        for digest in sorted(hashes & digests.keys()):
            digests.pop(digest)
            purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            components.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": version,
                    "purl": purl,
                    "hashes": [{"alg": "SHA-256", "content": digest}],
                }
            )
    if digests:
        raise NotLocked(", ".join(sorted(digests.values())))
    return components


def debian_components(status: str) -> list[dict[str, Any]]:
    """One for each installed package of the base."""
    components = []
    for paragraph in status.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Architecture|Status): (.*)$", paragraph, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            purl = f"pkg:deb/debian/{fields['Package']}@{fields['Version']}?arch={fields['Architecture']}"
            components.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": fields["Package"],
                    "version": fields["Version"],
                    "purl": purl,
                }
            )
    return components


def bill(components: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole document; the same components give the same bytes."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "dualcontrol", "name": "dualcontrol"}},
        "components": components,
    }


def main() -> None:
    lock, wheels, status = (Path(one) for one in sys.argv[1:])
    components = python_components(lock.read_text("utf-8"), wheels)
    if status.exists():
        components += debian_components(status.read_text("utf-8"))
    json.dump(bill(components), sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
