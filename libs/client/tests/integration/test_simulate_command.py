"""`dualcontrol simulate` against a server of this test: a draft goes packed, and what it would change comes back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from client.commands.running import Exit
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import simulation_service_pb2 as simulation
from statute.archive import load_packed

if TYPE_CHECKING:
    from libs.client.tests.integration.conftest import Served

pytestmark = pytest.mark.integration

RED = common.Finding(
    rule="region.intensity_level",
    title=common.Text(zh="预警等级允许", en="the level allows it"),
    verdict=common.VERDICT_FAILS,
    leads_to=common.DISPOSITION_RESTRICT,
)
CHANGED = simulation.ChangedDecision(
    filing="a-project", project_name="某项目", region_code="630104", decision="filings/a-project/decisions/2",
    outcome_before=common.OUTCOME_DEFER, disposition_before=common.DISPOSITION_DEFER,
    outcome_after=common.OUTCOME_APPROVE, disposition_after=common.DISPOSITION_APPROVE, asks_kgce_calorific=2_500,
)  # fmt: skip
UNDECIDED = simulation.ChangedDecision(
    filing="another", outcome_after=common.OUTCOME_DEFER, disposition_after=common.DISPOSITION_RESTRICT, reasons=[RED]
)
EFFECT = simulation.BudgetEffect(region_code="630000", year=2026, asked_kgce_calorific=2_500)
SIMULATED = [
    simulation.SimulatePolicyResponse(looked_at=1, total=2, changed=[CHANGED]),
    simulation.SimulatePolicyResponse(looked_at=2, total=2, changed=[UNDECIDED]),
    simulation.SimulatePolicyResponse(looked_at=2, total=2, effects=[EFFECT], bundle_hash="abcdef0123456789"),
]


@pytest.fixture
def screening(served: "Served") -> "Served":
    served.answers = {"SimulatePolicy": SIMULATED}
    return served


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A province without national law of its own: what it has none of is the shipped one."""
    folder = tmp_path / "draft"
    (folder / "qinghai").mkdir(parents=True)
    return folder


def test_a_draft_is_sent_packed_and_what_it_changes_is_shown(draft: Path, screening: "Served") -> None:
    result = screening.run("simulate", "--law", str(draft), "--region", "630000")

    assert result.exit_code == Exit.DONE, result.output
    (asked,) = screening.asked
    assert isinstance(asked, simulation.SimulatePolicyRequest)
    assert asked.region_code == "630000"
    assert load_packed(asked.law, "qinghai").province == "qinghai"
    says = ("草案 abcdef012345: 看过 2 个备案, 2 个决定将改变", "暂缓 · 缓批", "尚无决定", "2.5", "预警等级允许")
    assert [words for words in says if words not in result.output] == []


def test_of_many_changes_the_first_are_listed_and_all_are_counted(draft: Path, screening: "Served") -> None:
    result = screening.run("simulate", "--law", str(draft), "--limit", "1", language="en")

    assert "2 decisions would change" in result.output
    assert "… and 1 more" in result.output
    assert "another" not in result.output.split("filing", 2)[2].split("… and")[0]


def test_that_a_draft_changes_nothing_is_said(draft: Path, screening: "Served") -> None:
    screening.answers["SimulatePolicy"] = [simulation.SimulatePolicyResponse(looked_at=2, total=2, bundle_hash="ab")]

    assert "0 个决定将改变" in screening.run("simulate", "--law", str(draft)).output


def test_machines_get_every_answer_of_a_simulation(draft: Path, screening: "Served") -> None:
    lines = screening.run("simulate", "--law", str(draft), "--json").stdout.splitlines()

    assert [json.loads(line).get("looked_at") for line in lines] == ["1", "2", "2"]
    assert json.loads(lines[-1])["effects"][0]["asked_kgce_calorific"] == "2500"


def test_a_draft_that_is_not_there_or_too_large_is_not_sent(draft: Path, screening: "Served") -> None:
    absent = screening.run("simulate", "--law", str(draft.parent / "nothing"))
    # What cannot be packed smaller.
    noise = "".join(f"# {hash((n, 'noise')):x}\n" for n in range(200_000))
    (draft / "qinghai" / "seed.yaml").write_text(noise, "utf-8")
    large = screening.run("simulate", "--law", str(draft))

    assert (absent.exit_code, large.exit_code) == (Exit.USAGE, Exit.USAGE)
    assert "没有法规目录" in absent.output
    assert "字节" in large.output
    assert screening.asked == []


def test_a_simulation_that_is_refused_says_why(draft: Path, screening: "Served") -> None:
    refused = Status(code=grpc.StatusCode.RESOURCE_EXHAUSTED.value[0])
    refused.details.add().Pack(ErrorInfo(reason="SIMULATION_RUNNING"))
    screening.answers["SimulatePolicy"] = [refused]

    result = screening.run("simulate", "--law", str(draft))

    assert result.exit_code == Exit.REFUSED
    assert "SIMULATION_RUNNING" in result.stderr
