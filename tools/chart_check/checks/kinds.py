"""kubeconform: every object is one that each promised version of Kubernetes knows, field by field."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from tools.chart_check.environment import schemas_of_kubernetes
from tools.chart_check.places import KUBERNETES, values_files
from tools.chart_check.rendering import manifests, ran, rendered
from tools.kubernetes.build import CACHE, definitions

UNKNOWN: Final = {
    "KafkaTopic": "Strimzi publishes its kinds for Java alone; helm-unittest looks at ours",
    "KafkaUser": "Strimzi publishes its kinds for Java alone; helm-unittest looks at ours",
}
"""Kinds without a schema, and why."""


def kinds() -> Iterator[str]:
    for version in KUBERNETES:
        text = "\n---\n".join(rendered(values, kubernetes=version) for values in values_files())
        used = {_file(one) for one in manifests(text) if one["kind"] not in UNKNOWN}
        folder = CACHE / "kube-schemas" / version
        yield from _prepare(folder, version, used)
        place = f"{folder}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"
        options = ("-strict", "-summary", "-skip", ",".join(UNKNOWN), "-schema-location", place)
        code, out, errors = ran("kubeconform", *options, text=text)
        if code != 0:
            yield f"on Kubernetes {version}:\n{out}{errors}"


def _file(one: dict[str, Any]) -> str:
    """As kubeconform looks for it: the kind, the group's first word, the version."""
    group, _, version = one["apiVersion"].rpartition("/")
    return "-".join(part for part in (one["kind"].lower(), group.partition(".")[0], version) if part) + ".json"


def _prepare(folder: Path, version: str, used: set[str]) -> Iterator[str]:
    """Writes what is not there yet."""
    missing = {name for name in used if not (folder / name).is_file()}
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    shipped = schemas_of_kubernetes() / f"v{version}-local-strict"
    added = dict(_added())
    known = json.loads((shipped / "_definitions.json").read_text("utf-8"))["$defs"]
    for name in missing:
        if (shipped / name).is_file():
            schema = _inlined(json.loads((shipped / name).read_text("utf-8")), known)
        elif name in added:
            schema = added[name]
        else:
            yield f"there is no schema {name} for Kubernetes {version}"
            continue
        fresh = folder / f"{name}.new"
        fresh.write_text(json.dumps(schema), "utf-8")
        shutil.move(fresh, folder / name)


def _inlined(schema: Any, known: dict[str, Any]) -> Any:
    """Without references, which kubeconform would look for elsewhere. No kind of ours contains itself."""
    if isinstance(schema, list):
        return [_inlined(one, known) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(known[schema["$ref"].rpartition("/")[2]], known)
    return {key: _inlined(value, known) for key, value in schema.items() if key != "description"}


def _added() -> Iterator[tuple[str, Any]]:
    """Schemas of the kinds that others define, each with the name of its file."""
    for path in definitions():
        for one in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader):
            if not one:
                continue
            spec = one["spec"]
            for version in spec["versions"]:
                name = _file(
                    {"kind": spec["names"]["kind"], "apiVersion": f"{spec['group']}/{version['name']}"},
                )
                yield name, _strict(version["schema"]["openAPIV3Schema"])


def _strict(schema: Any) -> Any:
    """As a server with strict validation reads it: what is not named is refused."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items() if key != "description"}
    opened = made.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(made.get("properties"), dict) and "type" in made and not opened:
        made.setdefault("additionalProperties", False)
    return made
