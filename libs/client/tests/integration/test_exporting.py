"""Files that a service wrote: kept where the caller said, whole or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from google.type.date_pb2 import Date

from client.commands.running import Exit
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing

if TYPE_CHECKING:
    from libs.client.tests.integration.conftest import Served

pytestmark = pytest.mark.integration

END = Date(year=2026, month=6, day=30)
FILE = publishing.ExportedFile(content=b"%PDF", content_type="application/pdf", file_name="../barometer.pdf")


@pytest.fixture
def targets(served: "Served") -> "Served":
    served.answers = {
        "ExportBarometer": publishing.ExportBarometerResponse(file=FILE),
        "ExportAnnualReport": publishing.ExportAnnualReportResponse(file=FILE),
    }
    return served


def test_a_file_goes_where_it_was_asked_to_and_nowhere_else(tmp_path: Path, targets: "Served") -> None:
    into = tmp_path / "out"
    into.mkdir()

    export = targets.run("level", "export", "--period-end", "2026-06-30", "--format", "pdf", "--region", "630000",
                         "--out", str(into))  # fmt: skip
    named = targets.run("annual-report", "630000", "--year", "2025", "--out", str(into / "a.xlsx"), "--json")

    assert export.exit_code == named.exit_code == Exit.DONE, export.output
    assert targets.asked[0] == publishing.ExportBarometerRequest(
        period_end=END, format=publishing.FILE_FORMAT_PDF, parent_region_code="630000"
    )
    assert sorted(path.name for path in into.iterdir()) == ["a.xlsx", "barometer.pdf"]
    assert (into / "barometer.pdf").read_bytes() == b"%PDF"
    assert json.loads(named.stdout)["bytes"] == 4


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, targets: "Served") -> None:
    result = targets.run("annual-report", "630000", "--year", "2025", "--out", str(tmp_path / "no" / "a.xlsx"))

    assert result.exit_code == Exit.USAGE
    assert "无法写入" in result.output
