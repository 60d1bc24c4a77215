"""The checks of the chart see what they are there for; none of this needs Helm."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.chart_check.checks import edges, golden, kinds, pods, schema
from tools.chart_check.places import CHART

NAME = "app.kubernetes.io/component"


def policy(component: str, **rules: Any) -> dict[str, Any]:
    spec = {"podSelector": {"matchLabels": {NAME: component}}, "policyTypes": ["Ingress", "Egress"], **rules}
    return {"kind": "NetworkPolicy", "metadata": {"name": component}, "spec": spec}


def test_a_rule_without_a_peer_is_an_edge_to_anywhere() -> None:
    policies = [policy("budget", egress=[{"ports": [{"port": 5432}]}])]

    assert list(edges._egress(policies)) == [("budget", edges.ANYWHERE, "postgres")]


def test_a_caller_is_named_by_its_component() -> None:
    peer = {"podSelector": {"matchLabels": {NAME: "portal"}}}
    policies = [policy("budget", ingress=[{"ports": [{"port": "grpc"}], "from": [peer]}])]

    assert list(edges._ingress(policies)) == [("portal", "budget", "grpc")]


def test_a_pod_that_escapes_the_policy_that_denies_everything_is_named() -> None:
    own = {"app.kubernetes.io/name": "dualcontrol", "app.kubernetes.io/instance": "dc"}
    deny = {
        "kind": "NetworkPolicy",
        "spec": {"podSelector": {"matchLabels": own}, "policyTypes": ["Ingress", "Egress"]},
    }
    stray = {"kind": "Pod", "metadata": {"name": "stray", "labels": {NAME: "budget"}}}

    assert list(edges._denied([stray], [deny])) == ["Pod/stray: its pods escape the policy that denies everything"]


@pytest.mark.parametrize("taken", ["securityContext.runAsNonRoot", "automountServiceAccountToken"])
def test_a_pod_that_is_not_restricted_is_seen(taken: str) -> None:
    spec: dict[str, Any] = {
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "containers": [],
    }
    assert not list(pods._problems(spec))

    *above, last = taken.split(".")
    del (spec[above[0]] if above else spec)[last]

    assert list(pods._problems(spec))


def test_a_field_that_a_kind_does_not_name_is_refused() -> None:
    made = kinds._strict({"type": "object", "properties": {"port": {"type": "string", "description": "where"}}})

    assert made == {"type": "object", "properties": {"port": {"type": "string"}}, "additionalProperties": False}


def test_what_is_passed_on_as_it_stands_is_not_kept_twice() -> None:
    text = "---\n# Source: c/templates/dashboards.yaml\na: 1\n---\n# Source: c/templates/services.yaml\n\nb: 2\n"

    assert golden._shown(text) == "---\n# Source: c/templates/services.yaml\nb: 2\n"


def test_every_value_and_every_object_is_tried() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))

    tried = {path for path, _ in schema._wrong(values)}

    assert {("mode",), ("kafka",), ("kafka", "bootstrap"), ("services", "budget", "relay"), ("extraObjects",)} <= tried
    assert all(given != _at(values, path) for path, given in schema._wrong(values))


def _at(values: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        values = values[key]
    return values


def test_every_values_file_says_what_it_is_for() -> None:
    for file in sorted(Path(CHART, "ci").glob("*.yaml")):
        assert file.read_text("utf-8").startswith("# "), file.name
