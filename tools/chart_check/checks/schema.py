"""The schema refuses what is misspelt and what is of another type: each object and each leaf is tried through Helm."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import yaml
from tools.chart_check.places import CHART, RELEASE, minimal
from tools.chart_check.rendering import ran

REFUSED: Final = "specifications of the schema"
AT_ONCE: Final = 3
TYPO: Final = "misspelt"
WRONG: Final = {"of": ["another", "type"]}
HELMS_OWN: Final = (("global",),)
"""Objects that charts above ours write into as well."""
PROCESSES: Final = ("workload", "serve", "consume", "relay", "all")

Path = tuple[str, ...]


def schema() -> Iterator[str]:
    values = yaml.load((CHART / "values.yaml").read_text("utf-8"), yaml.CSafeLoader)
    known = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    tried = [*_typos(values, known), *_wrong(values), *_removed(values)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (path, given), problem in zip(tried, pool.map(lambda one: _refusal(*one), tried), strict=True):
            if problem is not None:
                yield f"{'.'.join(path)}={json.dumps(given)} is not refused: {problem}"
    if not tried:
        yield "no value was tried"


def _objects(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, below in value.items():
            yield from _objects(below, (*path, key))


def _typos(values: dict[str, Any], known: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """A key that no object of ours knows. Where keys are the user's own (labels) it is the value that is wrong."""
    for path, _ in _objects(values):
        if path in HELMS_OWN:
            continue
        said = _schema_at(known, known, path)
        yield (*path, TYPO), WRONG if isinstance(said.get("additionalProperties"), dict) else "x"
    for name in known["definitions"]["workload"]["properties"]:
        for place in (("roles", "serve"), ("services", "filing", "all"), ("portal", "workload")):
            yield (*place, name[:-1] + "x"), "x"


def _wrong(values: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for path, value in _objects(values):
        if path:
            yield path, "no object"
        for key, leaf in value.items():
            if not isinstance(leaf, dict):
                yield (*path, key), _another(leaf)


def _another(leaf: Any) -> Any:
    """What is easily taken for it: 10 for "10", yes in quotes, one thing for a list of it."""
    if isinstance(leaf, list):
        return "no list"
    return True if isinstance(leaf, str) else f"{leaf}".lower()


def _removed(values: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """null takes a value away; a template would stumble over its absence."""
    for path, value in _objects(values):
        if path and path[0] not in ("roles", "commonLabels") and not set(path) & {"labels", "annotations", *PROCESSES}:
            for key, leaf in value.items():
                if not isinstance(leaf, dict) and path[-1] not in ("requests", "limits"):
                    yield (*path, key), None


def _schema_at(root: dict[str, Any], at: dict[str, Any], path: Path) -> dict[str, Any]:
    while "$ref" in at:
        at = root["definitions"][at["$ref"].rpartition("/")[2]]
    if not path:
        return at
    below = at.get("properties", {}).get(path[0], at.get("additionalProperties"))
    return _schema_at(root, below, path[1:]) if isinstance(below, dict) else {}


def _refusal(path: Path, given: Any) -> str | None:
    """None: it was refused by the schema."""
    told = given
    for key in reversed(path):
        told = {key: told}
    code, _, errors = ran(
        "helm4", "template", RELEASE, str(CHART), "-f", str(minimal()), "-f", "-", text=json.dumps(told)
    )
    if code == 0:
        return "it renders"
    return None if REFUSED in errors else errors.strip()[:300]
