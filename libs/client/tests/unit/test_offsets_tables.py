"""What the command shows of deductions, savings and certificates."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner

from client.cli import app
from client.entries import Entry
from client.rendering import offsets as rendering
from client.rendering.words import Language
from client.sending import Sent
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common


def shown(table: Table) -> str:
    written = StringIO()
    Console(file=written, width=300).print(table)
    return written.getvalue()


OFFSET = pb.Offset(
    name="offsets/o1",
    claim=pb.OffsetClaim(
        region_code="630121", year=2024, heading=pb.OFFSET_HEADING_FEEDSTOCK, basis=pb.OFFSET_BASIS_CALORIFIC
    ),
    state=pb.OFFSET_STATE_REFUSED,
    findings=[
        common.Finding(verdict=common.VERDICT_HOLDS, because=common.Text(zh="无碍", en="fine")),
        common.Finding(verdict=common.VERDICT_FAILS, because=common.Text(zh="用作燃料", en="used as fuel")),
    ],
)


def test_a_refused_quantity_is_shown_with_the_reasons_that_refused_it() -> None:
    text = shown(rendering.offsets([OFFSET], Language.ZH))

    assert all(word in text for word in ("630121", "2024", "原料用能", "未予扣减", "用作燃料"))
    assert "无碍" not in text


def test_a_result_says_what_was_booked_or_why_not() -> None:
    entry = Entry(Path("claims.yaml"), 1, pb.RecordDeductibleRequest(claim=OFFSET.claim))
    recorded = pb.Offset(name="offsets/o2", state=pb.OFFSET_STATE_RECORDED, booked_kgce=1_229)

    text = shown(rendering.recorded([Sent(entry, OFFSET, None), Sent(entry, recorded, None)], Language.EN))

    assert "used as fuel" in text
    assert "recorded 1.229 tce (offsets/o2)" in text


def test_totals_end_with_what_is_deducted() -> None:
    answer = pb.GetOffsetsResponse(
        totals=[
            pb.OffsetTotal(heading=pb.OFFSET_HEADING_NATIONAL_MAJOR_PROJECT, kgce=5_000, separately_listed=True),
            pb.OffsetTotal(heading=pb.OFFSET_HEADING_NON_FOSSIL_ALL, kgce=2_458, deducted=True),
        ],
        deducted_kgce=2_458,
    )

    lines = shown(rendering.totals(answer, Language.EN)).splitlines()

    assert [line.split() for line in lines if "major" in line] == [["national", "major", "project", "5", "no", "yes"]]
    assert lines[-1].split() == ["deducted", "in", "all", "2.458"]


@pytest.mark.parametrize(("last", "text"), [(7, "GEC-W 7"), (9, "GEC-W 7-9")])
def test_a_range_is_written_as_short_as_it_is(last: int, text: str) -> None:
    assert rendering.range_text(pb.CertificateRange(series="GEC-W", first_number=7, last_number=last)) == text


def test_every_word_of_the_contract_has_one_in_both_languages() -> None:
    for table, wrapper in (
        (rendering.HEADINGS, pb.OffsetHeading),
        (rendering.BASES, pb.OffsetBasis),
        (rendering.STATES, pb.OffsetState),
        (rendering.SOURCES, pb.SavingSource),
        (rendering.HOLD_STATES, pb.SavingHoldState),
    ):
        assert {0, *table} == set(wrapper.values())
        assert all(text.zh and text.en for text in table.values())


def test_a_wrong_file_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text("claim: {heding: x}\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["offset", "record", str(file), "--address", "127.0.0.1:1", "--lang", "en"])

    assert result.exit_code == 2
    assert "claim.heding" in result.output
