"""Each alert has its runbook and its tests; what alerts and dashboards ask for is what the services show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from servicekit.telemetry import metrics

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "charts" / "dualcontrol" / "files" / "rules"
DASHBOARDS = ROOT / "charts" / "dualcontrol" / "files" / "dashboards"
RUNBOOKS = ROOT / "docs" / "runbooks"
TESTS = ROOT / "tools" / "alerts" / "tests"
SEVERITIES = {"warning", "critical"}
SECTIONS = ("## What it means", "## What users notice", "## Check", "## Mend", "## When to call whom")

ALSO_SHOWN = {"up", "process_start_time_seconds", "process_cpu_seconds_total", "process_resident_memory_bytes"}
"""By Prometheus itself, and by its Python client on Linux."""
OF_KUBERNETES = {"kube_cronjob_status_last_successful_time", "kube_cronjob_created"}
WORDS = {"by", "on", "and", "or", "unless", "ignoring", "without", "vector", "offset"}


def groups() -> Iterator[dict[str, Any]]:
    for file in sorted(RULES.glob("*.yaml")):
        yield from yaml.safe_load(file.read_text("utf-8"))["groups"]


def rules() -> list[dict[str, Any]]:
    return [rule for group in groups() for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def shown() -> set[str]:
    """The names of all series that our services' metrics make."""
    assert metrics.__doc__  # imported, so that they are registered
    return {name for name in REGISTRY._names_to_collectors if name.startswith("dualcontrol_")} | ALSO_SHOWN


def asked_for(expression: str) -> set[str]:
    """The names of series in PromQL: what is neither a string, a label, a function, a duration nor a word of it."""
    plain = re.sub(r'"[^"]*"', "", expression)
    plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", plain)
    plain = re.sub(r"\b(by|on|ignoring|without)\s*\([^)]*\)", "", plain)
    names = re.findall(r"[A-Za-z_:][A-Za-z0-9_:]*(?!\s*\()\b", re.sub(r"[A-Za-z_]\w*\s*\(", "(", plain))
    return {name for name in names if name not in WORDS}


def expressions(document: Any) -> Iterator[str]:
    for panel in document["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for variable in document["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["definition"].removeprefix("label_values(").partition(",")[0].partition("{")[0]


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert {f"{alert['alert']}.md" for alert in alerts()} == {file.name for file in RUNBOOKS.glob("*.md")}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_says_how_grave_it_is_for_how_long_and_where_to_read_on(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in SEVERITIES
    assert re.fullmatch(r"\d+[mh]", alert["for"])
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["summary_zh"]
    assert alert["annotations"]["runbook_url"] == f"docs/runbooks/{alert['alert']}.md"


@pytest.mark.parametrize("file", sorted(RUNBOOKS.glob("*.md")), ids=lambda file: str(file.stem))
def test_a_runbook_says_all_that_whoever_is_woken_needs(file: Path) -> None:
    text = file.read_text("utf-8")

    assert text.startswith(f"# {file.stem}\n")
    places = [text.find(f"\n{section}\n") for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)


def test_each_alert_is_tested_both_firing_and_quiet() -> None:
    firing: set[str] = set()
    quiet: set[str] = set()
    for file in TESTS.glob("*.yaml"):
        for test in yaml.safe_load(file.read_text("utf-8"))["tests"]:
            for one in test["promql_expr_test"]:
                named = set(re.search(r'alertname=~?"([^"]+)"', one["expr"])[1].split("|"))  # type: ignore[index]
                (firing if one["exp_samples"] else quiet).update(named)

    names = {alert["alert"] for alert in alerts()}
    assert firing == names
    assert quiet == names


def test_alerts_ask_only_for_what_is_shown() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    known = shown() | recorded | OF_KUBERNETES

    assert {name for rule in rules() for name in asked_for(rule["expr"])} <= known


@pytest.mark.parametrize("file", sorted(DASHBOARDS.glob("*.json")), ids=lambda file: str(file.stem))
def test_a_dashboard_asks_only_for_what_is_shown_and_any_prometheus(file: Path) -> None:
    document = json.loads(file.read_text("utf-8"))

    assert document["templating"]["list"][0]["type"] == "datasource"
    assert {panel["datasource"]["uid"] for panel in document["panels"]} == {"${datasource}"}
    wanted = {name for expression in expressions(document) for name in asked_for(expression)}
    assert wanted
    assert wanted <= shown()


def test_names_of_series_are_found_in_promql() -> None:
    found = asked_for(
        'sum by (job, le) (rate(a_bucket{job="x", le="1"}[5m])) / b_count > 2 and on (job) max(c) or vector(0)'
    )

    assert found == {"a_bucket", "b_count", "c"}
